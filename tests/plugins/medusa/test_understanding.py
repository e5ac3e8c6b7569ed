"""What Medusa's orders and products are understood as."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.commerce.contract import Fulfilment, Payment, State
from shopbell.plugins.medusa.connector import Medusa
from tests import corpora
from tests.plugins.medusa.shop import ADDRESS, CUSTOMER, PRODUCT, fulfilment, line, order, payment, refund

SHOP = Medusa({"url": "https://api.shop.test/", "page": "https://shop.test/p/{handle}"}, ZoneInfo("UTC"))


def read(**changes: Any) -> contract.OrderData:
    found = SHOP.understand("order", order(**changes))
    assert isinstance(found, contract.OrderData)
    return found


def test_an_order():
    found = read()
    assert (found.remote_id, found.number, found.currency, found.total) == ("order_1", "26", "EUR", 48240)
    assert (found.shipping, found.subtotal, found.paid) == (490, 47750, 48240)
    assert (found.payment, found.fulfilment, found.is_cancelled) == (Payment.PAID, Fulfilment.OPEN, False)
    assert (found.email, found.name, found.phone) == ("soeren@customer.test", "Søren Kjær", "+4533112233")
    assert (found.customer_id, found.language, found.place) == ("", "da", "Webshop")
    assert (found.shipping_address.country, found.coupons) == ("DK", ("TERE",))
    assert found.url == "https://api.shop.test/app/orders/order_1"
    assert [(one.title, one.sku, one.total) for one in found.lines] == [
        ("Regenjacke M", "SKU-a", 8900),
        ("Regenjacke M", "SKU-b", 38850),
    ]
    assert found.placed_at == datetime(2026, 11, 21, 19, 59, 24, 546000, UTC)


def test_amounts_are_units_and_not_cents():
    assert read(currency_code="jpy", summary={"original_order_total": 1240}).total == 1240
    assert read(currency_code="kwd", summary={"original_order_total": 1.234}).total == 1234
    assert read(summary={"original_order_total": 0.1}).total == 10


def test_an_account():
    assert read(customer={"id": "cus_1", "has_account": True}).customer_id == "cus_1"


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        *(("not_paid", Payment.PENDING), ("authorized", Payment.AUTHORISED), ("captured", Payment.PAID)),
        *(("partially_refunded", Payment.PARTLY_REFUNDED), ("refunded", Payment.REFUNDED)),
        *(("canceled", Payment.VOIDED), ("something new", Payment.UNKNOWN)),
    ],
)
def test_how_far_it_is_paid(status: str, wanted: Payment):
    assert read(payment_status=status).payment == wanted


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        *(("not_fulfilled", Fulfilment.OPEN), ("fulfilled", Fulfilment.OPEN), ("shipped", Fulfilment.FULFILLED)),
        *(("partially_shipped", Fulfilment.PARTLY), ("delivered", Fulfilment.DELIVERED)),
        *(("partially_delivered", Fulfilment.PARTLY), ("something new", Fulfilment.UNKNOWN)),
    ],
)
def test_how_far_it_is_fulfilled(status: str, wanted: Fulfilment):
    """What is "fulfilled" in Medusa is packed: it has not left yet."""
    assert read(fulfillment_status=status).fulfilment == wanted


def test_partly_delivered_when_all_has_left():
    lines = [line("a", 89, 1, shipped_quantity=1)]
    assert read(fulfillment_status="partially_delivered", items=lines).fulfilment == Fulfilment.FULFILLED


def test_parcels():
    packed, sent = fulfilment("f1"), fulfilment("f2", "CC1", "CC2", shipped_at="2026-11-22T08:00:00Z")
    there = fulfilment("f3", "CC3", shipped_at="2026-11-22T08:00:00Z", delivered_at="2026-11-23T08:00:00Z")
    gone = fulfilment("f4", canceled_at="2026-11-22T08:00:00Z")
    found = read(fulfillments=[packed, sent, there, gone]).shipments
    assert [(one.remote_id, one.state, one.tracking_number) for one in found] == [
        ("f1", State.UNKNOWN, ""),
        ("f2", State.HANDED_OVER, "CC1"),
        ("f2/l1", State.HANDED_OVER, "CC2"),
        ("f3", State.DELIVERED, "CC3"),
        ("f4", State.CANCELLED, ""),
    ]
    assert [one.lines for one in found[:3]] == [{"a": 1}, {"a": 1}, {}]
    assert found[1].tracking_url == ""  # "#" is what merchants write who have none
    assert found[3].delivered_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_what_came_back_stays_in_the_order_with_its_price():
    taxed = {**line("a", 100, 2, return_received_quantity=2, shipped_quantity=2), "tax_lines": [{"rate": 24}]}
    taxed["adjustments"] = [{"amount": 10}]
    back = {"id": "ret_1", "status": "received", "items": [{"item_id": "a", "quantity": 2}]}
    moments = {"created_at": "2026-11-21T19:59:40Z", "received_at": "2026-11-21T19:59:42Z"}
    paid = [{"payments": [payment(482.4, refund(235.6, "Retoure"))]}]
    found = read(total=0, items=[taxed], returns=[{**back, **moments}], payment_collections=paid)
    assert found.total == 48240
    assert [(one.total, one.fulfilled, one.returned) for one in found.lines] == [(23560, 2, 2)]  # (200 - 10) x 1.24
    assert [(one.amount, one.reason) for one in found.refunds] == [(23560, "Retoure")]
    (gone,) = found.returns
    assert (gone.state, gone.lines) == ("received", {"a": 2})
    assert gone.received_at == datetime(2026, 11, 21, 19, 59, 42, tzinfo=UTC)


@pytest.mark.parametrize("rate", ["a", -1, 1e9, "NaN"])
def test_a_rate_of_tax_that_is_none(rate: Any):
    back = {**line("a", 100, 1, return_received_quantity=1), "tax_lines": [{"rate": rate}]}
    with pytest.raises(contract.Unparsable, match="rate"):
        read(items=[back])


def test_a_cancelled_order():
    paid = {**payment(0), "canceled_at": "2026-11-21T19:59:45.305Z"}
    found = read(status="canceled", payment_status="canceled", payment_collections=[{"payments": [paid]}])
    assert (found.is_cancelled, found.payment, found.paid) == (True, Payment.VOIDED, 0)
    assert found.cancelled_at == datetime(2026, 11, 21, 19, 59, 45, 305000, UTC)


def test_a_product_and_a_customer():
    ware, person = SHOP.understand("product", PRODUCT), SHOP.understand("customer", CUSTOMER)
    assert isinstance(ware, contract.ProductData)
    assert isinstance(person, contract.CustomerData)
    assert ware.url == "https://shop.test/p/flasche"
    assert [(one.price, one.currency, one.stock) for one in ware.variants] == [(1400, "EUR", 7), (0, "", None)]
    assert (person.name, person.phone) == ("Søren Kjær", ADDRESS["phone"])


def test_a_recorded_shop():
    folder = corpora.folder("shops", "shop-payloads", "medusa-2.21.2")
    raws = json.loads((folder / "orders.json").read_text())["orders"]
    found = [one for one in (SHOP.understand("order", raw) for raw in raws) if isinstance(one, contract.OrderData)]
    assert len(found) == 30
    for one in found:
        assert sum(line.total for line in one.lines) + one.shipping == one.total, one.number
        assert one.paid in (0, one.total), one.number
    assert [one.payment for one in found].count(Payment.PARTLY_REFUNDED) == 3
    assert sum(one.is_cancelled for one in found) == 3
    for name in ("products", "customers"):
        for raw in json.loads((folder / f"{name}.json").read_text())[name]:
            assert SHOP.understand("product" if name == "products" else "customer", raw).remote_id
