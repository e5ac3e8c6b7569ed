"""What WooCommerce's objects are understood as."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.plugins.woocommerce.connector import WooCommerce
from tests.plugins.woocommerce.shop import TALLINN, customer, line, order, product

WOO = WooCommerce({"url": "https://shop.test", "currency": "EUR"}, TALLINN)
Payment, Fulfilment, State = contract.Payment, contract.Fulfilment, contract.State


def understood(**changes: Any) -> contract.OrderData:
    found = WOO.understand("order", order(**changes))
    assert isinstance(found, contract.OrderData)
    return found


def meta(key: str, value: object) -> dict[str, object]:
    return {"id": 1, "key": key, "value": value}


def test_an_order():
    found = understood()
    home = contract.Address(
        name="Anja Schröder", line1="Lindenstraße 12", postcode="20095", city="Hamburg", country="DE"
    )
    assert replace(found, raw={}) == contract.OrderData(
        remote_id="24",
        number="24",
        currency="EUR",
        total=10115,
        placed_at=datetime(2026, 11, 21, 19, 56, 40, tzinfo=UTC),
        updated_at=datetime(2026, 11, 21, 19, 57, tzinfo=UTC),
        email="anja.schroeder@example.de",
        phone="+4940123456",
        name="Anja Schröder",
        customer_id="2",
        subtotal=10591,
        shipping=583,
        tax=1615,
        discount=1059,
        paid=10115,
        payment=Payment.PAID,
        payment_method="PayPal",
        fulfilment=Fulfilment.OPEN,
        delivery_method="DHL Paket",
        billing=replace(home, phone="+4940123456"),
        shipping_address=home,
        coupons=("sommer10",),
        note="Bitte klingeln",
        status="processing",
        url="https://shop.test/wp-admin/post.php?post=24&action=edit",
        lines=(
            contract.LineData(
                remote_id="31",
                title="Regenjacke & Hut",
                quantity=2,
                sku="WOO-1",
                product_id="11",
                variant_id="11",
                unit_price=5296,
                total=9532,
                tax=1522,
            ),
        ),
    )


def test_a_guest_and_a_shop_whose_times_have_no_twin():
    raw = order(customer_id=0, billing={}, shipping=[], line_items=[], shipping_lines=[])
    for name in ("created", "modified", "paid"):
        del raw[f"date_{name}_gmt"]
    found = WOO.understand("order", raw)
    assert isinstance(found, contract.OrderData)
    assert (found.customer_id, found.email, found.lines) == ("", "", ())
    assert found.placed_at == datetime(2026, 11, 21, 19, 56, 40, tzinfo=UTC)  # 21:56 in Tallinn


@pytest.mark.parametrize(
    ("changes", "payment", "fulfilment", "paid"),
    [
        ({"status": "pending", "date_paid": None, "date_paid_gmt": None}, Payment.PENDING, Fulfilment.OPEN, 0),
        ({"status": "completed"}, Payment.PAID, Fulfilment.FULFILLED, 10115),
        ({"status": "failed", "date_paid": None, "date_paid_gmt": None}, Payment.FAILED, Fulfilment.OPEN, 0),
        ({"status": "cancelled", "date_paid": None, "date_paid_gmt": None}, Payment.VOIDED, Fulfilment.OPEN, 0),
        ({"status": "refunded"}, Payment.REFUNDED, Fulfilment.UNKNOWN, 10115),
        ({"status": "gift-wrapping"}, Payment.PAID, Fulfilment.UNKNOWN, 10115),
        (
            {"payment_method": "cod", "date_paid": None, "date_paid_gmt": None},
            *(Payment.PENDING, Fulfilment.OPEN, 0),
        ),
        ({"refunds": [{"id": 5, "reason": "", "total": "-1.00"}]}, Payment.PARTLY_REFUNDED, Fulfilment.OPEN, 10115),
        ({"refunds": [{"id": 5, "reason": "", "total": "-101.15"}]}, Payment.REFUNDED, Fulfilment.OPEN, 10115),
    ],
)
def test_status_day_of_payment_and_refunds_say_how_far_it_is(
    changes: dict[str, Any], payment: Payment, fulfilment: Fulfilment, paid: int
):
    found = understood(**changes)
    assert (found.payment, found.fulfilment, found.paid) == (payment, fulfilment, paid)
    assert found.is_cancelled is (changes.get("status") == "cancelled")


def test_a_refund_in_full_says_what_went_back():
    refund = {
        **{"id": 25, "amount": "40.05", "reason": "passt nicht", "date_created_gmt": "2026-11-22T10:00:00"},
        "line_items": [{"id": 77, "quantity": -1, "meta_data": [meta("_refunded_item_id", "31")]}],
    }
    found = understood(refunds=[refund])
    when = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert found.refunds == (contract.RefundData(remote_id="25", amount=4005, made_at=when, reason="passt nicht"),)
    assert found.lines[0].refunded == 1


@pytest.mark.parametrize(
    ("via", "source", "place"),
    [
        ("checkout", contract.Source.WEB, ""),
        ("pos-rest-api", contract.Source.STORE, ""),
        ("amazon", contract.Source.MARKETPLACE, "amazon"),
        ("rest-api", contract.Source.OTHER, ""),
    ],
)
def test_by_which_way_it_came(via: str, source: contract.Source, place: str):
    found = understood(created_via=via)
    assert (found.source, found.place) == (source, place)


def test_click_and_collect():
    method = {
        **{"method_id": "pickup_location", "method_title": "Abholung"},
        "meta_data": [meta("pickup_location", "Laden Altona")],
    }
    found = understood(shipping_lines=[method], status="ready-pickup")
    assert (found.is_pickup, found.place, found.fulfilment) == (True, "Laden Altona", Fulfilment.READY)


@pytest.mark.parametrize(
    "changes",
    [
        {"meta_data": [meta("_tracking_number", "CC1EE"), meta("_tracking_provider", "Omniva")]},
        {"meta_data": [meta("_aftership_tracking_items", [{"slug": "Omniva", "tracking_number": "CC1EE"}])]},
        {"meta_data": [meta("ywot_tracking_code", "CC1EE"), meta("ywot_carrier_name", "Omniva")]},
        {"meta_data": [meta("_wcst_order_trackno", "CC1EE"), meta("_wcst_order_trackname", "Omniva")]},
        {
            "meta_data": [
                meta("_wc_shipment_tracking_items", {"0": {"tracking_provider": "Omniva", "tracking_number": "CC1EE"}})
            ]
        },
        {
            "line_items": [
                line(
                    meta_data=[
                        meta(
                            "_vi_wot_order_item_tracking_data",
                            '[{"tracking_number": "old"}, {"tracking_number": "CC1EE", "carrier_name": "Omniva"}]',
                        )
                    ]
                )
            ]
        },
    ],
)
def test_every_spelling_of_a_tracking_number(changes: dict[str, Any]):
    found = understood(**changes).shipments
    assert [(one.remote_id, one.tracking_number, one.carrier) for one in found] == [("CC1EE", "CC1EE", "Omniva")]
    assert found[0].state == State.DATA_RECEIVED


def test_two_parcels_with_days_and_addresses():
    rows = [
        {
            **{"tracking_provider": "dhl", "tracking_number": "JJD1", "date_shipped": "1795132800"},
            **{"custom_tracking_link": "https://dhl.test/JJD1"},
        },
        {"custom_tracking_provider": "Bote", "tracking_number": "B-2", "custom_tracking_link": "javascript:alert(1)"},
        {"tracking_number": ""},
        {"tracking_provider": "dhl", "tracking_number": "JJD1"},
    ]
    found = understood(meta_data=[meta("_wc_shipment_tracking_items", rows)], status="completed").shipments
    assert [(one.tracking_number, one.carrier, one.tracking_url) for one in found] == [
        ("JJD1", "dhl", "https://dhl.test/JJD1"),
        ("B-2", "Bote", ""),
    ]
    assert [one.shipped_at for one in found] == [datetime(2026, 11, 20, tzinfo=UTC), None]
    assert {one.state for one in found} == {State.HANDED_OVER}


def test_strange_meta_data_is_passed_over():
    for value in ("no json", 7, None, [1, "x"], {"a": 1}, True):
        rows = [meta("_wc_shipment_tracking_items", value), "x", meta("_tracking_number", {"a": 1})]
        assert understood(meta_data=rows).shipments == ()
    assert understood(meta_data="broken").shipments == ()


def test_a_product_and_what_it_comes_in():
    found = WOO.understand("product", product())
    assert isinstance(found, contract.ProductData)
    only = contract.VariantData(remote_id="11", title="Regenjacke", sku="WOO-1", price=4450, currency="EUR", stock=7)
    assert (found.title, found.variants, found.is_active) == ("Regenjacke", (only,), True)
    sizes = [
        product(number, sku=f"J-{size}", attributes=[{"name": "Größe", "option": size}], stock_quantity=None)
        for number, size in ((12, "S"), (13, "M"))
    ]
    found = WOO.understand("product", product(_variations=sizes, status="draft"))
    assert isinstance(found, contract.ProductData)
    assert [(one.remote_id, one.title, one.sku, one.stock) for one in found.variants] == [
        ("12", "Regenjacke S", "J-S", None),
        ("13", "Regenjacke M", "J-M", None),
    ]
    assert found.is_active is False


def test_a_customer():
    found = WOO.understand("customer", customer())
    assert isinstance(found, contract.CustomerData)
    assert (found.remote_id, found.email, found.name, found.phone) == (
        *("2", "anja.schroeder@example.de", "Anja Schröder", "+4940123456"),
    )
    assert found.created_at == datetime(2026, 11, 19, 10, tzinfo=UTC)
    assert found.accepts_marketing is None


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"total": {"amount": 1}}, "total is an object and no amount"),
        ({"total": "12,40"}, "total: '12,40' is no amount"),
        ({"currency": None}, "currency: None is no currency"),
        ({"date_created": None, "date_created_gmt": None}, "date_created is missing"),
        ({"date_created_gmt": "gestern"}, "date_created_gmt is the text 'gestern' and no date and time"),
        ({"line_items": {"0": {}}}, "line_items is an object and no list"),
        ({"line_items": [None]}, r"line_items\[0\] is nothing and no object"),
        ({"billing": "Anja"}, "billing is the text and no object"),
        ({"id": None}, "id is missing"),
        ({"status": ["processing"]}, "status is a list and no text"),
    ],
)
def test_what_cannot_be_understood_says_why(changes: dict[str, Any], complaint: str):
    with pytest.raises(contract.Unparsable, match=f"^{complaint}$"):
        understood(**changes)


def test_three_decimals_are_rounded_as_tills_do():
    assert understood(total="101.155").total == 10116
    assert understood(total="101.1549999").total == 10115
    assert understood(currency="KWD", total="1.234").total == 1234
