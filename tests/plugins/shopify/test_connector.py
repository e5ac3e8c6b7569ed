"""A Shopify shop is asked, listened to and changed over real sockets; its faults come to clear outcomes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce import contract
from shopbell.commerce.testing import ConnectorContract
from shopbell.plugins.shopify import deeds, health, queries
from shopbell.plugins.shopify.connector import Shopify
from tests.commerce.standin import serving
from tests.plugins.shopify.shop import ADDRESS, ShopifyShop, customer, fulfilment, order, payment, product

HOOK = "https://desk.test/hooks/shops/abc/"
Ability = contract.Ability


def deed(ability: Ability, **changes: Any) -> contract.Deed:
    given = {"key": "refund:1:1", "order_id": "450", "text": "Kulanz", "amount": 1000, "currency": "EUR", **changes}
    return contract.Deed(ability=ability, **given)


def signed(body: bytes, topic: str = "orders/updated", secret: str = "geheim") -> dict[str, str]:
    mac = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return {"x-shopify-hmac-sha256": mac, "x-shopify-topic": topic, "x-shopify-event-id": "e-1"}


def test_a_token_is_fetched_once_and_kept():
    with serving(ShopifyShop(orders=[order()])) as shop:
        connector = shop.connector()
        for _time in range(3):
            assert connector.fetch("order", "450") is not None
        assert len(shop.tokens) == 1
        assert shop.settings["access_token"] == "shpca_0"
        assert Shopify(shop.settings, ZoneInfo("UTC")).fetch("order", "450") is not None
        assert len(shop.tokens) == 1


def test_a_token_near_its_end_is_renewed_and_so_is_one_that_was_withdrawn():
    with serving(ShopifyShop(orders=[order()])) as shop:
        shop.lives = 600
        shop.connector().fetch("order", "450")
        shop.connector(**shop.settings).fetch("order", "450")
        assert len(shop.tokens) > 1
        shop.lives = 86_399
        connector = shop.connector()
        connector.fetch("order", "450")
        shop.tokens.append("another")
        assert connector.fetch("order", "450") is not None


def test_a_wrong_secret_is_said_once():
    with serving(ShopifyShop()) as shop:
        connector = shop.connector(client_secret="falsch")
        with pytest.raises(contract.AuthFailed, match="Unknown application"):
            connector.fetch("order", "450")
        assert "refuses the app (Unknown application)" in connector.test()[0].text
        assert "refuses the app" in connector.subscribe(HOOK)[0].text


def test_only_what_the_app_may_see_is_asked_for():
    for kind in ("customer", "product", "order"):
        for asked in (queries.one(kind, ()), queries.several(kind, ("read_returns", "read_locations"))):
            assert asked.count("{") == asked.count("}")
    assert "returns(" not in queries.one("order", ("read_orders",))
    assert "returns(" in queries.one("order", ("read_returns",))
    assert "retailLocation" in queries.one("order", ("read_locations",))


def test_what_is_gone_and_what_is_too_old_to_be_shown():
    with serving(ShopifyShop(orders=[order()])) as shop:
        assert shop.connector().fetch("order", "451") is None
        assert shop.connector().fetch("order", "gid") is None
        shop.rights = ("read_orders", "read_customers", "read_products")
        with pytest.raises(contract.Refused, match="60 days"):
            shop.connector().fetch("order", "451")
        assert shop.connector().fetch("customer", "7") is None


def test_a_long_order_comes_whole():
    long = order()
    long["lineItems"]["pageInfo"] = {"hasNextPage": True, "endCursor": "x"}
    with serving(ShopifyShop(orders=[long])) as shop:
        found = shop.connector().fetch("order", "450")
        assert isinstance(found, contract.OrderData)
        assert [one.remote_id for one in found.lines] == ["31", "32", "33"]
        assert shop.connector().changes("order", None, {}).items == [found]


def test_changes_page_by_page():
    rows = [order(number, updatedAt=f"2026-11-21T10:00:{number:02}Z") for number in range(1, 26)]
    with serving(ShopifyShop(orders=rows)) as shop:
        connector, cursor, seen = shop.connector(), {}, []
        while True:
            page = connector.changes("order", datetime(2026, 11, 21, 10, 0, 3, tzinfo=UTC), cursor)
            seen += [one.remote_id for one in page.items]
            cursor = json.loads(json.dumps(page.cursor))
            if not page.has_more:
                break
        assert seen == [str(number) for number in range(3, 26)]


def test_pages_become_smaller_until_the_shop_takes_them():
    with serving(ShopifyShop(products=[product(number) for number in range(1, 6)])) as shop:
        shop.most_at_once = 3
        page = shop.connector().changes("product", None, {})
        assert (len(page.items), page.cursor, page.has_more) == (2, {"after": "2", "size": 2}, True)
        (first, *_rest) = page.items
        assert isinstance(first, contract.ProductData)
        assert first.variants[0].currency == "EUR"


def test_one_broken_order_keeps_no_other_back():
    rows = [order(1), order(2, totalPriceSet="viel"), order(3)]
    with serving(ShopifyShop(orders=rows)) as shop:
        page = shop.connector().changes("order", None, {})
        assert {one.remote_id for one in page.items} == {"1", "3"}
        assert page.broken == {"2": "totalPriceSet is the text and no object"}


def test_the_bucket_of_costs_is_waited_for():
    with serving(ShopifyShop(orders=[order()])) as shop:
        connector = shop.connector(scopes=["read_orders"])
        shop.throttled = 2
        began = time.monotonic()
        assert connector.fetch("order", "450") is not None
        assert 0.1 < time.monotonic() - began < 3
        shop.throttled = 9
        with pytest.raises(contract.Transient) as raised:
            connector.fetch("order", "450")
        assert raised.value.retry_after_seconds == 1


def test_faults_when_reading():
    with serving(ShopifyShop(orders=[order()])) as shop:
        connector = shop.connector()
        connector.fetch("order", "450")
        for how in ({"status": 502}, {"status": 200, "half": True}, {"status": 200, "body": {"data": None}}):
            shop.fault(**how)
            with pytest.raises(contract.Transient):
                connector.changes("order", None, {})
        shop.fault(429, headers={"Retry-After": "2.0"})
        with pytest.raises(contract.Transient) as raised:
            connector.fetch("order", "450")
        assert raised.value.retry_after_seconds == 2
        said = {"errors": [{"message": "Access denied for orders field.", "extensions": {"code": "ACCESS_DENIED"}}]}
        shop.fault(200, body={**said, "data": {"order": None, "shop": {"currencyCode": "EUR"}}})
        with pytest.raises(contract.AuthFailed, match="Access denied"):
            connector.fetch("order", "450")


def test_pushes():
    connector = ShopifyShop().connector()
    body = b'{"id": 450,  "name": "#1001"}'
    connector.verify(body, signed(body), HOOK)
    with pytest.raises(contract.Forged):
        connector.verify(body, signed(body, secret="x"), HOOK)
    with pytest.raises(contract.Forged):
        Shopify({}, ZoneInfo("UTC")).verify(body, signed(body, secret=""), HOOK)
    again = {**signed(body), "x-shopify-webhook-id": "another delivery"}
    assert connector.delivery_key(body, signed(body)) == connector.delivery_key(body, again)
    assert connector.delivery_key(body, signed(body)) != connector.delivery_key(body, signed(body, "orders/create"))


@pytest.mark.parametrize(
    ("topic", "body", "hint"),
    [
        ("orders/create", {"id": 450}, ("order", "450", False)),
        ("orders/delete", {"id": 450}, ("order", "450", True)),
        ("orders/edited", {"order_edit": {"order_id": 450}}, ("order", "450", False)),
        ("fulfillments/update", {"id": 9, "order_id": 450}, ("order", "450", False)),
        ("fulfillment_events/create", {"id": 9, "order_id": 450}, ("order", "450", False)),
        ("refunds/create", {"id": 9, "order_id": 450}, ("order", "450", False)),
        ("returns/close", {"id": 9, "order": {"id": 450}}, ("order", "450", False)),
        ("customers/update", {"id": 2}, ("customer", "2", False)),
        ("products/delete", {"id": 11}, ("product", "11", True)),
    ],
)
def test_hints(topic: str, body: dict[str, Any], hint: tuple[contract.Kind, str, bool]):
    kind, remote_id, is_gone = hint
    found = ShopifyShop().connector().hints(json.dumps(body).encode(), signed(b"", topic))
    assert found == [contract.Hint(kind=kind, remote_id=remote_id, is_gone=is_gone)]


@pytest.mark.parametrize("topic", ["customers/redact", "customers/data_request", "shop/redact", "app/uninstalled", ""])
def test_what_is_no_news_of_the_mirror(topic: str):
    body = b'{"shop_id": 1, "customer": {"id": 2}, "orders_requested": [450]}'
    assert ShopifyShop().connector().hints(body, signed(body, topic)) == []


def test_what_is_wrong_is_said_in_words_of_a_merchant():
    with serving(ShopifyShop()) as shop:
        assert shop.connector().test() == []
        shop.rights = ("read_orders", "read_customers")
        found = shop.connector().test()
        assert [one.level for one in found] == ["error", "warning", "warning"]
        assert "read_products" in found[0].text
        assert "60 days" in found[2].text
        shop.fault(404, body={"errors": "Not Found"})
        assert "ends in .myshopify.com" in shop.connector().test()[0].text
    secure = Shopify({"shop": "hallik.myshopify.com"}, ZoneInfo("UTC"))
    assert "https addresses only" in secure.subscribe("http://desk.test/")[0].text


def test_subscriptions_are_made_once():
    with serving(ShopifyShop()) as shop:
        (warning,) = shop.connector().subscribe(HOOK)
        assert "FULFILLMENT_EVENTS_CREATE" in warning.text
        assert len(shop.hooks) == len(health.TOPICS) - 1
        assert {one["uri"] for one in shop.hooks} == {HOOK}
        del shop.hooks[2]
        shop.connector().subscribe(HOOK)
        assert len(shop.hooks) == len(health.TOPICS) - 1


@pytest.mark.parametrize("ability", sorted(contract.OF_AGENTS))
def test_each_deed_is_done_and_found_again(ability: Ability):
    home = contract.Address(name="Anja von Berg", line1="Weg 2", postcode="10115", city="Berlin", country="DE")
    fresh = order(shippingAddress={**ADDRESS})
    with serving(ShopifyShop(orders=[fresh])) as shop:
        shop.payments = [payment(1, "94.90")]
        connector, wanted = shop.connector(), deed(ability, address=home, email="anja@customer.test")
        assert connector.was_done(wanted) is None
        done = connector.do(wanted)
        fresh["shippingAddress"].setdefault("zip", "")
        assert connector.was_done(wanted) == done
        assert (done.text != "") is (ability == Ability.COUPON)


@pytest.mark.parametrize("ability", sorted(contract.OF_AGENTS))
def test_a_deed_whose_answer_is_lost_is_found_by_reading_back(ability: Ability):
    home = contract.Address(name="Anja", line1="Weg 2", country="DE")
    names = {
        **{Ability.NOTE: "Update", Ability.CANCEL: "Cancel", Ability.ADDRESS: "Update"},
        **{Ability.REFUND: "Refund", Ability.COUPON: "Coupon"},
    }
    with serving(ShopifyShop(orders=[order()])) as shop:
        shop.payments = [payment(1, "94.90")]
        connector, wanted = shop.connector(), deed(ability, address=home)
        connector.was_done(wanted)
        shop.loses_answers = True
        with pytest.raises(contract.UnknownOutcome):
            connector.do(wanted)
        assert connector.was_done(wanted) is not None
        changes = [name for name, given in shop.asked_for if name == names[ability] and given.keys() != {"code"}]
        assert len(changes) == 1


def test_a_refund_goes_back_the_way_it_came_and_never_twice():
    with serving(ShopifyShop(orders=[order()])) as shop:
        shop.payments = [payment(1, "20.00"), payment(2, "74.90"), payment(3, "15.00", "REFUND", parent=1)]
        connector, wanted = shop.connector(), deed(Ability.REFUND, lines={"31": 1})
        first = connector.do(wanted)
        (made,) = shop.refunded.values()
        assert [(one["parentId"][-1], one["amount"]) for one in made["transactions"]] == [("1", "5.00"), ("2", "5.00")]
        assert made["note"] == f"Kulanz {contract.mark('refund:1:1')}"
        assert made["refundLineItems"][0]["quantity"] == 1
        assert connector.do(wanted) == first  # Shopify knows the key
        assert len(shop.refunded) == 1
        with pytest.raises(contract.Refused, match="do not hold"):
            connector.do(deed(Ability.REFUND, amount=99999, key="refund:1:2"))
        with pytest.raises(contract.Refused, match="another currency"):
            connector.do(deed(Ability.REFUND, currency="USD", key="refund:1:3"))


def test_a_coupon_for_an_account_is_for_nobody_else():
    with serving(ShopifyShop(customers=[customer()])) as shop:
        connector = shop.connector()
        known = deed(Ability.COUPON, email="anja.schroeder@example.de", order_id="")
        code = connector.do(known).text
        assert shop.coupons[code]["context"] == {"customers": {"add": ["gid://shopify/Customer/2"]}}
        code = connector.do(deed(Ability.COUPON, email="fremd@customer.test", key="coupon:2")).text
        assert shop.coupons[code]["context"] == {"all": "ALL"}
        with pytest.raises(contract.Refused, match="Code must be unique"):
            connector.do(known)
        with pytest.raises(contract.Refused, match="EUR"):
            connector.do(deed(Ability.COUPON, currency="USD", key="coupon:3"))


def test_a_note_is_written_below_the_customer_s_own():
    with serving(ShopifyShop(orders=[order()])) as shop:
        shop.connector().do(deed(Ability.NOTE, text="Rückruf erbeten"))
        assert shop.things["orders"][0]["note"] == "Bitte klingeln\nRückruf erbeten"


def test_nobody_guesses_a_coupon_s_code_from_the_number_of_its_order():
    codes = {
        deeds.code(ShopifyShop().connector(client_secret=one).api, deed(Ability.COUPON)) for one in ("a", "b", "a")
    }
    assert len(codes) == 2


_BODY = b'{"id": 450}'


class TestContract(ConnectorContract):
    connector = ShopifyShop().connector()
    given = {
        "order": order(fulfillments=[fulfilment(), fulfilment(78)]),
        "product": {**product(), "_currency": "EUR"},
        "customer": customer(),
    }
    pushed = (_BODY, signed(_BODY))
    pushed_order = "450"
