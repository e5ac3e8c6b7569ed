"""The connector with a stand-in of Medusa's admin API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.commerce.contract import Ability, Address, Deed
from tests.commerce.standin import serving
from tests.plugins.medusa.shop import MedusaShop, order, payment, refund

SINCE = datetime(2026, 11, 21, tzinfo=UTC)
WHERE = Address(name="Mari Maria Mets", line1="Riia 1", postcode="51010", city="Tartu", country="EE")


@pytest.fixture
def shop() -> Iterator[MedusaShop]:
    with serving(MedusaShop(order("order_1"))) as found:
        yield found


def deed(ability: Ability, **fields: Any) -> Deed:
    given = {"key": "k1", "ability": ability, "order_id": "order_1", "currency": "EUR", **fields}
    return Deed(**given)


def test_an_order_comes_with_its_returns(shop: MedusaShop):
    shop.orders["order_2"] = order("order_2")
    shop.returns = [
        {"id": "r1", "order_id": "order_1", "status": "requested", "items": [{"item_id": "a", "quantity": 1}]},
        {"id": "r2", "order_id": "order_3", "status": "requested", "items": []},
    ]
    desk = shop.connector()
    found = {one.remote_id: one for one in desk.changes("order", SINCE, {}).items}
    first, second, alone = found["order_1"], found["order_2"], desk.fetch("order", "order_1")
    assert isinstance(first, contract.OrderData)
    assert isinstance(second, contract.OrderData)
    assert isinstance(alone, contract.OrderData)
    assert [one.remote_id for one in first.returns] == ["r1"]
    assert second.returns == ()
    assert alone.returns == first.returns


def test_a_version_that_cannot_be_asked_for_returns(shop: MedusaShop):
    shop.fault(400, part="returns", body={"type": "invalid_data", "message": "Unrecognized fields: 'order_id'"})
    found = shop.connector().fetch("order", "order_1")
    assert isinstance(found, contract.OrderData)
    assert found.returns == ()


def test_a_wrong_key(shop: MedusaShop):
    desk = shop.connector(key="sk_wrong")
    with pytest.raises(contract.AuthFailed, match="Unauthorized"):
        desk.fetch("order", "order_1")
    assert [one.level for one in desk.test()] == ["error"]
    assert shop.connector().test() == []


def test_what_is_not_there_and_drafts_are_none(shop: MedusaShop):
    shop.orders["draft"] = order("draft", is_draft_order=True)
    assert shop.connector().fetch("order", "nope") is None
    assert shop.connector().fetch("order", "draft") is None


@pytest.mark.parametrize("how", [{"status": 500}, {"status": 429}, {"status": 200, "half": True}])
def test_a_shop_that_fails_is_asked_again(shop: MedusaShop, how: dict[str, Any]):
    shop.fault(**how)
    with pytest.raises(contract.Transient):
        shop.connector().changes("order", SINCE, {})
    assert len(shop.connector().changes("order", SINCE, {}).items) == 1


def test_one_broken_order_does_not_keep_the_others(shop: MedusaShop):
    shop.orders["bad"] = order("bad", items="none")
    page = shop.connector().changes("order", SINCE, {})
    assert [one.remote_id for one in page.items] == ["order_1"]
    assert list(page.broken) == ["bad"]


@pytest.mark.parametrize("same", [True, False])
def test_pages_join_without_a_gap(shop: MedusaShop, monkeypatch: pytest.MonkeyPatch, same: bool):
    monkeypatch.setattr("shopbell.plugins.medusa.connector.AT_ONCE", 2)
    moments = ["2026-11-21T20:00:00.000Z"] * 5 if same else [f"2026-11-21T20:00:0{at}.000Z" for at in range(5)]
    shop.orders = {str(at): order(str(at), updated_at=moment) for at, moment in enumerate(moments)}
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


def test_products_and_customers(shop: MedusaShop):
    desk = shop.connector()
    assert [one.remote_id for one in desk.changes("product", None, {}).items] == ["prod_1"]
    assert [one.remote_id for one in desk.changes("customer", SINCE, {}).items] == ["cus_2"]


def test_a_cancellation(shop: MedusaShop):
    desk, wanted = shop.connector(), deed(Ability.CANCEL)
    assert desk.was_done(wanted) is None
    shop.fault(400, method="POST", body={"type": "invalid_data", "message": "All fulfillments must be canceled"})
    with pytest.raises(contract.Refused, match="fulfillments"):
        desk.do(wanted)
    shop.fault(500, method="POST", after=True, body={"type": "unknown_error", "message": "An unknown error occurred."})
    with pytest.raises(contract.UnknownOutcome):
        desk.do(wanted)
    assert desk.was_done(wanted)


@pytest.mark.parametrize("how", [{"status": 500}, {"status": 504}, {"status": 200, "hang_up": True}])
def test_a_refund_whose_answer_is_lost_is_found_again(shop: MedusaShop, how: dict[str, Any]):
    desk, wanted = shop.connector(), deed(Ability.REFUND, amount=8950, text="Retoure")
    shop.fault(**how, method="POST")
    with pytest.raises(contract.UnknownOutcome):
        desk.do(wanted)
    assert desk.was_done(wanted) is None  # it never arrived
    shop.fault(**how, method="POST", after=True)
    with pytest.raises(contract.UnknownOutcome):
        desk.do(wanted)
    done = desk.was_done(wanted)
    assert done is not None
    assert done.remote_id == "ref_0"
    assert desk.was_done(deed(Ability.REFUND, amount=8950, key="k2")) is None
    made = shop.orders["order_1"]["payment_collections"][0]["payments"][0]["refunds"]
    assert [(one["amount"], one["note"]) for one in made] == [(89.5, f"Retoure {contract.mark('k1')}")]
    assert desk.do(deed(Ability.REFUND, amount=100, key="k3")).remote_id == "ref_1"


def test_no_more_is_refunded_than_was_captured(shop: MedusaShop):
    shop.orders["order_1"]["payment_collections"] = [{"payments": [payment(10, refund(9.01)), payment(0)]}]
    with pytest.raises(contract.Refused, match="that much"):
        shop.connector().do(deed(Ability.REFUND, amount=100))
    with pytest.raises(contract.Refused, match="EUR"):
        shop.connector().do(deed(Ability.REFUND, amount=1, currency="SEK"))
    assert shop.asked("POST") == []


def test_another_address(shop: MedusaShop):
    desk, wanted = shop.connector(), deed(Ability.ADDRESS, address=WHERE)
    assert desk.was_done(wanted) is None
    desk.do(wanted)
    assert desk.was_done(wanted)
    found = desk.fetch("order", "order_1")
    assert isinstance(found, contract.OrderData)
    assert (found.shipping_address.name, found.shipping_address.country) == ("Mari Maria Mets", "EE")


def test_a_coupon_is_made_once_and_cannot_be_guessed(shop: MedusaShop):
    desk, wanted = shop.connector(), deed(Ability.COUPON, order_id="", amount=550)
    assert desk.was_done(wanted) is None
    done = desk.do(wanted)
    assert desk.was_done(wanted) == done
    made = shop.promotions[0]
    assert (made["application_method"]["value"], made["campaign"]["budget"]["limit"]) == (5.5, 1)
    assert done.text == contract.coupon_code("k1", "sk_right") != contract.coupon_code("k1", "")


def test_a_note_cannot_be_kept(shop: MedusaShop):
    assert Ability.NOTE not in shop.connector().abilities
    with pytest.raises(contract.Refused, match="no notes"):
        shop.connector().do(deed(Ability.NOTE, text="x"))
