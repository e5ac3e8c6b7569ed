"""What Shopify's objects are understood as."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.plugins.shopify.connector import Shopify
from tests.plugins.shopify.shop import customer, fulfilment, gid, line, money, order, product

SHOPIFY = Shopify({"shop": "hallik.myshopify.com"}, ZoneInfo("Europe/Tallinn"))
Payment, Fulfilment, State = contract.Payment, contract.Fulfilment, contract.State


def understood(**changes: Any) -> contract.OrderData:
    found = SHOPIFY.understand("order", order(**changes))
    assert isinstance(found, contract.OrderData)
    return found


def test_an_order():
    home = contract.Address(
        **{"name": "Anja Schröder", "line1": "Lindenstraße 12", "postcode": "20095", "city": "Hamburg"},
        **{"country": "DE", "phone": "+4940123456"},
    )
    evening = datetime(2026, 11, 22, 18, tzinfo=UTC)
    assert replace(understood(), raw={}) == contract.OrderData(
        remote_id="450",
        number="1001",
        currency="EUR",
        total=9490,
        placed_at=datetime(2026, 11, 21, 19, 56, 40, tzinfo=UTC),
        updated_at=evening,
        email="anja.schroeder@example.de",
        phone="+4940123456",
        name="Anja Schröder",
        customer_id="2",
        language="de-DE",
        subtotal=9000,
        shipping=490,
        tax=1515,
        discount=1000,
        paid=9490,
        payment=Payment.PAID,
        payment_method="shopify_payments",
        fulfilment=Fulfilment.FULFILLED,
        delivery_method="DHL Paket",
        billing=home,
        shipping_address=home,
        coupons=("SOMMER10",),
        note="Bitte klingeln",
        status="FULFILLED",
        url="https://admin.shopify.com/store/hallik/orders/450",
        lines=(
            contract.LineData(
                remote_id="31",
                title="Regenjacke M",
                quantity=2,
                sku="J-M",
                product_id="11",
                variant_id="12",
                unit_price=5000,
                total=9000,
                tax=1437,
                fulfilled=2,
                image_url="https://cdn.test/jacke.jpg",
            ),
        ),
        shipments=(
            contract.ShipmentData(
                remote_id="77",
                carrier="DHL",
                tracking_number="JJD1",
                tracking_url="https://dhl.test/JJD1",
                state=State.IN_TRANSIT,
                shipped_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
                lines={"31": 2},
                events=(
                    contract.TrackingData(
                        occurred_at=evening,
                        state=State.IN_TRANSIT,
                        code="IN_TRANSIT",
                        text="Unterwegs",
                        place="Hamburg, Germany",
                    ),
                ),
            ),
        ),
    )


def test_prices_without_tax_are_told_with_it():
    assert understood(taxesIncluded=False).lines[0].total == 10437


def test_no_customer_no_address_no_product():
    bare = order(customer=None, billingAddress=None, shippingAddress=None, email=None, fulfillments=[])
    bare["lineItems"]["nodes"] = [line(product=None, variant=None, image=None)]
    found = SHOPIFY.understand("order", bare)
    assert isinstance(found, contract.OrderData)
    assert (found.customer_id, found.email, found.name, found.lines[0].product_id) == ("", "", "", "")


@pytest.mark.parametrize(
    ("financial", "fulfilled", "payment", "fulfilment_"),
    [
        ("AUTHORIZED", "UNFULFILLED", Payment.AUTHORISED, Fulfilment.OPEN),
        ("PARTIALLY_REFUNDED", "PARTIALLY_FULFILLED", Payment.PARTLY_REFUNDED, Fulfilment.PARTLY),
        ("EXPIRED", "ON_HOLD", Payment.VOIDED, Fulfilment.OPEN),
        (None, "SOMETHING_NEW", Payment.UNKNOWN, Fulfilment.UNKNOWN),
    ],
)
def test_states(financial: str | None, fulfilled: str, payment: Payment, fulfilment_: Fulfilment):
    found = understood(displayFinancialStatus=financial, displayFulfillmentStatus=fulfilled)
    assert (found.payment, found.fulfilment) == (payment, fulfilment_)


@pytest.mark.parametrize(
    ("shown", "state"),
    [
        ("DELAYED", State.IN_TRANSIT),
        ("DELIVERED", State.DELIVERED),
        ("ATTEMPTED_DELIVERY", State.ATTEMPT_FAILED),
        ("READY_FOR_PICKUP", State.AVAILABLE_FOR_PICKUP),
        ("NOT_DELIVERED", State.EXCEPTION),
        ("SOMETHING_NEW", State.UNKNOWN),
        (None, State.UNKNOWN),
    ],
)
def test_where_a_parcel_is(shown: str | None, state: State):
    found = understood(fulfillments=[fulfilment(displayStatus=shown)])
    assert found.shipments[0].state == state
    assert found.is_pickup is False


def test_a_fulfilment_with_two_numbers_is_two_parcels_and_nobody_knows_what_happened_to_which():
    infos = [{"company": "DHL", "number": "JJD1", "url": None}, {"company": "DHL", "number": "JJD2", "url": None}]
    found = understood(fulfillments=[fulfilment(trackingInfo=infos)]).shipments
    assert [(one.remote_id, one.tracking_number, one.events) for one in found] == [
        ("77", "JJD1", ()),
        ("77-1", "JJD2", ()),
    ]
    (cancelled,) = understood(fulfillments=[fulfilment(status="CANCELLED", trackingInfo=[])]).shipments
    assert (cancelled.state, cancelled.tracking_number) == (State.CANCELLED, "")


def test_a_purchase_in_the_store_and_one_that_is_collected_there():
    bought = understood(sourceName="pos", retailLocation={"name": "Laden Altona"})
    assert (bought.source, bought.place) == (contract.Source.STORE, "Laden Altona")
    waiting = understood(fulfillments=[fulfilment(displayStatus="READY_FOR_PICKUP", trackingInfo=[])])
    assert (waiting.is_pickup, waiting.fulfilment) == (True, Fulfilment.READY)
    methods = {"nodes": [{"deliveryMethod": {"methodType": "PICK_UP"}}]}
    ordered = understood(fulfillmentOrders=methods, displayFulfillmentStatus="UNFULFILLED", fulfillments=[])
    assert (ordered.is_pickup, ordered.fulfilment) == (True, Fulfilment.OPEN)
    assert understood(sourceName="580111").source == contract.Source.OTHER


def test_refunds_and_returns():
    refund = {
        **{"id": gid("Refund", 5), "createdAt": "2026-11-23T10:00:00Z", "note": "Kulanz"},
        **{"totalRefundedSet": money("45.0"), "transactions": {"nodes": [{"kind": "REFUND", "status": "PENDING"}]}},
        "refundLineItems": {"nodes": [{"quantity": 1, "lineItem": {"id": gid("LineItem", 31)}}]},
    }
    free = {**refund, "id": gid("Refund", 6), "totalRefundedSet": money("0.0"), "refundLineItems": {"nodes": []}}
    item = {"quantity": 1, "fulfillmentLineItem": {"lineItem": {"id": gid("LineItem", 31)}}}
    back = {"id": gid("Return", 8), "status": "CLOSED", "returnLineItems": {"nodes": [item, {}]}}
    found = understood(refunds=[refund, free], returns={"nodes": [back]})
    when = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert found.refunds == (
        contract.RefundData(remote_id="5", amount=4500, made_at=when, reason="Kulanz", is_pending=True),
    )
    assert found.returns == (contract.ReturnData(remote_id="8", state="CLOSED", lines={"31": 1}),)
    assert (found.lines[0].refunded, found.lines[0].returned) == (1, 1)


def test_a_product_and_a_customer():
    found = SHOPIFY.understand("product", {**product(), "_currency": "EUR"})
    assert isinstance(found, contract.ProductData)
    variant = contract.VariantData(remote_id="12", title="Regenjacke M", sku="J-M", price=5000, currency="EUR", stock=7)
    assert (found.remote_id, found.is_active, found.variants) == ("11", True, (variant,))
    person = SHOPIFY.understand("customer", customer())
    assert isinstance(person, contract.CustomerData)
    assert (person.email, person.accepts_marketing, person.language) == ("anja.schroeder@example.de", True, "de")
    unsure = SHOPIFY.understand("customer", customer(defaultEmailAddress=None))
    assert isinstance(unsure, contract.CustomerData)
    assert (unsure.email, unsure.accepts_marketing) == ("", None)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"id": 450}, "this is no order"),
        ({"name": None}, "name is missing"),
        ({"totalPriceSet": "94.90"}, "totalPriceSet is the text and no object"),
        ({"totalPriceSet": money("viel")}, "totalPriceSet.presentmentMoney.amount: 'viel' is no amount"),
        ({"processedAt": None, "createdAt": None}, "processedAt is missing"),
        ({"lineItems": {"nodes": [None]}}, r"lineItems.nodes\[0\] is nothing and no object"),
        ({"fulfillments": "none"}, "fulfillments is the text and no object"),
        ({"presentmentCurrencyCode": None}, "presentmentCurrencyCode: None is no currency"),
    ],
)
def test_what_cannot_be_understood_says_why(changes: dict[str, Any], complaint: str):
    with pytest.raises(contract.Unparsable, match=f"^{complaint}"):
        understood(**changes)


def test_three_decimals():
    assert understood(totalPriceSet=money("94.905")).total == 9491
