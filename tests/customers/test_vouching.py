"""A shop's word: believed as it was given, of this shop, in time; anything else is forged."""

from __future__ import annotations

import base64
import hmac
import json
import time
from datetime import timedelta
from hashlib import sha256

import jwt
import pytest
from django.db import connection
from django.utils import timezone

from shopbell.customers import operations, vouching
from shopbell.customers.models import Double, Identity, UsedToken, VouchingKey
from shopbell.events.models import Event
from tests import factories

ANNA = "anna@customer.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return factories.shop()


@pytest.fixture
def secret(shop) -> str:
    return operations.renew_secret(shop, actor=factories.agent(role="admin").pk)


def token(secret: str, *, hours: float = 1, **claims) -> str:
    stated = {"sub": "17", "exp": int(time.time() + hours * 3600), **claims}
    return jwt.encode({name: value for name, value in stated.items() if value is not None}, secret, "HS256")


def pair(secret: str, number: str = "17") -> str:
    return f"{number}.{hmac.new(secret.encode(), number.encode(), sha256).hexdigest()}"


def test_a_token_says_who_somebody_is(shop, secret):
    found = vouching.read(shop, token(secret, email=ANNA, email_verified=True, name=" Anna\nSaar "))
    assert (found.customer_id, found.email, found.name) == ("17", ANNA, "Anna Saar")
    assert found.expires_at is not None
    assert timedelta(minutes=59) < found.expires_at - timezone.now() <= timedelta(minutes=60)


def test_a_hash_vouches_for_the_id_alone(shop, secret):
    found = vouching.read(shop, pair(secret).upper().replace("17.", "17."))
    assert found == vouching.Vouched(customer_id="17")


@pytest.mark.parametrize("verified", [None, False, "true", 1])
def test_an_address_the_shop_has_not_proved_says_nothing(shop, secret, verified):
    assert vouching.read(shop, token(secret, email=ANNA, email_verified=verified)).email == ""


def test_numbers_are_ids_too(shop, secret):
    assert vouching.read(shop, token(secret, sub=17)).customer_id == "17"


def unsigned(claims: dict) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*coded, ""])


def forgeries(secret: str) -> dict[str, str]:
    good = token(secret)
    head, claims, signature = good.split(".")
    other = token(secret, sub="18").split(".")[1]
    return {
        "empty": "",
        "no token": "hello",
        "no algorithm": unsigned({"sub": "17", "exp": int(time.time()) + 600}),
        "another algorithm": jwt.encode({"sub": "17", "exp": int(time.time()) + 600}, secret * 2, "HS512"),
        "other claims": f"{head}.{other}.{signature}",
        "no signature": f"{head}.{claims}.",
        "another secret": token("x" * 43),
        "expired": token(secret, hours=-0.1),
        "too long": token(secret, hours=25),
        "without an end": token(secret, exp=None),
        "without an id": token(secret, sub=None),
        "an empty id": token(secret, sub=""),
        "a long id": token(secret, sub="1" * 101),
        "an id with a space": token(secret, sub="1 7"),
        "an id that is none": token(secret, sub=["17"]),
        "no address": token(secret, email="anna", email_verified=True),
        "not yet": token(secret, nbf=int(time.time()) + 600),
        "for somebody else": token(secret, aud="payments"),
        "an end that is none": jwt.encode({"sub": "17", "exp": 10**18}, secret, "HS256"),
        "another id's hash": f"18.{pair(secret).partition('.')[2]}",
        "another secret's hash": pair("x" * 43),
        "half a hash": pair(secret)[:-2],
        "huge": "a." + "b" * 100_000,
    }


@pytest.mark.parametrize("which", list(forgeries("x" * 43)))
def test_what_the_shop_did_not_make_is_forged(shop, secret, which):
    with pytest.raises(vouching.Forged):
        vouching.read(shop, forgeries(secret)[which])


def test_one_shop_cannot_vouch_at_another(shop, secret):
    other = factories.shop()
    with pytest.raises(vouching.Forged):
        vouching.read(other, token(secret))
    operations.renew_secret(other, actor=factories.agent(role="admin").pk)
    with pytest.raises(vouching.Forged):
        vouching.read(other, token(secret))
    assert vouching.read(shop, token(secret)).customer_id == "17"


def test_the_secret_is_encrypted_at_rest(shop, secret):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM customers_vouchingkey")
        assert secret not in cursor.fetchone()[0]


def test_the_former_secret_counts_for_a_week_and_the_one_before_no_more(shop, secret):
    admin = factories.agent(role="admin").pk
    second = operations.renew_secret(shop, actor=admin)
    assert vouching.read(shop, token(secret)).customer_id == "17"
    assert vouching.read(shop, pair(second)).customer_id == "17"
    key = VouchingKey.objects.get()
    assert timedelta(days=6, hours=23) < key.former_until - timezone.now() <= timedelta(days=7)
    third = operations.renew_secret(shop, actor=admin)
    with pytest.raises(vouching.Forged):
        vouching.read(shop, token(secret))
    VouchingKey.objects.update(former_until=timezone.now())
    with pytest.raises(vouching.Forged):
        vouching.read(shop, pair(second))
    assert vouching.read(shop, pair(third)).customer_id == "17"
    assert Event.objects.filter(name="customers.vouching_renewed").count() == 3


def test_a_former_secret_that_became_known_can_be_ended(shop, secret):
    admin = factories.agent(role="admin").pk
    operations.renew_secret(shop, actor=admin)
    operations.end_former_secret(shop, actor=admin)
    operations.end_former_secret(shop, actor=admin)
    with pytest.raises(vouching.Forged):
        vouching.read(shop, token(secret))
    assert VouchingKey.objects.get().secrets["former"] == ""


def test_a_token_signs_in_once_and_a_hash_always(shop, secret):
    once = token(secret)
    vouched = vouching.read(shop, once)
    assert [operations.use_token(f" {once}", vouched), operations.use_token(once, vouched)] == [True, False]
    other = token(secret, jti="2")
    assert operations.use_token(other, vouching.read(shop, other)) is True
    for _ in range(2):
        assert operations.use_token(pair(secret), vouching.read(shop, pair(secret))) is True
    UsedToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    operations.forget_proofs()
    assert not UsedToken.objects.exists()


def said(**fields) -> vouching.Vouched:
    return vouching.Vouched(**{"customer_id": "17", **fields})


def test_an_account_is_of_one_shop_and_its_letters_count(shop):
    other = factories.shop()
    first = operations.accept_vouched(shop, said(name="Anna"))
    assert operations.accept_vouched(shop, said()).id == first.id
    assert operations.accept_vouched(other, said()).customer_id != first.customer_id
    small, capital = (operations.accept_vouched(shop, said(customer_id=number)) for number in ("ab1", "Ab1"))
    assert small.customer_id != capital.customer_id
    assert (first.kind, first.value, first.evidence) == ("account", f"{shop.slug}:17", "vouched")
    assert [vouching.own_id(vouching.account(shop, one)) for one in ("17", "Ab^1:X")] == ["17", "Ab^1:X"]


def test_a_new_account_belongs_to_who_has_the_address(shop):
    anna = operations.resolve("email", ANNA, name="Anna")
    identity = operations.accept_vouched(shop, said(email="Anna@customer.example", name="A. Saar"))
    assert identity.customer_id == anna.id
    email = Identity.objects.get(kind="email")
    assert (email.customer_id, email.evidence) == (anna.id, "vouched")
    assert email.verified_at is not None
    anna.refresh_from_db()
    assert anna.name == "Anna"


def test_an_account_nobody_knows_is_somebody_new_with_that_address(shop):
    identity = operations.accept_vouched(shop, said(email=ANNA, name="Anna"), language="de")
    assert (identity.customer.name, identity.customer.language) == ("Anna", "de")
    assert set(Identity.objects.values_list("kind", "customer")) == {
        ("email", identity.customer_id),
        ("account", identity.customer_id),
    }


def test_a_known_account_gets_a_free_address(shop):
    first = operations.accept_vouched(shop, said())
    second = operations.accept_vouched(shop, said(email=ANNA))
    assert second.id == first.id
    assert Identity.objects.get(kind="email").customer_id == first.customer_id


def test_an_address_of_somebody_else_stays_theirs_and_colleagues_are_told(shop):
    account = operations.accept_vouched(shop, said())
    eve = operations.resolve("email", ANNA, name="Eve")
    for _ in range(2):
        assert operations.accept_vouched(shop, said(email=ANNA)).customer_id == account.customer_id
    assert Identity.objects.get(kind="email").customer_id == eve.id
    assert Identity.objects.get(kind="email").verified_at is None
    double = Double.objects.get()
    assert {double.first_id, double.second_id} == {account.customer_id, eve.id}
    assert (double.reasons, double.confidence) == (["vouched"], 90)
    operations.compare([account.customer_id, eve.id], {})
    assert Double.objects.count() == 1
