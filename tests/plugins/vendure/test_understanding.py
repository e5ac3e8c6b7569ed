"""What Vendure's orders and products are understood as."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.commerce.contract import Fulfilment, Payment, State
from shopbell.plugins.vendure.connector import Vendure
from tests import corpora
from tests.plugins.pushing import signed
from tests.plugins.vendure.shop import CUSTOMER, PRODUCT, line, order, parcel, payment, refund

SHOP = Vendure({"page": "https://shop.test/p/{slug}"}, ZoneInfo("Europe/Tallinn"))


def read(**changes: Any) -> contract.OrderData:
    found = SHOP.understand("order", order(**changes))
    assert isinstance(found, contract.OrderData)
    return found


def test_an_order():
    found = read()
    assert (found.number, found.currency, found.total, found.shipping, found.subtotal) == (
        "NYX8F55",
        "EUR",
        44353,
        500,
        43853,
    )
    assert (found.paid, found.payment, found.payment_method) == (44353, Payment.PAID, "card")
    assert (found.email, found.name, found.phone) == ("kart@customer.test", "Kärt Õunapuu", "+3725123456")
    assert found.customer_id == ""  # a guest: the shop's own customer has no user
    assert (found.fulfilment, found.coupons, found.delivery_method) == (Fulfilment.OPEN, ("TERE",), "Standard")
    assert found.placed_at == datetime(2026, 11, 21, 19, 43, 33, 818000, UTC)
    assert [(one.sku, one.quantity, one.total) for one in found.lines] == [("SKU-8", 2, 25000), ("SKU-9", 1, 18853)]


def test_a_basket_is_no_order():
    with pytest.raises(contract.Unparsable, match="basket"):
        read(orderPlacedAt=None)


@pytest.mark.parametrize(
    ("payments", "wanted"),
    [
        ([], Payment.PENDING),
        ([payment(44353, "Authorized")], Payment.AUTHORISED),
        ([payment(44353)], Payment.PAID),
        ([payment(10000)], Payment.PARTLY_PAID),
        ([payment(44353, "Declined")], Payment.FAILED),
        ([payment(44353, "Declined"), payment(44353)], Payment.PAID),
        ([payment(44353, "Cancelled")], Payment.VOIDED),
        ([payment(44353, "Settled", refund("1", 100))], Payment.PARTLY_REFUNDED),
        ([payment(44353, "Settled", refund("1", 44353))], Payment.REFUNDED),
        ([payment(44353, "Settled", refund("1", 100, "Pending"))], Payment.PAID),
        ([payment(44353, "Settled", refund("1", 100, "Failed"))], Payment.PAID),
    ],
)
def test_how_far_it_is_paid(payments: list[dict[str, Any]], wanted: Payment):
    assert read(payments=payments).payment == wanted


@pytest.mark.parametrize(
    ("parcels", "wanted"),
    [
        ([parcel("1", "Pending", {"8": 2, "9": 1})], Fulfilment.OPEN),
        ([parcel("1", "Shipped", {"8": 2})], Fulfilment.PARTLY),
        ([parcel("1", "Shipped", {"8": 2}), parcel("2", "Delivered", {"9": 1})], Fulfilment.FULFILLED),
        ([parcel("1", "Delivered", {"8": 2, "9": 1})], Fulfilment.DELIVERED),
        ([parcel("1", "Cancelled", {"8": 2, "9": 1})], Fulfilment.OPEN),
    ],
)
def test_how_far_it_is_fulfilled(parcels: list[dict[str, Any]], wanted: Fulfilment):
    assert read(fulfillments=parcels).fulfilment == wanted


def test_a_parcel_and_when_it_left():
    moves = [
        {"type": "ORDER_FULFILLMENT_TRANSITION", "createdAt": f"2026-11-{day}T08:00:00Z", "data": data}
        for day, data in (
            (22, {"fulfillmentId": 1, "from": "Pending", "to": "Shipped"}),
            (23, {"fulfillmentId": 2, "from": "Pending", "to": "Shipped"}),
            (24, {"fulfillmentId": 1, "from": "Shipped", "to": "Delivered"}),
        )
    ]
    (found,) = read(fulfillments=[parcel("1", "Delivered", {"8": 2})], history={"items": moves}).shipments
    assert (found.carrier, found.tracking_number, found.state) == ("DHL Paket", "0034043", State.DELIVERED)
    assert found.shipped_at == datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    assert found.delivered_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert found.lines == {"8": 2}


def test_what_came_back_stays_in_the_order():
    """Vendure takes it out of lines and totals; it was ordered and paid for all the same."""
    found = read(
        totalWithTax=31853,
        lines=[line("8", 12500, 1, placed=2), line("9", 18853, 1)],
        payments=[payment(44353, "Settled", refund("1", 12500))],
        fulfillments=[parcel("1", "Delivered", {"8": 2, "9": 1})],
    )
    assert (found.total, found.paid, found.payment) == (44353, 44353, Payment.PARTLY_REFUNDED)
    assert [(one.quantity, one.returned, one.total) for one in found.lines] == [(2, 1, 25000), (1, 0, 18853)]


def test_what_was_taken_out_before_it_was_paid_is_gone():
    found = read(totalWithTax=31853, lines=[line("8", 12500, 1, placed=2), line("9", 18853, 1)], payments=[])
    assert found.total == 31853
    assert [one.quantity for one in found.lines] == [1, 1]


def test_a_cancelled_order_is_what_it_was():
    empty = [line("8", 12500, 0, placed=2), line("9", 18853, 0, placed=1)]
    move = {"type": "ORDER_STATE_TRANSITION", "createdAt": "2026-11-22T08:00:00Z", "data": {"to": "Cancelled"}}
    found = read(state="Cancelled", totalWithTax=0, total=0, lines=empty, history={"items": [move]})
    assert (found.is_cancelled, found.total, found.tax) == (True, 44353, 0)
    assert found.cancelled_at == datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    assert [(one.quantity, one.returned) for one in found.lines] == [(2, 0), (1, 0)]


def test_a_product_and_a_customer():
    ware, person = SHOP.understand("product", PRODUCT), SHOP.understand("customer", CUSTOMER)
    assert isinstance(ware, contract.ProductData)
    assert isinstance(person, contract.CustomerData)
    assert ware.url == "https://shop.test/p/laptop"
    assert [(one.price, one.stock) for one in ware.variants] == [(129900, 103), (0, None)]
    assert (person.address.city, person.phone) == ("Tallinn", "+3725123456")


def test_a_merchants_own_plugin_may_tell_of_orders():
    body, headers = signed({"type": "order.state", "data": {"id": 9, "to": "Shipped"}})
    assert [(one.kind, one.remote_id) for one in SHOP.hints(body, headers)] == [("order", "9")]
    assert SHOP.hints(*signed({"type": "fulfillment.state", "data": {"id": 6}})) == []


def test_a_recorded_shop():
    folder = corpora.folder("shops", "shop-payloads", "vendure-3.7.3")
    raws = json.loads((folder / "orders.json").read_text())["items"]
    found = [one for one in (SHOP.understand("order", raw) for raw in raws) if isinstance(one, contract.OrderData)]
    assert len(found) == 24
    for one in found:
        assert sum(line.total for line in one.lines) + one.shipping == one.total, one.number
        assert one.paid in (0, one.total), one.number
    assert [one.fulfilment for one in found].count(Fulfilment.PARTLY) == 3
    assert [one.payment for one in found].count(Payment.REFUNDED) == 3
    for name in ("products", "customers"):
        for raw in json.loads((folder / f"{name}.json").read_text())[name]["items"]:
            assert SHOP.understand("product" if name == "products" else "customer", raw).remote_id
    pushes = json.loads((folder / "webhook_deliveries.json").read_text())
    hints = [hint for one in pushes for hint in SHOP.hints(json.dumps(one["body"]).encode(), {})]
    assert len(hints) == 32
