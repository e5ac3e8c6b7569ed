"""An Ecwid shop is asked, listened to and changed over real sockets; its faults come to clear outcomes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shopbell.commerce import contract
from shopbell.commerce.testing import ConnectorContract
from shopbell.plugins.ecwid import deeds
from tests.commerce.standin import serving
from tests.plugins.ecwid.shop import EcwidShop, customer, order, product

HOOK = "https://desk.test/hooks/shops/abc/"
Ability = contract.Ability


def event(name: str = "order.updated", **changes: Any) -> bytes:
    said = {"eventId": "e-1", "eventCreated": 1795291000, "storeId": 1003, "entityId": 20, "eventType": name}
    return json.dumps({**said, **changes}).encode()


def signed(body: bytes, secret: str = "geheim") -> dict[str, str]:
    said = json.loads(body)
    mac = hmac.new(secret.encode(), f"{said['eventCreated']}.{said['eventId']}".encode(), hashlib.sha256)
    return {"x-ecwid-webhook-signature": base64.b64encode(mac.digest()).decode()}


def deed(ability: Ability, **changes: Any) -> contract.Deed:
    home = contract.Address(name="Anja von Berg", line1="Weg 2", postcode="10115", city="Berlin", country="DE")
    given = {"key": "k:1", "order_id": "XJ20", "text": "Kulanz", "amount": 1000, "currency": "EUR", "address": home}
    return contract.Deed(ability=ability, **{**given, **changes})


def test_what_is_fetched():
    with serving(EcwidShop(orders=[order(), order(21, paymentStatus="INCOMPLETE")])) as shop:
        connector = shop.connector()
        found = connector.fetch("order", "XJ20")
        assert isinstance(found, contract.OrderData)
        assert (found.currency, shop.settings["currency"]) == ("EUR", "EUR")
        assert [connector.fetch("order", number) for number in ("XJ21", "XJ99", "../x")] == [None] * 3
        assert len(shop.asked("GET", "profile")) == 1


def test_changes_page_by_page_without_baskets_left_in_the_till():
    rows = [order(number) for number in range(230, 0, -1)]
    rows[3]["paymentStatus"] = "INCOMPLETE"
    rows[7]["total"] = "viel"
    with serving(EcwidShop(orders=rows)) as shop:
        connector, cursor, seen, broken = shop.connector(), {}, [], {}
        while True:
            page = connector.changes("order", None, cursor)
            seen += [one.remote_id for one in page.items]
            broken |= page.broken
            cursor = json.loads(json.dumps(page.cursor))
            if not page.has_more:
                break
        assert (len(seen), seen[0]) == (228, "XJ230")
        assert broken == {"XJ223": "total: 'viel' is no amount"}
        late = connector.changes("order", datetime.fromtimestamp(1795292229, UTC), {})
        assert [one.remote_id for one in late.items] == ["XJ230", "XJ229"]


def test_faults_when_reading():
    with serving(EcwidShop(orders=[order()])) as shop:
        connector = shop.connector(currency="EUR")
        for how in ({"status": 500}, {"status": 200, "half": True}, {"status": 200, "body": {"items": None}}):
            shop.fault(**how)
            with pytest.raises(contract.Transient):
                connector.changes("order", None, {})
        shop.fault(429, headers={"Retry-After": "60"})
        with pytest.raises(contract.Transient) as raised:
            connector.fetch("order", "XJ20")
        assert raised.value.retry_after_seconds == 60


def test_pushes():
    connector, body = EcwidShop().connector(), event()
    connector.verify(body, signed(body), HOOK)
    for forged in (event(eventId="e-2"), event(eventCreated=1), b"{", b"[]", b'{"eventId": {}}'):
        with pytest.raises(contract.Forged):
            connector.verify(forged, signed(body), HOOK)
    with pytest.raises(contract.Forged):
        EcwidShop().connector(client_secret="").verify(body, signed(body, ""), HOOK)


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (event(), ("order", "20", False)),
        (event(entityId="103", data={"orderId": "XJ20"}), ("order", "XJ20", False)),
        (event("order.deleted"), ("order", "20", True)),
        (event("product.updated"), ("product", "20", False)),
        (event("customer.created"), ("customer", "20", False)),
    ],
)
def test_hints(body: bytes, hint: tuple[contract.Kind, str, bool]):
    kind, remote_id, is_gone = hint
    found = EcwidShop().connector().hints(body, {})
    assert found == [contract.Hint(kind=kind, remote_id=remote_id, is_gone=is_gone)]


def test_what_is_no_news_of_the_mirror():
    for name in ("unfinished_order.created", "application.installed", "", "coupon.created"):
        assert EcwidShop().connector().hints(event(name), {}) == []


@pytest.mark.parametrize("ability", sorted(set(Ability) - {Ability.REFUND}))
@pytest.mark.parametrize("is_lost", [False, True])
def test_each_deed_is_done_once_and_found_again(ability: Ability, is_lost: bool):
    with serving(EcwidShop(orders=[order(fulfillmentStatus="PROCESSING", privateAdminNotes="Alt")])) as shop:
        connector, wanted = shop.connector(), deed(ability)
        assert connector.was_done(wanted) is None
        if is_lost:
            shop.fault(500, after=True, method="POST" if ability == Ability.COUPON else "PUT")
            with pytest.raises(contract.UnknownOutcome):
                connector.do(wanted)
            assert connector.was_done(wanted) is not None
        else:
            assert connector.do(wanted) == connector.was_done(wanted)
        assert len(shop.asked("PUT")) + len(shop.asked("POST")) == 1
        if ability == Ability.NOTE:
            assert shop.things["orders"][0]["privateAdminNotes"] == "Alt\nKulanz"


def test_cancelling():
    with serving(EcwidShop(orders=[order(), order(21, fulfillmentStatus="PROCESSING")])) as shop:
        connector = shop.connector()
        with pytest.raises(contract.Refused, match="SHIPPED"):
            connector.do(deed(Ability.CANCEL))
        connector.do(deed(Ability.CANCEL, order_id="XJ21"))
        row = shop.things["orders"][1]
        assert (row["fulfillmentStatus"], row["paymentStatus"]) == ("WILL_NOT_DELIVER", "PAID")
        row.update(fulfillmentStatus="PROCESSING", paymentStatus="AWAITING_PAYMENT")
        connector.do(deed(Ability.CANCEL, order_id="XJ21"))
        assert row["paymentStatus"] == "CANCELLED"
        with pytest.raises(contract.Refused):
            connector.do(deed(Ability.REFUND))
        with pytest.raises(contract.Refused, match="EUR"):
            connector.do(deed(Ability.COUPON, currency="USD"))


def test_what_is_wrong_is_said_in_words_of_a_merchant():
    with serving(EcwidShop()) as shop:
        assert shop.connector().test() == []
        assert "client secret" in shop.connector(client_secret="").test()[0].text
        shop.forbidden = "customers"
        assert "customers" in shop.connector().test()[0].text
        shop.token = "another"
        assert "Token is invalid" in shop.connector().test()[0].text


def test_nobody_guesses_a_coupon_s_code_from_the_number_of_its_order():
    codes = {deeds.code(EcwidShop().connector(token=one).api, deed(Ability.COUPON)) for one in ("a", "b", "a")}
    assert len(codes) == 2


_BODY = event(data={"orderId": "XJ20"})


class TestContract(ConnectorContract):
    connector = EcwidShop().connector(currency="EUR")
    given = {"order": order(refunds=[{"amount": 5.0}]), "product": product(), "customer": customer()}
    pushed = (_BODY, signed(_BODY))
    pushed_order = "XJ20"

    def test_a_push_is_taken_when_it_is_signed_and_refused_when_a_byte_is_another(self) -> None:
        """The signature is over the event's id and time alone; the rest is a hint, and fetched again."""
        self.connector.verify(_BODY, signed(_BODY), HOOK)
        with pytest.raises(contract.Forged):
            self.connector.verify(_BODY.replace(b"e-1", b"e-2"), signed(_BODY), HOOK)
        with pytest.raises(contract.Forged):
            self.connector.verify(_BODY, {}, HOOK)
