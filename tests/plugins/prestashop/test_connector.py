"""A PrestaShop is asked and changed over real sockets; what its objects are understood as, and its faults."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.commerce.testing import ConnectorContract
from shopbell.plugins.prestashop import joining
from tests.commerce.standin import serving
from tests.plugins.prestashop.shop import STATES, PrestaShopShop, customer, order, product

Ability, Payment, Fulfilment, State = contract.Ability, contract.Payment, contract.Fulfilment, contract.State


def fetched(shop: PrestaShopShop, **settings: Any) -> contract.OrderData:
    found = shop.connector(**settings).fetch("order", "1")
    assert isinstance(found, contract.OrderData)
    return found


def test_an_order_with_all_that_is_joined_to_it():
    with serving(PrestaShopShop(orders=[order()])) as shop:
        found = fetched(shop)
    home = contract.Address(
        **{"name": "Anja Schröder", "line1": "Lindenstraße 12", "postcode": "20095", "city": "Hamburg"},
        **{"country": "DE", "phone": "+4940123456"},
    )
    assert replace(found, raw={}) == contract.OrderData(
        remote_id="1",
        number="XKBKNABJK",
        currency="EUR",
        total=9490,
        placed_at=datetime(2026, 11, 21, 19, 56, 40, tzinfo=UTC),  # 21:56 in Tallinn
        updated_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
        email="anja.schroeder@example.de",
        phone="+4940123456",
        name="Anja Schröder",
        customer_id="2",
        language="de",
        subtotal=9000,
        shipping=490,
        tax=1515,
        paid=9490,
        payment=Payment.PAID,
        payment_method="PayPal",
        fulfilment=Fulfilment.FULFILLED,
        delivery_method="DHL",
        billing=home,
        shipping_address=home,
        status="Versandt",
        lines=(
            contract.LineData(
                remote_id="31",
                title="Regenjacke - M",
                quantity=2,
                sku="J-M",
                product_id="11",
                variant_id="11-12",
                unit_price=4500,
                total=9000,
                tax=1436,
                fulfilled=2,
            ),
        ),
        shipments=(
            contract.ShipmentData(
                remote_id="77",
                carrier="DHL",
                tracking_number="JJD1",
                tracking_url="https://dhl.test/JJD1",
                state=State.HANDED_OVER,
            ),
        ),
    )


@pytest.mark.parametrize(
    ("state", "payment", "fulfilment", "is_cancelled"),
    [
        ("2", Payment.PAID, Fulfilment.OPEN, False),
        ("5", Payment.PAID, Fulfilment.DELIVERED, False),
        ("6", Payment.VOIDED, Fulfilment.OPEN, True),
        ("7", Payment.REFUNDED, Fulfilment.OPEN, False),
        ("8", Payment.FAILED, Fulfilment.OPEN, False),
        ("99", Payment.UNKNOWN, Fulfilment.UNKNOWN, False),
    ],
)
def test_a_state_means_what_its_flags_and_template_say(
    state: str, payment: Payment, fulfilment: Fulfilment, is_cancelled: bool
):
    with serving(PrestaShopShop(orders=[order(current_state=state)])) as shop:
        found = fetched(shop)
    assert (found.payment, found.fulfilment, found.is_cancelled) == (payment, fulfilment, is_cancelled)


def test_which_states_mean_delivered_is_the_shop_s_to_say():
    with serving(PrestaShopShop(orders=[order()])) as shop:
        assert fetched(shop, delivered_states="4, 12").fulfilment == Fulfilment.DELIVERED


def test_refunds_are_credit_slips():
    slips = [
        {
            **{"id": 3, "id_order": "1", "date_add": "2026-11-23 12:00:00", "amount": "10.00"},
            **{"total_products_tax_incl": "20.00", "total_shipping_tax_incl": "4.90"},
        },
        {"id": 4, "id_order": "1", "amount": "0.00"},
    ]
    with serving(PrestaShopShop(orders=[order()], order_slip=slips)) as shop:
        found = fetched(shop)
    when = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert found.refunds == (contract.RefundData(remote_id="3", amount=2490, made_at=when),)
    assert found.payment == Payment.PARTLY_REFUNDED


def test_a_carrier_s_row_without_a_number_is_no_parcel_until_it_is_sent():
    row = {"id": 77, "id_order": "1", "id_carrier": "3", "tracking_number": ""}
    with serving(PrestaShopShop(orders=[order(current_state="2")], order_carriers=[row])) as shop:
        assert fetched(shop).shipments == ()
        shop.things["orders"][0]["current_state"] = "4"
        assert [one.tracking_url for one in fetched(shop).shipments] == [""]


def test_an_order_whose_parts_are_gone():
    with serving(PrestaShopShop(orders=[order(id_customer="0", id_address_delivery="0")], addresses=[])) as shop:
        shop.things["customers"] = []
        found = fetched(shop)
    assert (found.email, found.name, found.customer_id, found.billing.city) == ("", "", "", "")


def test_what_a_product_comes_in():
    choices = [{"id": 12, "id_product": "11", "reference": "J-M", "price": "5.000000"}]
    stocks = [{"id": 1, "id_product": "11", "id_product_attribute": "12", "quantity": "7"}]
    with serving(PrestaShopShop(products=[product()], combinations=choices, stock_availables=stocks)) as shop:
        found = shop.connector().fetch("product", "11")
        assert isinstance(found, contract.ProductData)
        assert [(one.remote_id, one.sku, one.price, one.stock) for one in found.variants] == [("11-12", "J-M", 4500, 7)]
        assert shop.connector().fetch("product", "12") is None
        assert shop.connector().fetch("product", "x") is None


def test_changes_and_the_first_import():
    rows = [order(number, date_upd=f"2026-11-{number % 28 + 1:02} 10:00:00") for number in range(1, 131)]
    rows[4]["total_paid_tax_incl"] = "viel"
    with serving(PrestaShopShop(orders=rows)) as shop:
        connector, cursor, seen, broken = shop.connector(), {}, [], {}
        while True:
            page = connector.changes("order", None, cursor)
            seen += [int(one.remote_id) for one in page.items]
            broken |= page.broken
            cursor = json.loads(json.dumps(page.cursor))
            if not page.has_more:
                break
        assert seen == [number for number in range(130, 0, -1) if number != 5]
        assert broken == {"5": "total_paid_tax_incl: 'viel' is no amount"}
        late = connector.changes("order", datetime(2026, 11, 27, tzinfo=UTC), {}).items
        assert [int(one.remote_id) for one in late] == [26, 27, 54, 55, 82, 83, 110, 111]
        assert len(shop.asked("GET", "order_states")) == 1


def test_a_page_of_orders_is_joined_with_few_questions():
    for many in (1, 40):
        with serving(PrestaShopShop(orders=[order(number) for number in range(1, many + 1)])) as shop:
            shop.connector().changes("order", None, {})
            assert len(shop.calls) == 10


def test_guests_have_no_account():
    with serving(PrestaShopShop(customers=[customer(), customer(3, is_guest="1")])) as shop:
        items = shop.connector().changes("customer", None, {}).items
        assert [one.remote_id for one in items] == ["2"]
        shop.things["customers"][0]["is_guest"] = "1"
        shop.things["orders"] = [order()]
        assert fetched(shop).customer_id == ""


def test_faults_when_reading():
    with serving(PrestaShopShop(orders=[order()])) as shop:
        connector = shop.connector()
        for how in ({"status": 500}, {"status": 200, "half": True}, {"status": 200, "body": {"orders": {}}}):
            shop.fault(**how)
            with pytest.raises(contract.Transient):
                connector.changes("order", None, {})
        shop.fault(429, headers={"Retry-After": "5"})
        with pytest.raises(contract.Transient) as raised:
            connector.fetch("order", "1")
        assert raised.value.retry_after_seconds == 5


@pytest.mark.parametrize("is_lost", [False, True])
def test_cancelling_is_done_once_and_found_again(is_lost: bool):
    deed = contract.Deed(key="k", ability=Ability.CANCEL, order_id="1")
    with serving(PrestaShopShop(orders=[order(current_state="2")])) as shop:
        connector = shop.connector()
        assert connector.was_done(deed) is None
        if is_lost:
            shop.fault(500, after=True, method="POST")
            with pytest.raises(contract.UnknownOutcome):
                connector.do(deed)
            assert connector.was_done(deed) is not None
        else:
            assert connector.do(deed) == connector.was_done(deed)
        connector.do(deed)
        assert len(shop.asked("POST")) == 1
        assert shop.things["orders"][0]["current_state"] == "6"


def test_what_the_shop_cannot_do_it_says():
    deed = contract.Deed(key="k", ability=Ability.CANCEL, order_id="1")
    with serving(PrestaShopShop(orders=[order()])) as shop:
        with pytest.raises(contract.Refused, match="Versandt"):
            shop.connector().do(deed)
        with pytest.raises(contract.Refused):
            shop.connector().do(replace(deed, ability=Ability.REFUND))
        with pytest.raises(contract.Refused, match="does not show"):
            shop.connector().do(replace(deed, order_id="9"))
        shop.things["orders"][0]["current_state"] = "2"
        shop.things["order_states"] = [one for one in shop.things["order_states"] if one["id"] != 6]
        with pytest.raises(contract.Refused, match="no order state"):
            shop.connector().do(deed)


def test_what_is_wrong_is_said_in_words_of_a_merchant():
    with serving(PrestaShopShop()) as shop:
        assert shop.connector().test() == []
        shop.forbidden = {"order_slip", "carriers"}
        assert "order_slip, carriers" in shop.connector().test()[0].text
        shop.key = "another"
        assert "refuses the key (Invalid authentication key format)" in shop.connector().test()[0].text
        shop.fault(404, body="<html>")
        assert "Switch it on" in shop.connector().test()[0].text
    assert "https://" in shop.connector(url="shop.test").test()[0].text


def joined() -> dict[str, Any]:
    with serving(PrestaShopShop(orders=[order()])) as shop:
        return joining.orders(shop.connector().api, shop.things["orders"])[0]


class TestContract(ConnectorContract):
    connector = PrestaShopShop().connector()
    given = {
        "order": joined(),
        "product": {**product(), "_currency": {"iso_code": "EUR"}},
        "customer": {**customer(), "_language": {"iso_code": "de"}},
    }


def test_the_states_of_these_tests_are_those_of_a_new_shop():
    assert [one["id"] for one in STATES if one["shipped"] == "1"] == [4, 5]
