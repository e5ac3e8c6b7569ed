"""A Shopware shop is asked, listened to and changed over real sockets; its faults come to clear outcomes."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.commerce.testing import ConnectorContract
from shopbell.plugins.shopware import deeds, health
from tests.commerce.standin import serving
from tests.plugins.shopware.shop import ShopwareShop, customer, delivery, order, product, uid

HOOK = "https://desk.test/hooks/shops/abc/"
Ability = contract.Ability


def deed(ability: Ability, **changes: Any) -> contract.Deed:
    home = contract.Address(name="Anja von Berg", line1="Weg 2", postcode="10115", city="Berlin", country="DE")
    given = {"key": "k:1", "order_id": uid("order"), "text": "Kulanz", "amount": 1000, "currency": "EUR"}
    return contract.Deed(ability=ability, **{**given, "address": home, **changes})


def signed(body: bytes) -> dict[str, str]:
    return {"shopware-shop-signature": hmac.new(b"geheim", body, hashlib.sha256).hexdigest()}


def test_a_token_is_kept_and_renewed():
    with serving(ShopwareShop(order=[order()])) as shop:
        connector = shop.connector()
        for _time in range(3):
            assert connector.fetch("order", uid("order")) is not None
        assert len(shop.tokens) == 1
        shop.tokens.append("another")
        assert shop.connector(**shop.settings).fetch("order", uid("order")) is not None
        assert len(shop.tokens) == 3


def test_what_is_fetched():
    with serving(ShopwareShop(order=[order()], product=[product()], customer=[customer(guest=True)])) as shop:
        shop.things["product"].append(shop.things["product"][0]["children"][0])
        connector = shop.connector()
        assert connector.fetch("order", uid("none")) is None
        assert connector.fetch("order", "1 OR 1") is None
        assert connector.fetch("customer", uid("customer")) is None  # a guest has no account
        found = connector.fetch("product", uid("variant"))
        assert isinstance(found, contract.ProductData)
        assert found.remote_id == uid("product")


def test_changes_and_the_first_import():
    rows = [order(f"o{n}", n, updatedAt=f"2026-11-{n % 28 + 1:02}T10:00:00.000+00:00") for n in range(1, 121)]
    for row in rows:
        row["deliveries"] = []
        row["transactions"] = []
        row["createdAt"] = "2026-10-01T10:00:00.000+00:00"
    rows[0]["deliveries"] = [delivery(updatedAt="2026-11-29T10:00:00.000+00:00")]
    with serving(ShopwareShop(order=rows)) as shop:
        connector, cursor, seen = shop.connector(), {}, []
        while True:
            page = connector.changes("order", None, cursor)
            seen += [one.remote_id for one in page.items]
            cursor = json.loads(json.dumps(page.cursor))
            if not page.has_more:
                break
        assert seen == [uid(f"o{n}") for n in range(120, 0, -1)]
        late = connector.changes("order", datetime(2026, 11, 28, tzinfo=UTC), {}).items
        assert [one.remote_id for one in late] == [uid(f"o{n}") for n in (1, 27, 55, 83, 111)]


def test_one_broken_order_keeps_no_other_back():
    with serving(ShopwareShop(order=[order("a", 1), order("b", 2, currency=None), order("c", 3)])) as shop:
        page = shop.connector().changes("order", None, {})
        assert [one.remote_id for one in page.items] == [uid("c"), uid("a")]
        assert page.broken == {uid("b"): "currency.isoCode: None is no currency"}


def test_faults_when_reading():
    with serving(ShopwareShop(order=[order()])) as shop:
        connector = shop.connector()
        connector.fetch("order", uid("order"))
        for how in ({"status": 500}, {"status": 200, "half": True}, {"status": 200, "body": {"data": None}}):
            shop.fault(**how)
            with pytest.raises(contract.Transient):
                connector.changes("order", None, {})
        shop.fault(429, headers={"Retry-After": "30"})
        with pytest.raises(contract.Transient) as raised:
            connector.fetch("order", uid("order"))
        assert raised.value.retry_after_seconds == 30


def test_pushes_of_an_app_are_signed_and_others_know_the_secret_address():
    body = b'{"data": {}}'
    connector = ShopwareShop().connector(app_secret="geheim", webhook_token="t0ken")
    connector.verify(body, signed(body), HOOK)
    connector.verify(body, {}, f"{HOOK}?token=t0ken")
    for headers, url in (({}, HOOK), ({}, f"{HOOK}?token=x"), (signed(b"x"), f"{HOOK}?token=t0ken")):
        with pytest.raises(contract.Forged):
            connector.verify(body, headers, url)
    with pytest.raises(contract.Forged):
        ShopwareShop().connector().verify(body, {}, f"{HOOK}?token=")


def test_hints():
    rows = [
        {"entity": "order", "operation": "update", "primaryKey": uid("order"), "updatedFields": ["stateId"]},
        {"entity": "order", "operation": "update", "primaryKey": uid("order"), "updatedFields": []},
        {"entity": "product", "operation": "delete", "primaryKey": uid("product")},
        {"entity": "document", "operation": "insert", "primaryKey": uid("document")},
        {"entity": "order", "operation": "insert", "primaryKey": "../x"},
    ]
    written = json.dumps({"data": {"payload": rows, "event": "order.written"}}).encode()
    connector = ShopwareShop().connector()
    assert connector.hints(written, {}) == [
        contract.Hint(kind="order", remote_id=uid("order")),
        contract.Hint(kind="product", remote_id=uid("product"), is_gone=True),
    ]
    event = {"payload": {"order": {"id": uid("order")}}, "event": "state_enter.order_delivery.state.shipped"}
    assert connector.hints(json.dumps({"data": event}).encode(), {}) == [
        contract.Hint(kind="order", remote_id=uid("order"))
    ]
    assert connector.hints(b'{"data": {"payload": []}}', {}) == []


def test_the_event_is_the_key_whenever_it_is_sent():
    connector = ShopwareShop().connector()
    one, again = (json.dumps({"source": {"eventId": "e1"}, "timestamp": at}).encode() for at in (1, 2))
    assert connector.delivery_key(one, {}) == connector.delivery_key(again, {})
    assert connector.delivery_key(b"{", {}) != connector.delivery_key(b"[", {})


@pytest.mark.parametrize("ability", [Ability.CANCEL, Ability.ADDRESS, Ability.COUPON])
@pytest.mark.parametrize("is_lost", [False, True])
def test_each_deed_is_done_once_and_found_again(ability: Ability, is_lost: bool):
    row = {"id": uid("delivery"), "orderId": uid("order"), "shippingOrderAddressId": uid("address")}
    with serving(ShopwareShop(order=[order()], customer=[customer()], **{"order-delivery": [row]})) as shop:
        connector, wanted = shop.connector(), deed(ability, email="anja.schroeder@example.de")
        assert connector.was_done(wanted) is None
        parts = {Ability.CANCEL: "/state/cancel", Ability.ADDRESS: "/order-delivery/", Ability.COUPON: "/api/promotion"}
        if is_lost:
            shop.fault(500, after=True, part=parts[ability])
            with pytest.raises(contract.UnknownOutcome):
                connector.do(wanted)
            assert connector.was_done(wanted) is not None
        else:
            assert connector.do(wanted) == connector.was_done(wanted)
        changes = [call for call in shop.calls if parts[ability] in call.path and "/search/" not in call.path]
        assert len(changes) == 1


def test_a_coupon_is_for_one_customer_and_once():
    with serving(ShopwareShop(customer=[customer()])) as shop:
        done = shop.connector().do(deed(Ability.COUPON, email="anja.schroeder@example.de"))
        (made,) = shop.things["promotion"]
        assert (made["code"], made["maxRedemptionsGlobal"], made["discounts"][0]["value"]) == (done.text, 1, 10.0)
        assert (made["customerRestriction"], made["personaCustomers"]) == (True, [{"id": uid("customer")}])
        assert made["salesChannels"] == [{"salesChannelId": uid("shop"), "priority": 1}]
        with pytest.raises(contract.Refused, match="EUR"):
            shop.connector().do(deed(Ability.COUPON, currency="USD"))


def test_what_the_shop_cannot_do_it_says():
    with serving(ShopwareShop(order=[order(stateMachineState={"technicalName": "completed"})])) as shop:
        with pytest.raises(contract.Refused, match="completed"):
            shop.connector().do(deed(Ability.CANCEL))
        with pytest.raises(contract.Refused, match="no delivery"):
            shop.connector().do(deed(Ability.ADDRESS))
        with pytest.raises(contract.Refused):
            shop.connector().do(deed(Ability.REFUND))


def test_webhooks_are_made_and_switched_on_again():
    with serving(ShopwareShop()) as shop:
        assert shop.connector().subscribe(HOOK) == []
        hooks = shop.things["webhook"]
        assert sorted(one["eventName"] for one in hooks) == sorted(health.EVENTS)
        assert {one["url"] for one in hooks} == {f"{HOOK}?token={shop.settings['webhook_token']}"}
        hooks[0]["active"] = False
        (warning,) = shop.connector(**shop.settings).subscribe(HOOK)
        assert "order.written" in warning.text
        assert (len(hooks), hooks[0]["active"]) == (len(health.EVENTS), True)
        assert shop.connector(app_secret="geheim").subscribe(HOOK) == []


def test_what_is_wrong_is_said_in_words_of_a_merchant():
    with serving(ShopwareShop()) as shop:
        assert shop.connector().test() == []
        shop.forbidden = {"customer"}
        (found,) = shop.connector().test()
        assert "customer" in found.text
        shop.secret = "another"
        assert "Client authentication failed" in shop.connector().test()[0].text
        shop.fault(404, body="<html>")
        assert "no Shopware 6" in shop.connector().test()[0].text
    assert "https://" in shop.connector(url="shop.test").test()[0].text


def test_nobody_guesses_a_coupon_s_code_from_the_number_of_its_order():
    codes = {
        deeds.code(ShopwareShop().connector(client_secret=one).api, deed(Ability.COUPON)) for one in ("a", "b", "a")
    }
    assert len(codes) == 2


_BODY = json.dumps(
    {"data": {"payload": [{"entity": "order", "operation": "update", "primaryKey": uid("order")}]}}
).encode()


class TestContract(ConnectorContract):
    connector = ShopwareShop().connector(app_secret="geheim", currency="EUR")
    given = {"order": order(), "product": product(), "customer": customer()}
    pushed = (_BODY, signed(_BODY))
    pushed_order = uid("order")
