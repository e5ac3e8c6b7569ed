"""The connector with a real django-oscar shop: what happens there is read, and deeds are done once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from shopbell.commerce import contract
from shopbell.commerce.contract import Ability, Deed, Fulfilment, Payment
from shopbell.plugins.django_oscar.connector import DjangoOscar
from tests.oscarshop import COAT_PRICE, HAT, HAT_PRICE, Merchant, Oscar, Visitor, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oscar]:
    with serving(tmp_path_factory.mktemp("oscar")) as found:
        yield found


@pytest.fixture(scope="module")
def merchant(shop: Oscar) -> Merchant:
    return Merchant(shop)


@pytest.fixture(autouse=True)
def faultless(shop: Oscar) -> Iterator[None]:
    yield
    shop.fault()


def connector(shop: Oscar, **settings: Any) -> DjangoOscar:
    return DjangoOscar({**shop.settings, **settings}, ZoneInfo("Europe/Tallinn"))


def remote_id(shop: Oscar, number: str) -> str:
    found = [one["id"] for one in shop.read("orders/")["results"] if one["number"] == number]
    return str(found[0])


def fetched(shop: Oscar, number: str) -> contract.OrderData:
    found = connector(shop).fetch("order", remote_id(shop, number))
    assert isinstance(found, contract.OrderData)
    return found


def deed(shop: Oscar, number: str, ability: Ability, **fields: Any) -> Deed:
    given = {"key": f"{ability}:{number}:1", "ability": ability, "order_id": remote_id(shop, number), **fields}
    return Deed(**given)


def test_an_order_of_the_checkout(shop: Oscar):
    found = fetched(shop, Visitor(shop).buy("kart@customer.test", quantity=2))
    assert (found.email, found.name, found.total, found.currency) == (
        "kart@customer.test",
        "Kärt Õunapuu",
        17800,
        "EUR",
    )
    assert (found.payment, found.payment_method, found.paid) == (Payment.PAID, "Card", 17800)
    assert (found.fulfilment, found.customer_id, found.status) == (Fulfilment.OPEN, "", "Pending")
    assert [(line.sku, line.quantity, line.unit_price) for line in found.lines] == [("OSC-1", 2, COAT_PRICE)]
    assert (found.shipping_address.city, found.shipping_address.country) == ("Tallinn", "EE")
    assert found.phone == "+37251234567"
    assert found.updated_at
    assert datetime.now(UTC) - found.updated_at < timedelta(minutes=1)


def test_what_the_merchant_does_in_the_dashboard(shop: Oscar, merchant: Merchant):
    number = Visitor(shop).buy("kart@customer.test", quantity=2)
    merchant.ship(number, "Omniva CC123456789EE")
    merchant.refund(number, "20.00")
    found = fetched(shop, number)
    assert (found.fulfilment, found.payment) == (Fulfilment.FULFILLED, Payment.PARTLY_REFUNDED)
    assert [(one.carrier, one.tracking_number) for one in found.shipments] == [("Omniva", "CC123456789EE")]
    assert [one.amount for one in found.refunds] == [2000]
    merchant.ship(number, event="delivered")
    assert fetched(shop, number).fulfilment == Fulfilment.DELIVERED


def test_all_is_listed_newest_first_and_changes_oldest_first(shop: Oscar, merchant: Merchant):
    visitor = Visitor(shop)
    first, second = visitor.buy("a@customer.test"), visitor.buy("b@customer.test")
    desk = connector(shop)
    since = datetime.now(UTC)
    everything = desk.changes("order", None, {})
    assert [one.number for one in everything.items if isinstance(one, contract.OrderData)][:2] == [second, first]
    assert not everything.has_more
    assert desk.changes("order", since, {}).items == []
    merchant.change_status(second, "Being processed")
    merchant.change_status(first, "Being processed")
    changed = desk.changes("order", since, {})
    assert [one.number for one in changed.items if isinstance(one, contract.OrderData)] == [second, first]
    long_ago = desk.changes("order", since - timedelta(days=90), {})
    assert {first, second} <= {one.number for one in long_ago.items if isinstance(one, contract.OrderData)}
    assert len(long_ago.items) == len(everything.items)


def test_pages_join_without_gap_or_double(shop: Oscar, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shopbell.plugins.django_oscar.connector.AT_ONCE", 1)
    since = datetime.now(UTC)
    visitor = Visitor(shop)
    bought = [visitor.buy(f"{at}@customer.test") for at in range(3)]
    desk = connector(shop)
    for begin, wanted in ((since, bought), (None, bought[::-1])):
        seen: list[str] = []
        page = desk.changes("order", begin, {})
        while len(seen) < 3:
            seen += [one.number for one in page.items if isinstance(one, contract.OrderData)]
            page = desk.changes("order", begin, page.cursor)
        assert seen[:3] == wanted


def test_products_with_their_stock_and_accounts(shop: Oscar):
    desk = connector(shop)
    before = {one.remote_id: one for one in desk.changes("product", None, {}).items}
    Visitor(shop).buy("kart@customer.test", ware=HAT, quantity=3)
    after = {one.remote_id: one for one in desk.changes("product", None, {}).items}
    hat, hat_before = after["1"], before["1"]
    assert isinstance(hat, contract.ProductData)
    assert isinstance(hat_before, contract.ProductData)
    assert (hat.title, hat.variants[0].price) == ("Villane müts", HAT_PRICE)
    assert (hat_before.variants[0].stock or 0) - (hat.variants[0].stock or 0) == 3
    boots = after["3"]
    assert isinstance(boots, contract.ProductData)
    assert {(one.sku, one.stock) for one in boots.variants} == {("BOOT-41", 7), ("BOOT-42", 7)}
    Visitor(shop).send(
        "/accounts/login/",
        {
            "registration-email": "mari@customer.test",
            "registration-password1": "kohvitass-17",
            "registration-password2": "kohvitass-17",
            "registration_submit": "Register",
        },
    )
    people = desk.changes("customer", None, {}).items
    assert "mari@customer.test" in {one.email for one in people if isinstance(one, contract.CustomerData)}


def test_what_is_not_there_is_none(shop: Oscar):
    assert connector(shop).fetch("order", "999999") is None


def test_a_wrong_token_reads_and_does_nothing(shop: Oscar):
    for wrong in ("", "guessed", "ä"):
        desk = connector(shop, token=wrong)
        with pytest.raises(contract.AuthFailed):
            desk.changes("order", None, {})
        with pytest.raises(contract.AuthFailed):
            desk.do(Deed(key="k", ability=Ability.NOTE, order_id="1", text="x"))
        assert [one.level for one in desk.test()] == ["error"]
    assert requests.get(f"{shop.url}/shopbell/orders/", timeout=10).status_code == 401


@pytest.mark.parametrize(
    ("fault", "error"), [("500", contract.Transient), ("half", contract.Transient), ("429", contract.Transient)]
)
def test_a_shop_that_fails_is_asked_again_later(shop: Oscar, fault: str, error: type[Exception]):
    shop.fault(fault)
    with pytest.raises(error) as raised:
        connector(shop).changes("order", None, {})
    assert getattr(raised.value, "retry_after_seconds", None) == (7 if fault == "429" else None)
    assert connector(shop).changes("order", None, {}).items


def test_an_address_that_is_not_the_apps(shop: Oscar):
    for url in (f"{shop.url}/", f"{shop.url}/catalogue/", "http://127.0.0.1:9/"):
        with pytest.raises(contract.ShopError):
            connector(shop, url=url).changes("order", None, {})
        assert [one.level for one in connector(shop, url=url).test()] == ["error"]


def test_its_health(shop: Oscar):
    assert connector(shop).test() == []
    assert [one.level for one in connector(shop).subscribe("https://desk.test/hooks/shops/k/")] == ["warning"]


def test_a_note(shop: Oscar):
    number = Visitor(shop).buy("kart@customer.test")
    wanted = deed(shop, number, Ability.NOTE, text="Kärt helistas; uus kuupäev 5.12.")
    done = connector(shop).do(wanted)
    notes = shop.read(f"orders/{wanted.order_id}/")["notes"]
    assert [(str(one["id"]), one["message"]) for one in notes] == [(done.remote_id, "Kärt helistas; uus kuupäev 5.12.")]


def test_cancelling_gives_the_stock_free_and_is_refused_once_sent(shop: Oscar, merchant: Merchant):
    number = Visitor(shop).buy("kart@customer.test")
    connector(shop).do(deed(shop, number, Ability.CANCEL))
    found = fetched(shop, number)
    assert found.is_cancelled
    assert found.cancelled_at
    assert shop.read(f"orders/{found.remote_id}/")["lines"][0]["num_allocated"] == 0
    sent = Visitor(shop).buy("kart@customer.test")
    merchant.ship(sent)
    wanted = deed(shop, sent, Ability.CANCEL)
    with pytest.raises(contract.Refused, match="sent already"):
        connector(shop).do(wanted)
    assert connector(shop).was_done(wanted) is None
    assert not fetched(shop, sent).is_cancelled


def test_another_address(shop: Oscar):
    number = Visitor(shop).buy("kart@customer.test")
    where = contract.Address(
        name="Mari Maria Mets", company="OÜ Mets", line1="Riia 1", postcode="51010", city="Tartu", country="EE"
    )
    connector(shop).do(deed(shop, number, Ability.ADDRESS, address=where))
    found = fetched(shop, number).shipping_address
    assert (found.name, found.line1, found.line2, found.city) == ("Mari Maria Mets", "Riia 1", "OÜ Mets", "Tartu")
    abroad = contract.Address(name="M", line1="1", city="X", country="US")
    with pytest.raises(contract.Refused, match="deliver"):
        connector(shop).do(deed(shop, number, Ability.ADDRESS, key="other", address=abroad))


def refund(shop: Oscar, number: str, amount: int, **fields: Any) -> Deed:
    return deed(shop, number, Ability.REFUND, amount=amount, currency="EUR", **fields)


def paid_back(shop: Oscar, wanted: Deed) -> list[str]:
    return [line for line in shop.paid_back() if line.startswith(wanted.key)]


def test_a_refund_whose_answer_is_lost_is_made_once(shop: Oscar):
    number = Visitor(shop).buy("kart@customer.test")
    wanted = refund(shop, number, 2000, text="Broken cup")
    shop.fault("lost")
    with pytest.raises(contract.UnknownOutcome):
        connector(shop).do(wanted)
    done = connector(shop).was_done(wanted)
    assert done is not None
    assert connector(shop).do(wanted) == done  # the same key again: what was done, not done anew
    found = fetched(shop, number)
    assert [one.amount for one in found.refunds] == [2000]
    assert found.payment == Payment.PARTLY_REFUNDED
    assert len(paid_back(shop, wanted)) == 1


def test_a_refund_that_never_reached_the_shop_was_not_made(shop: Oscar):
    number = Visitor(shop).buy("kart@customer.test")
    wanted = refund(shop, number, 2000)
    shop.fault("500")
    with pytest.raises(contract.UnknownOutcome):
        connector(shop).do(wanted)
    assert connector(shop).was_done(wanted) is None
    connector(shop).do(wanted)
    assert [one.amount for one in fetched(shop, number).refunds] == [2000]


def test_no_more_is_paid_back_than_was_paid(shop: Oscar, merchant: Merchant):
    number = Visitor(shop).buy("kart@customer.test")
    connector(shop).do(refund(shop, number, 5000))
    wanted = refund(shop, number, 4000, key="too much")
    with pytest.raises(contract.Refused, match=r"Only 39\.00 EUR"):
        connector(shop).do(wanted)
    merchant.refund(number, "30.00")  # by hand, past the desk
    with pytest.raises(contract.Refused, match=r"Only 9\.00 EUR"):
        connector(shop).do(refund(shop, number, 1000, key="still too much"))
    assert paid_back(shop, wanted) == []


def test_a_refund_the_provider_refuses_and_one_it_does_not_answer(shop: Oscar):
    desk = connector(shop)
    refused = refund(shop, Visitor(shop).buy("kart@customer.test", quantity=8), 66600)
    with pytest.raises(contract.Refused, match="does not like"):
        desk.do(refused)
    assert desk.was_done(refused) is None
    unsure = refund(shop, Visitor(shop).buy("kart@customer.test"), 1300)
    for ask in (desk.do, desk.was_done, desk.do):
        with pytest.raises(contract.UnknownOutcome):
            ask(unsure)
    assert len(paid_back(shop, unsure)) == 1  # money may have left: the provider is not asked again


def test_a_key_belongs_to_one_deed(shop: Oscar):
    number = Visitor(shop).buy("kart@customer.test")
    connector(shop).do(refund(shop, number, 1000))
    with pytest.raises(contract.Refused, match="another deed"):
        connector(shop).do(refund(shop, number, 2000))
    assert [one.amount for one in fetched(shop, number).refunds] == [1000]


def test_a_coupon_works_in_the_basket(shop: Oscar):
    wanted = Deed(key="coupon:1", ability=Ability.COUPON, order_id="", amount=500, currency="EUR", email="k@c.test")
    done = connector(shop).do(wanted)
    assert connector(shop).do(wanted) == done
    visitor = Visitor(shop)
    visitor.send("/basket/add/2/", {"quantity": "1"}, page="/catalogue/vihmajope_2/")
    visitor.send("/basket/vouchers/add/", {"code": done.text}, page="/basket/")
    number = visitor.buy("kart@customer.test", ware=HAT)
    found = fetched(shop, number)
    assert (found.total, found.discount, found.coupons) == (COAT_PRICE + HAT_PRICE - 500, 500, (done.text,))
    with pytest.raises(contract.Refused, match="EUR is needed"):
        connector(shop).do(Deed(key="c2", ability=Ability.COUPON, order_id="", amount=500, currency="SEK"))


def test_a_shop_that_cannot_pay_back_says_so(tmp_path: Path):
    with serving(tmp_path, REFUND="", CANCELLED="Storniert") as bare:
        number = Visitor(bare).buy("kart@customer.test")
        with pytest.raises(contract.Refused, match="REFUND"):
            connector(bare).do(refund(bare, number, 100))
        with pytest.raises(contract.Refused, match="Pending"):
            connector(bare).do(deed(bare, number, Ability.CANCEL))
        texts = [one.text for one in connector(bare).test()]
        assert any(text.startswith("cancel: ") for text in texts)
        assert any(text.startswith("refund: ") for text in texts)
