"""What Ecwid's objects are understood as."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shopbell.commerce import contract
from tests.plugins.ecwid.shop import EcwidShop, customer, order, product

ECWID = EcwidShop().connector(currency="EUR")
Payment, Fulfilment, State = contract.Payment, contract.Fulfilment, contract.State


def understood(**changes: Any) -> contract.OrderData:
    found = ECWID.understand("order", order(**changes))
    assert isinstance(found, contract.OrderData)
    return found


def test_an_order():
    home = contract.Address(
        **{"name": "Anja Schröder", "line1": "Lindenstraße 12", "line2": "2. Stock", "postcode": "20095"},
        **{"city": "Hamburg", "country": "DE", "phone": "+4940123456"},
    )
    assert replace(understood(), raw={}) == contract.OrderData(
        remote_id="XJ20",
        number="HL-20",
        currency="EUR",
        total=9490,
        placed_at=datetime.fromtimestamp(1795291020, UTC),
        updated_at=datetime.fromtimestamp(1795292020, UTC),
        email="anja.schroeder@example.de",
        phone="+4940123456",
        name="Anja Schröder",
        customer_id="2",
        language="de",
        subtotal=9000,
        shipping=490,
        tax=1515,
        discount=1000,
        paid=9490,
        payment=Payment.PAID,
        payment_method="PayPal",
        fulfilment=Fulfilment.FULFILLED,
        delivery_method="DHL Paket",
        billing=home,
        shipping_address=home,
        coupons=("SOMMER10",),
        note="Bitte klingeln",
        status="PAID SHIPPED",
        url="https://my.ecwid.com/store/1003#order:id=XJ20",
        lines=(
            contract.LineData(
                remote_id="31",
                title="Regenjacke M",
                quantity=2,
                sku="J-M",
                product_id="11",
                variant_id="11",
                unit_price=5000,
                total=10000,
                tax=1437,
                fulfilled=2,
                image_url="https://cdn.test/jacke.jpg",
            ),
        ),
        shipments=(
            contract.ShipmentData(
                remote_id="XJ20-parcel", carrier="DHL", tracking_number="JJD1", state=State.HANDED_OVER
            ),
        ),
    )


@pytest.mark.parametrize(
    ("paid", "sent", "payment", "fulfilment", "is_cancelled"),
    [
        ("AWAITING_PAYMENT", "AWAITING_PROCESSING", Payment.PENDING, Fulfilment.OPEN, False),
        ("CANCELLED", "WILL_NOT_DELIVER", Payment.VOIDED, Fulfilment.OPEN, True),
        ("PAID", "DELIVERED", Payment.PAID, Fulfilment.DELIVERED, False),
        ("CUSTOM_PAYMENT_STATUS_1", "CUSTOM_FULFILLMENT_STATUS_2", Payment.UNKNOWN, Fulfilment.UNKNOWN, False),
    ],
)
def test_states(paid: str, sent: str, payment: Payment, fulfilment: Fulfilment, is_cancelled: bool):
    found = understood(paymentStatus=paid, fulfillmentStatus=sent)
    assert (found.payment, found.fulfilment, found.is_cancelled) == (payment, fulfilment, is_cancelled)


def test_refunds_apart_in_sum_and_whole():
    rows = [{"amount": 20.0, "date": "2026-11-23 10:00:00 +0000", "reason": "Kulanz"}, {"amount": 0}]
    when = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert understood(refunds=rows).refunds == (
        contract.RefundData(remote_id="0", amount=2000, made_at=when, reason="Kulanz"),
    )
    assert [one.amount for one in understood(refundedAmount=12.5).refunds] == [1250]
    assert [one.amount for one in understood(paymentStatus="REFUNDED").refunds] == [9490]
    assert understood().refunds == ()


def test_click_and_collect_and_no_tracking_number():
    option = {"shippingMethodName": "Abholung", "isPickup": True}
    waiting = understood(shippingOption=option, fulfillmentStatus="READY_FOR_PICKUP", trackingNumber=None)
    assert (waiting.is_pickup, waiting.fulfilment, waiting.shipments) == (True, Fulfilment.READY, ())
    assert understood(shippingOption=option, fulfillmentStatus="DELIVERED").fulfilment == Fulfilment.COLLECTED
    assert understood(trackingNumber=None).shipments[0].tracking_number == ""
    assert understood(trackingNumber=None, fulfillmentStatus="PROCESSING").shipments == ()


def test_prices_without_tax_are_told_with_it():
    assert understood(pricesIncludeTax=False).lines[0].total == 11437


def test_products_and_customers():
    found = ECWID.understand("product", product())
    assert isinstance(found, contract.ProductData)
    only = contract.VariantData(remote_id="11", title="Regenjacke", sku="J", price=5000, currency="EUR", stock=7)
    assert found.variants == (only,)
    choice = {"id": 5, "sku": "J-M", "unlimited": True, "options": [{"name": "Größe", "value": "M"}]}
    found = ECWID.understand("product", product(combinations=[choice]))
    assert isinstance(found, contract.ProductData)
    assert [(one.remote_id, one.title, one.price, one.stock) for one in found.variants] == [
        ("5", "Regenjacke M", 5000, None)
    ]
    person = ECWID.understand("customer", customer())
    assert isinstance(person, contract.CustomerData)
    assert (person.name, person.accepts_marketing) == ("Anja Schröder", False)
    assert person.created_at == datetime(2026, 11, 19, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"id": None, "orderNumber": None}, "orderNumber is missing"),
        ({"total": "viel"}, "total: 'viel' is no amount"),
        ({"paymentStatus": 7.5, "createTimestamp": None}, "createTimestamp is missing"),
        ({"items": "none"}, "items is the text 'none' and no list"),
        ({"createTimestamp": "neulich"}, "createTimestamp is the text 'neulich' and no date and time"),
    ],
)
def test_what_cannot_be_understood_says_why(changes: dict[str, Any], complaint: str):
    with pytest.raises(contract.Unparsable, match=f"^{complaint}$"):
        understood(**changes)


def test_without_a_currency_no_amount_is_guessed():
    with pytest.raises(contract.Unparsable, match="currency is not known"):
        EcwidShop().connector().understand("order", order())


def test_three_decimals():
    assert understood(total=94.905).total == 9491
