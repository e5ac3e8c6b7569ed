"""What an oscar shop's order, product and customer are understood as."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.commerce.contract import Fulfilment, Payment, State
from shopbell.plugins.django_oscar import parcels
from shopbell.plugins.django_oscar.connector import DjangoOscar
from tests import corpora
from tests.plugins.django_oscar.samples import CUSTOMER, PRODUCT, event, order


def read(settings: dict[str, Any] | None = None, **fields: Any) -> contract.OrderData:
    shop = DjangoOscar(settings or {}, ZoneInfo("Europe/Tallinn"))
    found = shop.understand("order", order(**fields))
    assert isinstance(found, contract.OrderData)
    return found


def test_an_order():
    found = read()
    assert (found.remote_id, found.number, found.currency) == ("8", "10007", "EUR")
    assert (found.total, found.subtotal, found.shipping, found.tax, found.discount) == (30880, 30390, 490, 6176, 490)
    assert (found.paid, found.payment, found.payment_method) == (30880, Payment.PAID, "Card")
    assert (found.email, found.name, found.phone) == ("soeren@customer.test", "Søren Kjær", "+4533112233")
    assert (found.customer_id, found.coupons, found.note) == ("2", ("TERE5",), "Ring twice")
    assert found.shipping_address.city == "København K"
    assert (found.shipping_address.line2, found.shipping_address.country) == ("2. th", "DK")
    assert found.placed_at == datetime(2026, 11, 1, 20, 3, 10, 679000, UTC)
    assert found.updated_at == datetime(2026, 11, 2, 20, 3, 10, 679000, UTC)
    assert found.fulfilment == Fulfilment.OPEN
    assert not found.is_cancelled
    assert found.url == "https://shop.test/dashboard/orders/10007/"
    first, second = found.lines
    assert (first.remote_id, first.sku, first.quantity, first.unit_price, first.total) == (
        "15",
        "OSC-15",
        2,
        12950,
        25900,
    )
    assert (first.product_id, first.variant_id, first.tax) == ("55", "55", 5180)
    assert (second.product_id, second.variant_id) == ("40", "56")  # a size of a product


def test_a_guest_has_no_account():
    found = read(user=None, email="", guest_email="guest@customer.test")
    assert (found.customer_id, found.email) == ("", "guest@customer.test")


def test_a_date_without_a_zone_is_the_shops():
    assert read(date_placed="2026-11-01T20:00:00").placed_at == datetime(2026, 11, 1, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("total", "amounts", "payment"),
    [
        ("10.00", [("10.00", "10.00", "0.00")], Payment.PAID),
        ("10.00", [("10.00", "0.00", "0.00")], Payment.AUTHORISED),
        ("10.00", [("0.00", "0.00", "0.00")], Payment.PENDING),
        ("10.00", [("10.00", "4.00", "0.00")], Payment.PARTLY_PAID),
        ("10.00", [("4.00", "4.00", "0.00"), ("6.00", "6.00", "0.00")], Payment.PAID),
        ("10.00", [("10.00", "10.00", "1.00")], Payment.PARTLY_REFUNDED),
        ("10.00", [("10.00", "10.00", "10.00")], Payment.REFUNDED),
        ("10.00", [], Payment.UNKNOWN),
        ("0.00", [], Payment.PAID),
    ],
)
def test_how_far_it_is_paid(total: str, amounts: list[tuple[str, str, str]], payment: Payment):
    sources = [
        {"id": at, "amount_allocated": one[0], "amount_debited": one[1], "amount_refunded": one[2]}
        for at, one in enumerate(amounts)
    ]
    assert read(total_incl_tax=total, sources=sources).payment == payment


def refunds(*, transactions: list[str], events: list[str]) -> contract.OrderData:
    source = order()["sources"][0]
    source["transactions"] += [
        {"id": 20 + at, "txn_type": "Refund", "amount": amount, "reference": "RF"}
        for at, amount in enumerate(transactions)
    ]
    made = [{"id": 30 + at, "type": "Refunded", "amount": amount} for at, amount in enumerate(events)]
    debited = {"id": 1, "type": "Debited", "amount": "308.80"}
    return read(sources=[source], payment_events=[debited, *made])


def test_a_refund_that_stands_in_both_books_is_one():
    found = refunds(transactions=["10.00"], events=["10.00"])
    assert [(one.remote_id, one.amount, one.reason) for one in found.refunds] == [("t20", 1000, "RF")]


def test_a_refund_that_only_the_events_know_counts():
    found = refunds(transactions=["10.00"], events=["10.00", "5.00"])
    assert [(one.remote_id, one.amount) for one in found.refunds] == [("e30", 1000), ("e31", 500)]
    assert found.payment == Payment.PARTLY_REFUNDED


def test_parcels_leave_arrive_and_come_back():
    events = [
        event(3, "Returned", 9, {16: 1}),
        event(1, "Shipped", 2, {15: 2, 16: 1}, "DHL 00340434161094015902"),
        event(2, "Shipped", 3, {16: 1}, "Omniva CC123456789EE https://omniva.test/CC123456789EE"),
        event(4, "Delivered", 4, {16: 1}),
    ]
    found = read(shipping_events=events)
    first, second = found.shipments
    assert (first.remote_id, first.carrier, first.tracking_number) == ("1", "DHL", "00340434161094015902")
    assert (first.state, first.lines) == (State.HANDED_OVER, {"15": 2, "16": 1})
    assert first.shipped_at == datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
    assert (second.tracking_url, second.state) == ("https://omniva.test/CC123456789EE", State.RETURNED)
    assert second.delivered_at == datetime(2026, 11, 4, 10, 0, tzinfo=UTC)
    assert [(line.fulfilled, line.returned) for line in found.lines] == [(2, 0), (2, 1)]
    assert found.fulfilment == Fulfilment.FULFILLED


@pytest.mark.parametrize(
    ("events", "fulfilment"),
    [
        ([], Fulfilment.OPEN),
        ([event(1, "Shipped", 1, {15: 1})], Fulfilment.PARTLY),
        ([event(1, "Shipped", 1, {15: 2, 16: 2})], Fulfilment.FULFILLED),
        ([event(1, "Shipped", 1, {15: 2, 16: 2}), event(2, "Delivered", 2, {15: 2, 16: 2})], Fulfilment.DELIVERED),
        ([event(1, "Shipped", 1, {15: 2, 16: 2}), event(2, "Returned", 2, {15: 2, 16: 2})], Fulfilment.RETURNED),
        ([event(1, "Packed", 1, {15: 2, 16: 2})], Fulfilment.OPEN),  # a name the shop did not explain
    ],
)
def test_how_far_it_is_fulfilled(events: list[dict[str, Any]], fulfilment: Fulfilment):
    assert read(shipping_events=events).fulfilment == fulfilment


def test_a_shop_has_its_own_words():
    words = {"words": {"shipped": "Versandt, Teilversand", "cancelled": "Storniert"}}
    sent = [event(1, "versandt", 1, {15: 2, 16: 2})]
    assert read(words, shipping_events=sent).fulfilment == Fulfilment.FULFILLED
    changes = [{"new_status": "Storniert", "date_created": "2026-11-05T08:00:00Z"}]
    found = read(words, status="Storniert", status_changes=changes)
    assert found.is_cancelled
    assert found.cancelled_at == datetime(2026, 11, 5, 8, 0, tzinfo=UTC)
    assert not read(status="Storniert").is_cancelled


@pytest.mark.parametrize(
    ("note", "read"),
    [
        ("DHL 00340434161094015902", ("DHL", "00340434161094015902", "")),
        ("Tracking number: CC123456789EE", ("", "CC123456789EE", "")),
        ("https://track.test/p/123456789012", ("", "", "https://track.test/p/123456789012")),
        ("PostNord, tracking no. 00373500489530470000", ("PostNord", "00373500489530470000", "")),
        ("DPD: 0598-1234-5678-90", ("DPD", "0598-1234-5678-90", "")),
        ("left on 2026-11-22", ("", "", "")),
        ("call +3725123456 before", ("", "", "")),
        ("", ("", "", "")),
        ("two boxes", ("", "", "")),
    ],
)
def test_a_note_names_carrier_number_and_link(note: str, read: tuple[str, str, str]):
    assert parcels.read_note(note) == read


def test_a_product_with_sizes():
    found = DjangoOscar({}, ZoneInfo("UTC")).understand("product", PRODUCT)
    assert isinstance(found, contract.ProductData)
    first, second = found.variants
    assert (first.sku, first.price, first.currency, first.stock) == ("B41", 12950, "EUR", 6)
    assert (second.sku, second.price, second.stock) == ("B42", 0, None)


def test_a_customer():
    found = DjangoOscar({}, ZoneInfo("UTC")).understand("customer", CUSTOMER)
    assert isinstance(found, contract.CustomerData)
    assert (found.email, found.name, found.phone) == ("soeren@customer.test", "Søren Kjær", "+4533112233")


def test_orders_of_a_recorded_shop():
    raws = json.loads((corpora.folder("shops", "shop-payloads", "django-oscar-4.2.1") / "orders_orm.json").read_text())
    found = [DjangoOscar({}, ZoneInfo("UTC")).understand("order", raw) for raw in raws]
    assert len(found) == 9
    assert [one.payment for one in found if isinstance(one, contract.OrderData)].count(Payment.PARTLY_REFUNDED) == 3
    assert [one.fulfilment for one in found if isinstance(one, contract.OrderData)].count(Fulfilment.FULFILLED) == 6
    products = corpora.folder("shops", "shop-payloads", "django-oscar-4.2.1") / "api_admin_products.json"
    read = [DjangoOscar({}, ZoneInfo("UTC")).understand("product", raw) for raw in json.loads(products.read_text())]
    assert [one.variants[0].stock for one in read if isinstance(one, contract.ProductData)] == [489, 494, 489]
