"""What Shopware's objects are understood as."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.plugins.shopware.connector import Shopware
from tests.plugins.shopware.shop import customer, delivery, line, order, payment, product, state, uid

SETTINGS = {"url": "https://shop.test", "currency": "EUR"}
SHOPWARE = Shopware(SETTINGS, ZoneInfo("Europe/Tallinn"))
Payment, Fulfilment, State = contract.Payment, contract.Fulfilment, contract.State


def understood(**changes: Any) -> contract.OrderData:
    found = SHOPWARE.understand("order", order(**changes))
    assert isinstance(found, contract.OrderData)
    return found


def test_an_order():
    home = contract.Address(
        **{"name": "Anja Schröder", "line1": "Lindenstraße 12", "postcode": "20095", "city": "Hamburg"},
        **{"country": "DE", "phone": "+4940123456"},
    )
    morning = datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert replace(understood(), raw={}) == contract.OrderData(
        remote_id=uid("order"),
        number="10001",
        currency="EUR",
        total=9490,
        placed_at=datetime(2026, 11, 21, 19, 56, 40, 123000, tzinfo=UTC),
        updated_at=morning,
        email="anja.schroeder@example.de",
        phone="+4940123456",
        name="Anja Schröder",
        customer_id=uid("customer"),
        language="de-DE",
        subtotal=10000,
        shipping=490,
        tax=1515,
        discount=1000,
        paid=9490,
        payment=Payment.PAID,
        payment_method="PayPal",
        fulfilment=Fulfilment.FULFILLED,
        delivery_method="DHL",
        billing=home,
        shipping_address=home,
        coupons=("SOMMER10",),
        note="Bitte klingeln",
        status="in_progress",
        url=f"https://shop.test/admin#/sw/order/detail/{uid('order')}",
        lines=(
            contract.LineData(
                remote_id=uid("line"),
                title="Regenjacke M",
                quantity=2,
                sku="J-M",
                product_id=uid("product"),
                variant_id=uid("variant"),
                unit_price=5000,
                total=10000,
                tax=1597,
                fulfilled=2,
            ),
        ),
        shipments=(
            contract.ShipmentData(
                remote_id=uid("delivery"),
                carrier="DHL",
                tracking_number="JJD1",
                tracking_url="https://dhl.test/JJD1",
                state=State.HANDED_OVER,
                shipped_at=morning,
                lines={uid("line"): 2},
            ),
        ),
    )


@pytest.mark.parametrize(
    ("payments", "found"),
    [
        ([payment("failed"), payment("paid", "2026-11-21T20:00:00.000+00:00")], Payment.PAID),
        ([payment("paid"), payment("cancelled", "2026-11-21T20:00:00.000+00:00")], Payment.PAID),
        ([payment("failed")], Payment.FAILED),
        ([payment("chargeback")], Payment.UNKNOWN),
        ([payment("authorized")], Payment.AUTHORISED),
        ([], Payment.UNKNOWN),
    ],
)
def test_the_payment_that_counts(payments: list[dict[str, Any]], found: Payment):
    assert understood(transactions=payments).payment == found


@pytest.mark.parametrize(
    ("states", "found"),
    [
        (["open"], Fulfilment.OPEN),
        (["shipped", "open"], Fulfilment.PARTLY),
        (["returned"], Fulfilment.RETURNED),
        (["pending_at_robot"], Fulfilment.UNKNOWN),
        ([], Fulfilment.UNKNOWN),
    ],
)
def test_how_far_it_has_left(states: list[str], found: Fulfilment):
    rows = [delivery(id=uid(f"d{at}"), stateMachineState=state(one)) for at, one in enumerate(states)]
    assert understood(deliveries=rows).fulfilment == found


def test_free_shipping_is_written_as_a_delivery_and_is_none():
    free = delivery(id=uid("free"), shippingCosts={"totalPrice": -4.9}, stateMachineState=state("open"))
    found = understood(deliveries=[delivery(), free])
    assert (found.fulfilment, len(found.shipments)) == (Fulfilment.FULFILLED, 1)


def test_prices_without_tax_are_told_with_it():
    found = understood(price={"taxStatus": "net", "calculatedTaxes": [{"tax": 15.15}]})
    assert (found.lines[0].total, found.lines[0].tax) == (11597, 1597)


def test_parcels():
    rows = [delivery(trackingCodes=["JJD1", "JJD2", "JJD1"])]
    found = understood(deliveries=rows).shipments
    assert [(one.remote_id, one.tracking_number) for one in found] == [
        (uid("delivery"), "JJD1"),
        (f"{uid('delivery')}-1", "JJD2"),
    ]
    assert understood(deliveries=[delivery(trackingCodes=[], stateMachineState=state("open"))]).shipments == ()
    (bare,) = understood(deliveries=[delivery(trackingCodes=[])]).shipments
    assert (bare.tracking_number, bare.tracking_url) == ("", "")


def test_a_delivery_date_is_a_promise_only_where_the_shop_says_so():
    assert understood().promised_on is None
    keeping = Shopware({**SETTINGS, "dates_are_promises": True}, ZoneInfo("Europe/Tallinn"))
    found = keeping.understand("order", order())
    assert isinstance(found, contract.OrderData)
    assert found.promised_on == date(2026, 11, 25)


def test_refunds():
    row = {
        **{"id": uid("refund"), "amount": {"totalPrice": 20.0}, "reason": "Kulanz", "stateMachineState": state("open")},
        "createdAt": "2026-11-23T10:00:00.000+00:00",
    }
    failed = {**row, "id": uid("failed"), "stateMachineState": state("failed")}
    found = understood(transactions=[payment(captures=[{"refunds": [row, failed]}])])
    when = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert found.refunds == (
        contract.RefundData(remote_id=uid("refund"), amount=2000, made_at=when, reason="Kulanz", is_pending=True),
    )
    whole = understood(transactions=[payment("refunded")])
    assert (whole.payment, [one.amount for one in whole.refunds]) == (Payment.REFUNDED, [9490])


def test_a_product_whose_variants_leave_out_what_is_their_parent_s():
    found = SHOPWARE.understand("product", product())
    assert isinstance(found, contract.ProductData)
    variant = contract.VariantData(
        remote_id=uid("variant"), title="Regenjacke M", sku="J-M", price=5000, currency="EUR", stock=7
    )
    assert (found.title, found.variants) == ("Regenjacke", (variant,))
    assert found.updated_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    simple = SHOPWARE.understand("product", product(children=[]))
    assert isinstance(simple, contract.ProductData)
    assert [(one.remote_id, one.sku) for one in simple.variants] == [(uid("product"), "J")]


def test_a_customer():
    found = SHOPWARE.understand("customer", customer())
    assert isinstance(found, contract.CustomerData)
    assert (found.email, found.name, found.language, found.phone) == (
        *("anja.schroeder@example.de", "Anja Schröder", "de-DE", "+4940123456"),
    )


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"currency": None}, "currency.isoCode: None is no currency"),
        ({"amountTotal": "viel"}, "amountTotal: 'viel' is no amount"),
        ({"orderNumber": None}, "orderNumber is missing"),
        ({"orderDateTime": None, "createdAt": None}, "orderDateTime is missing"),
        ({"lineItems": [line(quantity="zwei")]}, r"lineItems\[0\].quantity is the text 'zwei' and no number"),
        ({"deliveries": {"0": 1}}, "deliveries is an object and no list"),
    ],
)
def test_what_cannot_be_understood_says_why(changes: dict[str, Any], complaint: str):
    with pytest.raises(contract.Unparsable, match=f"^{complaint}$"):
        understood(**changes)


def test_three_decimals_and_a_time_without_a_zone():
    found = understood(amountTotal=94.905, orderDateTime="2026-11-21 21:56:40")
    assert (found.total, found.placed_at) == (9491, datetime(2026, 11, 21, 19, 56, 40, tzinfo=UTC))
