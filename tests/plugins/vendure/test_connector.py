"""The connector with a stand-in of Vendure's admin API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.commerce.contract import Ability, Address, Deed
from shopbell.plugins.vendure import queries
from tests.commerce.standin import serving
from tests.plugins.vendure.shop import VendureShop, order, payment, refund

SINCE = datetime(2026, 11, 21, tzinfo=UTC)
WHERE = Address(name="Mari Mets", line1="Riia 1", postcode="51010", city="Tartu", country="EE")


@pytest.fixture
def shop() -> Iterator[VendureShop]:
    with serving(VendureShop(order("5"))) as found:
        yield found


def deed(ability: Ability, **fields: Any) -> Deed:
    given = {"key": "k1", "ability": ability, "order_id": "5", "currency": "EUR", **fields}
    return Deed(**given)


def test_it_signs_in_once_and_again_when_the_session_has_run_out(shop: VendureShop):
    desk = shop.connector()
    assert desk.fetch("order", "5")
    assert desk.fetch("order", "5")
    assert (shop.signed_in, shop.settings["session"]) == (1, "s1")
    shop.session = "s2"
    assert desk.fetch("order", "5")
    assert (shop.signed_in, shop.settings["session"]) == (2, "s2")


def test_wrong_credentials(shop: VendureShop):
    desk = shop.connector(password="wrong")
    with pytest.raises(contract.AuthFailed, match="credentials are invalid"):
        desk.fetch("order", "5")
    assert [one.level for one in desk.test()] == ["error"]
    assert shop.connector().test() == []


def test_what_is_not_there_and_what_is_only_a_basket_is_none(shop: VendureShop):
    shop.orders["6"] = order("6", active=True, orderPlacedAt=None)
    assert shop.connector().fetch("order", "404") is None
    assert shop.connector().fetch("order", "6") is None


@pytest.mark.parametrize("how", [{"status": 500}, {"status": 503}, {"status": 200, "half": True}])
def test_a_shop_that_fails_is_asked_again(shop: VendureShop, how: dict[str, Any]):
    desk = shop.connector()
    assert desk.fetch("order", "5")
    shop.fault(**how)
    with pytest.raises(contract.Transient):
        desk.changes("order", SINCE, {})
    assert len(desk.changes("order", SINCE, {}).items) == 1


def test_an_error_beside_a_status_of_200(shop: VendureShop):
    desk = shop.connector()
    assert desk.fetch("order", "5")
    broken = {"errors": [{"message": "boom", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}], "data": None}
    shop.fault(200, body=broken)
    with pytest.raises(contract.Transient, match="boom"):
        desk.fetch("order", "5")
    shop.fault(200, body=broken)
    with pytest.raises(contract.UnknownOutcome, match="boom"):
        desk.do(deed(Ability.NOTE, text="x"))
    wrong = {"errors": [{"message": "no such field", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}]}
    shop.fault(200, body=wrong)
    with pytest.raises(contract.Refused, match="no such field"):
        desk.do(deed(Ability.NOTE, text="x"))


def test_one_broken_order_does_not_keep_the_others(shop: VendureShop):
    shop.orders["6"] = order("6", currencyCode="money", updatedAt="2026-11-21T20:00:00.000Z")
    page = shop.connector().changes("order", SINCE, {})
    assert [one.remote_id for one in page.items] == ["5"]
    assert list(page.broken) == ["6"]


@pytest.mark.parametrize("same", [True, False])
def test_pages_join_without_a_gap(shop: VendureShop, monkeypatch: pytest.MonkeyPatch, same: bool):
    """Also where more orders than a page holds changed in one second."""
    monkeypatch.setattr("shopbell.plugins.vendure.connector.AT_ONCE", 2)
    moments = ["2026-11-21T20:00:00.000Z"] * 5 if same else [f"2026-11-21T20:00:0{at // 2}.000Z" for at in range(5)]
    shop.orders = {str(at): order(str(at), updatedAt=moment) for at, moment in enumerate(moments)}
    for since in (SINCE, None):
        seen: list[str] = []
        page = shop.connector().changes("order", since, {})
        for _ in range(20):
            seen += [one.remote_id for one in page.items]
            if not page.has_more:
                break
            page = shop.connector().changes("order", since, page.cursor)
        assert set(seen) == set("01234")
        assert not page.has_more


def test_what_changes_during_the_reading_pushes_nothing_out(shop: VendureShop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shopbell.plugins.vendure.connector.AT_ONCE", 2)
    shop.orders = {str(at): order(str(at), updatedAt=f"2026-11-21T20:00:0{at}.000Z") for at in range(5)}
    page = shop.connector().changes("order", SINCE, {})
    seen = [one.remote_id for one in page.items]
    shop.orders["0"]["updatedAt"] = "2026-11-21T21:00:00.000Z"  # moves from the first page to the end
    while page.has_more:
        page = shop.connector().changes("order", SINCE, page.cursor)
        seen += [one.remote_id for one in page.items]
    assert set(seen) == set("01234")


def test_products_and_customers(shop: VendureShop):
    desk = shop.connector()
    assert [one.remote_id for one in desk.changes("product", None, {}).items] == ["1"]
    assert [one.remote_id for one in desk.changes("customer", SINCE, {}).items] == ["1"]


def test_a_note_and_a_cancellation(shop: VendureShop):
    desk, note, cancel = shop.connector(), deed(Ability.NOTE, text="Called"), deed(Ability.CANCEL, text="Too late")
    assert desk.was_done(note) is None
    desk.do(note)
    assert desk.was_done(note)
    assert shop.inputs == [{"id": "5", "note": "Called", "isPublic": False}]
    assert desk.was_done(cancel) is None
    desk.do(cancel)
    assert desk.was_done(cancel)
    assert shop.inputs[1] == {"orderId": "5", "cancelShipping": True, "reason": "Too late"}


def test_a_result_that_is_an_error_is_a_refusal_in_the_shops_words(shop: VendureShop):
    shop.error = {"errorCode": "REFUND_AMOUNT_ERROR", "message": "The amount exceeds the refundable amount"}
    with pytest.raises(contract.Refused, match="exceeds") as raised:
        shop.connector().do(deed(Ability.REFUND, amount=100))
    assert raised.value.code == "REFUND_AMOUNT_ERROR"


@pytest.mark.parametrize("how", [{"status": 500, "after": True}, {"status": 200, "after": True, "hang_up": True}])
def test_a_refund_whose_answer_is_lost_is_found_again(shop: VendureShop, how: dict[str, Any]):
    desk, wanted = shop.connector(), deed(Ability.REFUND, amount=2500, text="Broken")
    assert desk.was_done(wanted) is None
    shop.fault(**how)  # the order is read first: nothing was done yet
    with pytest.raises(contract.Transient):
        desk.do(wanted)
    assert shop.orders["5"]["payments"][0]["refunds"] == []
    _fail_the_mutation(shop, how)
    with pytest.raises(contract.UnknownOutcome):
        desk.do(wanted)
    done = desk.was_done(wanted)
    assert done is not None
    assert done.remote_id == "70"
    assert desk.was_done(deed(Ability.REFUND, amount=2500, key="k2")) is None
    assert [one["total"] for one in shop.orders["5"]["payments"][0]["refunds"]] == [2500]
    assert shop.inputs[-1]["shipping"] == shop.inputs[-1]["adjustment"] == 0


def _fail_the_mutation(shop: VendureShop, how: dict[str, Any]) -> None:
    before = shop.respond

    def respond(request: Any) -> Any:
        if request.json()["query"] == queries.REFUND:
            shop.fault(**how)
        return before(request)

    shop.respond = respond  # type: ignore[method-assign]


def test_no_more_is_refunded_than_a_payment_holds(shop: VendureShop):
    shop.orders["5"]["payments"] = [payment(1000, "Settled", refund("1", 900)), payment(5000, "Authorized")]
    with pytest.raises(contract.Refused, match="that much"):
        shop.connector().do(deed(Ability.REFUND, amount=101))
    assert shop.inputs == []


def test_another_address_and_back_to_the_state_it_was_in(shop: VendureShop):
    desk, wanted = shop.connector(), deed(Ability.ADDRESS, address=WHERE)
    assert desk.was_done(wanted) is None
    desk.do(wanted)
    assert desk.was_done(wanted)
    found = desk.fetch("order", "5")
    assert isinstance(found, contract.OrderData)
    assert (found.shipping_address.city, found.status) == ("Tartu", "PaymentSettled")


def test_an_address_that_is_refused_leaves_the_order_as_it_was(shop: VendureShop):
    shop.orders["5"]["nextStates"] = ["Delivered"]
    with pytest.raises(contract.Refused, match="PaymentSettled"):
        shop.connector().do(deed(Ability.ADDRESS, address=WHERE))
    shop.orders["5"]["nextStates"] = ["Modifying"]
    shop._mutations[queries.MODIFY] = lambda given: {"errorCode": "X", "message": "not this address"}
    with pytest.raises(contract.Refused, match="not this address"):
        shop.connector().do(deed(Ability.ADDRESS, address=WHERE))
    assert shop.orders["5"]["state"] == "PaymentSettled"


def test_a_coupon_is_made_once_and_cannot_be_guessed(shop: VendureShop):
    desk, wanted = shop.connector(), deed(Ability.COUPON, order_id="", amount=500)
    assert desk.was_done(wanted) is None
    done = desk.do(wanted)
    assert desk.was_done(wanted) == done
    assert shop.inputs[0]["actions"][0]["arguments"] == [{"name": "discount", "value": "500"}]
    assert shop.inputs[0]["usageLimit"] == 1
    assert done.text == contract.coupon_code("k1", "right") != contract.coupon_code("k1", "wrong")
