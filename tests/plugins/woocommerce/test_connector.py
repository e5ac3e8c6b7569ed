"""A shop is asked, listened to and changed over real sockets; faults of the shop come to clear outcomes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.commerce.testing import ConnectorContract
from shopbell.plugins.woocommerce import api, deeds, health
from tests.commerce.standin import serving
from tests.plugins.woocommerce.shop import WooShop, customer, order, product

HOOK = "https://desk.test/hooks/shops/abc/"
Ability = contract.Ability


def deed(ability: Ability, **changes: Any) -> contract.Deed:
    given = {"key": "refund:1:1", "order_id": "24", "text": "Kulanz", "amount": 1000, "currency": "EUR", **changes}
    return contract.Deed(ability=ability, **given)


def signed(body: bytes, secret: str = "geheim", topic: str = "order.updated") -> dict[str, str]:
    mac = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return {"x-wc-webhook-signature": mac, "x-wc-webhook-topic": topic, "x-wc-webhook-delivery-id": "1"}


def test_plain_http_is_signed_and_no_secret_is_sent():
    with serving(WooShop(orders=[order()])) as shop:
        assert shop.connector().fetch("order", "24") is not None
        (call,) = shop.calls
        assert call.query["oauth_consumer_key"] == "ck_1"
        assert "cs_1" not in str(call)


def test_the_signature_of_oauth():
    """The base string of RFC 5849 3.4.1.1, with characters that are escaped twice."""
    query = {"oauth_consumer_key": "ck", "status[0]": "any", "q": "a b&ü"}
    normal = "oauth_consumer_key%3Dck%26q%3Da%2520b%2526%25C3%25BC%26status%255B0%255D%3Dany"
    base = f"GET&http%3A%2F%2Fx.test%2Forders&{normal}"
    wanted = base64.b64encode(hmac.new(b"cs&", base.encode(), hashlib.sha256).digest()).decode()
    assert api.signature("GET", "http://x.test/orders", query, "cs") == wanted


def test_what_is_fetched_and_what_is_there_no_more():
    with serving(WooShop(orders=[order(), order(25, status="trash"), order(26, status="checkout-draft")])) as shop:
        woo = shop.connector()
        found = woo.fetch("order", "24")
        assert isinstance(found, contract.OrderData)
        assert found.number == "24"
        assert [woo.fetch("order", number) for number in ("25", "26", "99", "x/../1")] == [None] * 4
        assert len(shop.calls) == 4


def test_an_api_that_is_gone_is_no_order_that_is_gone():
    with serving(WooShop(orders=[order()])) as shop:
        shop.fault(404, body={"code": "rest_no_route", "message": "No route was found."})
        with pytest.raises(contract.Transient):
            shop.connector().fetch("order", "24")


def test_refunds_and_variations_are_asked_for():
    raw = order(refunds=[{"id": 25, "reason": "", "total": "-10.00"}])
    with serving(WooShop(orders=[raw], products=[product(variations=[12])])) as shop:
        shop.made["orders/24/refunds"] = [{"id": 25, "amount": "10.00", "date_created_gmt": "2026-11-22T10:00:00"}]
        shop.made["products/11/variations"] = [product(12, sku="J-S", price="39.00")]
        woo = shop.connector()
        found = woo.fetch("order", "24")
        assert isinstance(found, contract.OrderData)
        assert found.refunds[0].made_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
        goods = woo.fetch("product", "11")
        assert isinstance(goods, contract.ProductData)
        assert [(one.remote_id, one.price, one.currency) for one in goods.variants] == [("12", 3900, "EUR")]
        assert shop.settings["currency"] == "EUR"
        assert woo.changes("order", None, {}).items == [found]


def test_a_variation_is_fetched_as_its_product():
    things = [product(variations=[12]), product(12, type="variation", parent_id=11)]
    with serving(WooShop(products=things)) as shop:
        shop.made["products/11/variations"] = [product(12)]
        found = shop.connector().fetch("product", "12")
        assert isinstance(found, contract.ProductData)
        assert (found.remote_id, len(found.variants)) == ("11", 1)


def test_changes_come_oldest_first_and_none_is_lost_between_pages():
    """One order changes while the pages are read: it moves to the end, and those behind it move up."""
    rows = [
        order(number, date_modified_gmt=f"2026-11-21T10:{number // 60:02}:{number % 60:02}") for number in range(250)
    ]
    with serving(WooShop(orders=rows)) as shop:
        woo, cursor, seen = shop.connector(), {}, []
        since = datetime(2026, 11, 21, 10, 0, 2, tzinfo=UTC)
        while True:
            page = woo.changes("order", since, cursor)
            seen += [one.remote_id for one in page.items]
            rows[5]["date_modified_gmt"] = "2026-11-21T11:00:00"
            cursor = json.loads(json.dumps(page.cursor))
            if not page.has_more:
                break
        assert seen[:3] == ["2", "3", "4"]
        assert set(seen) == {str(number) for number in range(2, 250)}
        assert len(seen) <= 252


def test_a_whole_page_of_one_second_does_not_stop_the_reading():
    rows = [order(number, date_modified_gmt="2026-11-21T10:00:00") for number in range(230)]
    with serving(WooShop(orders=rows)) as shop:
        woo, cursor, seen = shop.connector(), {}, set()
        for _round in range(5):
            page = woo.changes("order", datetime(2026, 11, 1, tzinfo=UTC), cursor)
            seen |= {one.remote_id for one in page.items}
            cursor = dict(page.cursor)
            if not page.has_more:
                break
        assert len(seen) == 230


def test_the_first_import_begins_with_the_newest():
    rows = [order(number, date_created_gmt=f"2026-11-{number:02}T10:00:00") for number in range(1, 29)]
    with serving(WooShop(orders=rows)) as shop:
        page = shop.connector().changes("order", None, {})
        assert [one.remote_id for one in page.items][:3] == ["28", "27", "26"]
        assert page.has_more is False


def test_customers_are_read_back_to_the_day_asked_for_and_wholly_by_the_nightly_sweep():
    rows = [customer(number, date_created_gmt=f"2026-{number % 12 + 1:02}-01T10:00:00") for number in range(1, 150)]
    with serving(WooShop(customers=rows)) as shop:
        woo = shop.connector()
        page = woo.changes("customer", datetime.now(UTC) - timedelta(days=1), {})
        assert page.has_more is False
        swept = woo.changes("customer", datetime.now(UTC) - timedelta(days=90), {})
        assert swept.has_more is True
        assert len(woo.changes("customer", datetime.now(UTC) - timedelta(days=90), swept.cursor).items) == 49
        assert woo.changes("customer", None, {}).has_more is True


def test_one_broken_order_keeps_no_other_back():
    with serving(WooShop(orders=[order(1), order(2, total="viel"), order(3)])) as shop:
        page = shop.connector().changes("order", None, {})
        assert [one.remote_id for one in page.items] == ["1", "3"]
        assert page.broken == {"2": "total: 'viel' is no amount"}


def test_faults_of_the_shop_when_reading():
    with serving(WooShop(orders=[order()])) as shop:
        woo = shop.connector()
        shop.fault(429, headers={"Retry-After": "12"})
        with pytest.raises(contract.Transient) as raised:
            woo.fetch("order", "24")
        assert raised.value.retry_after_seconds == 12
        for how in ({"status": 500}, {"status": 200, "half": True}, {"status": 200, "hang_up": True}):
            shop.fault(**how)
            with pytest.raises(contract.Transient):
                woo.changes("order", None, {})
        shop.secret = "another"
        with pytest.raises(contract.AuthFailed, match="cannot list"):
            woo.fetch("order", "24")


def test_pushes_are_verified_over_their_bytes():
    woo = WooShop().connector(webhook_secret="geheim")
    body = b'{"id": 24,  "status":"processing"}'
    woo.verify(body, signed(body), HOOK)
    for forged in ({}, signed(body, "x"), {"x-wc-webhook-signature": "ü"}):
        with pytest.raises(contract.Forged):
            woo.verify(body, forged, HOOK)
    with pytest.raises(contract.Forged):
        WooShop().connector().verify(body, signed(body, ""), HOOK)


def test_the_ping_of_a_new_webhook_is_fine_and_says_nothing():
    woo = WooShop().connector(webhook_secret="geheim")
    woo.verify(b"webhook_id=7", {}, HOOK)
    assert woo.hints(b"webhook_id=7", {}) == []
    with pytest.raises(contract.Forged):
        woo.verify(b'webhook_id=7&{"id": 1}', {}, HOOK)


def test_what_is_delivered_is_the_key_and_not_the_id_of_the_delivery():
    woo = WooShop().connector()
    one, two = b'{"id": 1}', b'{"id": 2}'
    keys = {woo.delivery_key(body, signed(body)) for body in (one, two, one)}
    assert len(keys) == 2
    assert woo.delivery_key(one, signed(one)) != woo.delivery_key(one, signed(one, topic="order.created"))
    assert all(len(key) < 200 for key in keys)


def test_hints():
    woo = WooShop().connector()
    hint = contract.Hint
    assert woo.hints(b'{"id": 24}', signed(b"")) == [hint(kind="order", remote_id="24")]
    assert woo.hints(b'{"id": 2}', signed(b"", topic="customer.deleted")) == [
        hint(kind="customer", remote_id="2", is_gone=True)
    ]
    assert woo.hints(b'{"id": 2}', signed(b"", topic="coupon.created")) == []
    for broken in (b"<html>", b"[]", b'{"id": null}', b"\xff", b'{"id": [1]}'):
        with pytest.raises(contract.Unparsable):
            woo.hints(broken, signed(b""))


@pytest.mark.parametrize("ability", list(Ability))
def test_each_deed_is_done_and_found_again(ability: Ability):
    home = contract.Address(name="Anja von Berg", line1="Weg 2", postcode="10115", city="Berlin", country="DE")
    with serving(WooShop(orders=[order()])) as shop:
        woo, wanted = shop.connector(), deed(ability, address=home, email="anja@customer.test")
        assert woo.was_done(wanted) is None
        done = woo.do(wanted)
        assert woo.was_done(wanted) == done
        assert (done.text != "") is (ability == Ability.COUPON)


@pytest.mark.parametrize("ability", list(Ability))
def test_a_deed_whose_answer_is_lost_is_found_by_reading_back(ability: Ability):
    home = contract.Address(name="Anja", line1="Weg 2", country="DE")
    with serving(WooShop(orders=[order()])) as shop:
        woo, wanted = shop.connector(), deed(ability, address=home)
        shop.fault(
            500, after=True, method="PUT" if ability in (Ability.CANCEL, Ability.ADDRESS, Ability.COLLECT) else "POST"
        )
        with pytest.raises(contract.UnknownOutcome):
            woo.do(wanted)
        assert woo.was_done(wanted) is not None
        assert len(shop.asked("POST")) + len(shop.asked("PUT")) == 1


def test_a_refund():
    with serving(WooShop(orders=[order()])) as shop:
        shop.connector().do(deed(Ability.REFUND, lines={"31": 1}))
        assert shop.made["orders/24/refunds"] == [
            {
                **{"id": 900, "amount": "10.00", "reason": "Kulanz", "api_refund": True},
                "meta_data": [{"key": "_shopbell_key", "value": "refund:1:1"}],
                "line_items": [{"id": 31, "quantity": 1, "refund_total": 40.05, "refund_tax": []}],
            }
        ]
        shop.connector(refunds_by_hand=True).do(deed(Ability.REFUND, key="refund:1:2"))
        assert shop.made["orders/24/refunds"][1]["api_refund"] is False


def test_refunding_too_much_is_answered_with_500_and_was_not_done():
    with serving(WooShop(orders=[order()])) as shop:
        woo, wanted = shop.connector(), deed(Ability.REFUND, amount=99999)
        with pytest.raises(contract.UnknownOutcome, match="Invalid refund amount"):
            woo.do(wanted)
        assert woo.was_done(wanted) is None


def test_what_the_shop_cannot_do_it_says():
    with serving(WooShop(orders=[order(status="completed")])) as shop:
        with pytest.raises(contract.Refused, match="completed"):
            shop.connector().do(deed(Ability.CANCEL))
        shop.currency = "SEK"
        with pytest.raises(contract.Refused, match="SEK"):
            shop.connector().do(deed(Ability.COUPON))
        assert shop.asked("POST") == shop.asked("PUT") == []


def test_a_coupon_is_for_one_person_and_once():
    with serving(WooShop()) as shop:
        done = shop.connector().do(deed(Ability.COUPON, email="anja@customer.test", order_id=""))
        (made,) = shop.made["coupons"]
        assert (made["code"], made["amount"], made["usage_limit"]) == (done.text, "10.00", 1)
        assert made["email_restrictions"] == ["anja@customer.test"]


def test_an_address_keeps_the_name():
    with serving(WooShop(orders=[order()])) as shop:
        home = contract.Address(name="Anja von Berg", line1="Weg 2", postcode="10115", city="Berlin", country="DE")
        shop.connector().do(deed(Ability.ADDRESS, address=home))
        now = shop.things["orders"][0]["shipping"]
        assert (now["first_name"], now["last_name"], now["city"]) == ("Anja von", "Berg", "Berlin")


def test_webhooks_are_made_and_switched_on_again():
    with serving(WooShop(orders=[order()])) as shop:
        assert shop.connector().subscribe(HOOK) == []
        made = shop.made["webhooks"]
        assert [one["topic"] for one in made] == list(health.TOPICS)
        secret = shop.settings["webhook_secret"]
        assert {one["secret"] for one in made} == {secret}
        assert len(secret) > 30
        made[1]["status"] = "disabled"
        found = shop.connector(**shop.settings).test()
        assert [one.level for one in found] == ["warning", "warning"]
        assert "order.updated" in found[0].text
        (warning,) = shop.connector(**shop.settings).subscribe(HOOK)
        assert (warning.level, made[1]["status"]) == ("warning", "active")
        assert len(made) == len(health.TOPICS)
        del made[0]
        assert "order.created" in shop.connector(**shop.settings).test()[0].text


def test_what_is_wrong_is_said_in_words_of_a_merchant():
    with serving(WooShop()) as shop:
        (plain,) = shop.connector().test()
        assert (plain.level, "encryption" in plain.text) == ("warning", True)
        shop.fault(401, body={"message": "No write permissions"}, method="POST")
        assert "may only read" in shop.connector().test()[0].text
        shop.secret = "another"
        assert "refuses the keys (Sorry, you cannot list resources)" in shop.connector().test()[0].text
        assert "refuses the keys" in shop.connector().subscribe(HOOK)[0].text
        shop.fault(404, body="<html>")
        assert "Permalinks" in shop.connector().test()[0].text
        address = shop.url
    assert "cannot be asked" in shop.connector(url=address).test()[0].text
    assert "https://" in shop.connector(url="shop.test").test()[0].text


def test_keys_in_the_address_are_only_for_https():
    with serving(WooShop(orders=[order()])) as shop:
        shop.connector(keys_in_address=True).fetch("order", "24")
        assert "consumer_secret" not in shop.calls[0].query


def test_its_settings_and_abilities():
    woo = WooShop().connector()
    assert woo.abilities == frozenset(Ability)
    assert woo.cannot == {}
    assert {one.path for one in woo.settings_form if one.secret} == {"consumer_secret", "webhook_secret"}


def test_nobody_guesses_a_coupon_s_code_from_the_number_of_its_order():
    codes = {deeds.code(WooShop().connector(consumer_secret=one).api, deed(Ability.COUPON)) for one in ("a", "b", "a")}
    assert len(codes) == 2


_BODY = json.dumps(order()).encode()


class TestContract(ConnectorContract):
    connector = WooShop().connector(webhook_secret="geheim")
    given = {
        "order": order(
            refunds=[{"id": 25, "total": "-10.00"}, {"id": 26, "total": "0.00"}],
            meta_data=[{"id": 1, "key": "_tracking_number", "value": "CC1EE,CC2EE,CC1EE"}],
        ),
        "product": product(_variations=[product(12)]),
        "customer": customer(),
    }
    pushed = (_BODY, signed(_BODY))
    pushed_order = "24"
