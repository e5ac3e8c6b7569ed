"""Bodies of a real WooCommerce 7.9 shop."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.plugins.woocommerce.connector import WooCommerce
from tests import corpora
from tests.plugins.woocommerce.shop import TALLINN

Payment, Fulfilment = contract.Payment, contract.Fulfilment
WOO = WooCommerce({"currency": "EUR"}, TALLINN)


def bodies(name: str) -> list[dict[str, Any]]:
    found = json.loads((corpora.folder("shops", "shop-payloads", "woocommerce-7.9.0") / f"{name}.json").read_bytes())
    assert isinstance(found, list)
    return found


def orders() -> dict[str, contract.OrderData]:
    items = [WOO.understand("order", raw) for raw in bodies("orders")]
    return {item.remote_id: item for item in items if isinstance(item, contract.OrderData)}


def test_all_orders_are_understood():
    found = orders()
    assert len(found) == 10
    one = found["24"]
    assert (one.total, one.currency, one.placed_at) == (12982, "EUR", datetime(2026, 11, 21, 19, 56, 40, tzinfo=UTC))
    assert (one.payment, one.fulfilment, one.coupons) == (Payment.PENDING, Fulfilment.OPEN, ("sommer10",))
    assert [(line.title, line.quantity, line.total) for line in one.lines] == [
        ("Regenjacke", 1, 8010),
        ("Wollmütze", 2, 4482),
    ]
    assert [parcel.tracking_number for parcel in one.shipments] == ["CC000000009EE"]


def test_totals_add_up():
    for one in orders().values():
        assert sum(line.total for line in one.lines) + one.shipping == one.total
        assert one.subtotal - one.discount + one.shipping == one.total


@pytest.mark.parametrize(
    ("number", "payment", "fulfilment", "refunded"),
    [
        ("23", Payment.PAID, Fulfilment.OPEN, 0),
        ("22", Payment.PAID, Fulfilment.OPEN, 0),
        ("20", Payment.PAID, Fulfilment.FULFILLED, 0),
        ("16", Payment.PARTLY_REFUNDED, Fulfilment.FULFILLED, 1000),
        ("15", Payment.PAID, Fulfilment.FULFILLED, 0),
    ],
)
def test_states(number: str, payment: Payment, fulfilment: Fulfilment, refunded: int):
    one = orders()[number]
    assert (one.payment, one.fulfilment) == (payment, fulfilment)
    assert sum(back.amount for back in one.refunds) == refunded


def test_customers_and_products():
    for kind, name, count in (("customer", "customers", 4), ("product", "products", 4)):
        assert len([WOO.understand(kind, raw) for raw in bodies(name)]) == count  # type: ignore[arg-type]


def test_deliveries():
    """Two of an order that was deleted before the shop told of it hold an error, and two are pings without a topic."""
    hinted, keys = [], set()
    for one in bodies("webhook_deliveries"):
        body = json.dumps(one["body"]).encode() if "body" in one else one["raw_body"].encode()
        headers = one.get("headers", {})
        hinted += [(hint.kind, hint.remote_id) for hint in WOO.hints(body, headers)]
        keys.add(WOO.delivery_key(body, headers))
    assert hinted == [("order", "27"), ("order", "27"), ("product", "13"), ("customer", "5")]
    assert len(keys) == 9
