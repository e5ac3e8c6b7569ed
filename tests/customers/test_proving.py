"""A code or a link proves an address: once, for ten minutes, at most five tries, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shopbell.customers import operations, proofs
from shopbell.customers.models import Evidence, Identity, Proof
from shopbell.events.models import Delivery, Event
from tests import factories

ANNA = "anna@customer.example"
pytestmark = pytest.mark.django_db


def asked(shop, address=ANNA, **fields) -> Proof:
    operations.send_code(shop, address, "de", **fields)
    return Proof.objects.latest("id")


def later(**delta) -> None:
    """As if so much time had passed since everything so far."""
    for proof in Proof.objects.all():
        for name in ("asked_at", "expires_at"):
            setattr(proof, name, getattr(proof, name) - timedelta(**delta))
        proof.save()


def wrong(proof: Proof) -> str:
    return f"{(int(proofs.code(proof)) + 1) % 1_000_000:06d}"


def test_a_code_has_six_digits_and_counts_once():
    shop = factories.shop()
    proof = asked(shop)
    code = proofs.code(proof)
    assert len(code) == 6
    assert code.isdecimal()
    assert operations.redeem(shop, " Anna@Customer.example", f"{code[:3]} {code[3:]}") is True
    assert operations.redeem(shop, ANNA, code) is False


def test_the_table_alone_tells_nobody_the_code(settings):
    proof = asked(factories.shop())
    code = proofs.code(proof)
    stored = {str(getattr(proof, field.attname)) for field in Proof._meta.fields}
    assert code not in stored
    settings.SECRET_KEY = "another key"
    assert proofs.code(proof) != code


def test_asking_owes_one_mail_and_leaves_no_line_in_the_log():
    proof = asked(factories.shop())
    owed = Delivery.objects.get(event_name="customers.code_owed")
    assert owed.data == {"proof_id": proof.id}
    assert not Event.objects.exists()


@pytest.mark.parametrize(("minutes", "is_good"), [(9, True), (10, False)])
def test_a_code_is_good_for_ten_minutes(minutes, is_good):
    shop = factories.shop()
    proof = asked(shop)
    later(minutes=minutes)
    assert operations.redeem(shop, ANNA, proofs.code(proof)) is is_good


def test_after_five_wrong_codes_the_right_one_is_wrong_too():
    shop = factories.shop()
    proof = asked(shop)
    assert [operations.redeem(shop, ANNA, wrong(proof)) for _ in range(4)] == [False] * 4
    assert operations.redeem(shop, ANNA, proofs.code(proof)) is True
    other = asked(shop)
    assert [operations.redeem(shop, ANNA, wrong(other)) for _ in range(5)] == [False] * 5
    assert operations.redeem(shop, ANNA, proofs.code(other)) is False
    assert Proof.objects.get(id=other.id).tries == 5


def test_a_code_is_of_one_shop_and_one_address():
    shop, other = factories.shop(), factories.shop()
    code = proofs.code(asked(shop))
    assert operations.redeem(other, ANNA, code) is False
    assert operations.redeem(shop, "eve@customer.example", code) is False
    assert operations.redeem(shop, ANNA, code) is True


@pytest.mark.parametrize("typed", ["", "abc", "12345", "1234567", "١٢٣", "x" * 10_000])
def test_what_is_no_code_is_wrong(typed):
    shop = factories.shop()
    asked(shop)
    assert operations.redeem(shop, ANNA, typed) is False


def test_a_newer_code_takes_the_place_of_the_older():
    shop = factories.shop()
    first = asked(shop)
    later(seconds=40)
    second = asked(shop)
    assert second.id != first.id
    assert operations.redeem(shop, ANNA, proofs.code(first)) is (proofs.code(first) == proofs.code(second))
    assert operations.redeem(shop, ANNA, proofs.code(second)) is True


def test_asked_for_twice_at_once_is_one_mail():
    shop = factories.shop()
    assert asked(shop).id == asked(shop).id
    assert Delivery.objects.filter(event_name="customers.code_owed").count() == 1


def test_known_and_unknown_addresses_cost_the_same_and_say_the_same():
    shop = factories.shop()
    operations.resolve("email", ANNA, name="Anna", verified=True)
    work = []
    for address in (ANNA, "nobody@customer.example"):
        with CaptureQueriesContext(connection) as queries:
            assert operations.send_code(shop, address, "de") is None
        work.append([query["sql"].replace(address, "?") for query in queries])
    assert [len(each) for each in work] == [len(work[0])] * 2
    assert not any("customers_identity" in sql or "customers_customer" in sql for sql in work[0])
    assert Identity.objects.count() == 1


def test_a_wrong_code_makes_nobody():
    shop = factories.shop()
    proof = asked(shop)
    operations.redeem(shop, ANNA, wrong(proof))
    assert not Identity.objects.exists()


def ask_often(times: int, address: str = "a{n}@customer.example", visitor: str = "v{n}", shop=None) -> None:
    shop = shop or factories.shop()
    for number in range(times):
        operations.send_code(shop, address.format(n=number), "de", visitor=visitor.format(n=number))
        later(minutes=1)


def test_five_codes_an_hour_for_one_address():
    ask_often(5, address=ANNA)
    with pytest.raises(operations.TooOften) as found:
        operations.send_code(factories.shop(), ANNA, "de", visitor="somebody else")
    assert 54 * 60 < found.value.seconds <= 55 * 60
    operations.send_code(factories.shop(), "eve@customer.example", "de", visitor="somebody else")


def test_ten_codes_a_day_for_one_address():
    for _ in range(2):
        ask_often(5, address=ANNA)
        later(hours=1)
    with pytest.raises(operations.TooOften):
        ask_often(1, address=ANNA)
    later(days=1)
    ask_often(1, address=ANNA)


def test_ten_codes_an_hour_for_one_visitor():
    ask_often(10, visitor="one")
    with pytest.raises(operations.TooOften):
        ask_often(1, visitor="one")
    ask_often(1, visitor="two")
    ask_often(11, visitor="")  # who cannot be told apart is not held back for others


def test_a_shop_has_a_limit_of_its_own(monkeypatch):
    monkeypatch.setattr("shopbell.customers.operations.proving.RATES", ((timedelta(hours=1), 5, 10, 3),))
    shop = factories.shop()
    ask_often(3, shop=shop)
    with pytest.raises(operations.TooOften):
        operations.send_code(shop, "z@customer.example", "de", visitor="z")
    operations.send_code(factories.shop(), "z@customer.example", "de", visitor="z")


@pytest.mark.parametrize("typed", ["", "anna", "anna@", "anna@localhost\nBcc: eve@x.example", "@customer.example"])
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(operations.Malformed):
        operations.send_code(factories.shop(), typed, "de")
    assert not Proof.objects.exists()


def test_a_link_proves_the_address_once_and_looking_at_it_spends_nothing():
    shop = factories.shop()
    proof = asked(shop)
    token = proofs.link_token(proof)
    assert operations.linked_address(shop, token) == ANNA
    assert operations.linked_address(shop, token) == ANNA
    assert operations.redeem_link(factories.shop(), token) is None
    assert operations.redeem_link(shop, token) == ANNA
    assert operations.redeem_link(shop, token) is None
    assert operations.linked_address(shop, token) is None
    assert operations.redeem(shop, ANNA, proofs.code(proof)) is False


def test_a_link_ends_after_ten_minutes_and_cannot_be_forged():
    shop = factories.shop()
    token = proofs.link_token(asked(shop))
    number, _dash, mac = token.partition("-")
    for forged in ("", "x", f"{int(number) + 1}-{mac}", f"{number}-{'a' * 16}", "x" * 10_000):
        assert operations.redeem_link(shop, forged) is None
    later(minutes=10)
    assert operations.redeem_link(shop, token) is None


def test_what_was_proved_belongs_to_who_had_it_else_to_somebody_new():
    known = operations.resolve("email", ANNA, name="Anna")
    identity = operations.prove("ANNA@customer.example", evidence=Evidence.CODE, language="de")
    assert (identity.customer_id, identity.evidence) == (known.id, "code")
    assert identity.verified_at is not None
    new = operations.prove("eve@customer.example", evidence=Evidence.LINK)
    assert (new.evidence, new.customer.name) == ("link", "")
    told = list(Event.objects.filter(name="customers.identity_proved").order_by("id").values_list("data", flat=True))
    assert told == [
        {"customer_id": known.id, "identity_id": identity.id, "evidence": "code"},
        {"customer_id": new.customer_id, "identity_id": new.id, "evidence": "link"},
    ]


def test_proved_again_the_first_evidence_stays():
    first = operations.prove(ANNA, evidence=Evidence.CODE)
    again = operations.prove(ANNA, evidence=Evidence.LINK)
    assert (again.evidence, again.verified_at) == ("code", first.verified_at)
    assert Event.objects.filter(name="customers.identity_proved").count() == 1


def test_addresses_asked_about_are_forgotten():
    asked(factories.shop())
    operations.forget_proofs()
    assert Proof.objects.count() == 1
    later(days=2, minutes=1)
    operations.forget_proofs()
    assert not Proof.objects.exists()
