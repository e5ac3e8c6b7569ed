"""Into the portal: by the code, by the link, on the shop's word; and out again."""

from __future__ import annotations

import hmac
import time
from datetime import timedelta
from hashlib import sha256

import jwt
import pytest
from django.test import Client
from django.utils import timezone

from shopbell.customers import operations, proofs
from shopbell.customers.models import Identity, Proof, SignIn
from tests import factories
from tests.web.portal_customers import shop_that_mails, signed_in, visitor

ANNA = "anna@customer.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return shop_that_mails(language="et")


@pytest.fixture
def client() -> Client:
    return visitor()


def page(answer) -> str:
    return answer.content.decode()


def ask(client: Client, shop, address: str = ANNA, **values):
    return client.post(f"/my/{shop.slug}/code/", {"email": address, "to": 0, **values})


def code() -> str:
    return proofs.code(Proof.objects.latest("id"))


def test_the_start_asks_for_an_address_and_sets_no_sign_in(client, shop):
    answer = client.get(f"/my/{shop.slug}/")
    assert answer.status_code == 200
    assert 'autocomplete="email"' in page(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "shopbell_customer" not in answer.cookies
    assert client.get("/my/nowhere/").status_code == 404


def test_a_code_lets_in_once(client, shop):
    asked = ask(client, shop)
    assert (asked.status_code, asked.headers["Location"]) == (302, f"/my/{shop.slug}/code/")
    form = page(client.get(f"/my/{shop.slug}/code/"))
    assert ANNA in form
    assert 'autocomplete="one-time-code"' in form
    assert 'inputmode="numeric"' in form
    typed = code()
    answer = client.post(f"/my/{shop.slug}/code/enter/", {"code": f" {typed[:3]}-{typed[3:]} "})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/my/{shop.slug}/")
    cookie = answer.cookies["shopbell_customer"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/my/")
    assert "My requests" in page(client.get(f"/my/{shop.slug}/"))
    assert Identity.objects.get().evidence == "code"
    other = visitor()
    ask(other, shop, "eve@customer.example")
    assert other.post(f"/my/{shop.slug}/code/enter/", {"code": typed}).status_code == 422


def test_known_and_unknown_addresses_get_the_same_answer(shop):
    operations.resolve("email", ANNA, name="Anna", verified=True)
    answers = []
    for address in (ANNA, "nobody@customer.example"):
        client = visitor()
        first = ask(client, shop, address)
        then = page(client.get(f"/my/{shop.slug}/code/")).replace(address, "?")
        wrong = page(client.post(f"/my/{shop.slug}/code/enter/", {"code": "abc"})).replace(address, "?")
        answers.append((first.status_code, first.headers["Location"], _plain(then), _plain(wrong)))
    assert answers[0] == answers[1]


def _plain(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_a_wrong_code_says_so_and_keeps_the_page(client, shop):
    ask(client, shop)
    wrong = f"{(int(code()) + 1) % 1_000_000:06d}"
    answer = client.post(f"/my/{shop.slug}/code/enter/", {"code": wrong})
    assert answer.status_code == 422
    assert "not the newest code" in page(answer)
    assert page(answer).count(" autofocus") == 1
    assert client.get(f"/my/{shop.slug}/").cookies.get("shopbell_customer") is None
    assert not SignIn.objects.exists()


def test_a_code_typed_where_none_was_asked_for_leads_to_the_start(client, shop):
    assert client.post(f"/my/{shop.slug}/code/enter/", {"code": "123456"}).headers["Location"] == f"/my/{shop.slug}/"
    assert client.get(f"/my/{shop.slug}/code/").headers["Location"] == f"/my/{shop.slug}/"


def test_what_is_no_address_and_what_is_too_often_is_said_at_the_form(client, shop):
    assert ask(client, shop, "anna").status_code == 422
    for number in range(10):
        assert ask(client, shop, f"a{number}@customer.example").status_code == 302
    refused = ask(client, shop, "b@customer.example")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 3_000
    assert "Too many codes" in page(refused)


def test_a_link_signs_in_when_its_button_is_pressed(client, shop):
    ask(client, shop)
    address = f"/my/{shop.slug}/link/{proofs.link_token(Proof.objects.get())}/"
    for _look in range(2):
        assert ANNA in page(visitor().get(address))
    assert not SignIn.objects.exists()
    assert client.post(address).headers["Location"] == f"/my/{shop.slug}/"
    assert SignIn.objects.get().identity.value == ANNA
    assert visitor().post(address).status_code == 410
    assert visitor().get(address).status_code == 410
    assert visitor().get(f"/my/{shop.slug}/link/1-aaaaaaaaaaaaaaaa/").status_code == 410


def test_who_wanted_a_request_is_led_there_after_the_code(client, shop):
    conversation = factories.conversation(factories.mailbox(shop))
    address = f"/my/{shop.slug}/{conversation.id}/"
    start = client.get(address).headers["Location"]
    assert start == f"/my/{shop.slug}/?to={conversation.id}"
    assert f'name="to" value="{conversation.id}"' in page(client.get(start))
    ask(client, shop, to=conversation.id)
    assert client.post(f"/my/{shop.slug}/code/enter/", {"code": code()}).headers["Location"] == address
    assert client.get(address).status_code == 200


def token(shop, **claims) -> str:
    secret = operations.renew_secret(shop, actor=factories.agent(role="admin").pk)
    return jwt.encode({"sub": "17", "exp": int(time.time()) + 600, **claims}, secret, "HS256")


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_shops_word_lets_in_and_leads_to_a_clean_address(client, shop, method):
    given = token(shop, email=ANNA, email_verified=True, name="Anna")
    answer = getattr(client, method)(f"/my/{shop.slug}/vouch/", {"token": given})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/my/{shop.slug}/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert SignIn.objects.get().identity.value == f"{shop.slug}:17"
    again = getattr(client, method)(f"/my/{shop.slug}/vouch/", {"token": given})
    assert again.headers["Location"] == f"/my/{shop.slug}/"
    replayed = getattr(visitor(), method)(f"/my/{shop.slug}/vouch/", {"token": given})
    assert replayed.status_code == 403
    assert SignIn.objects.count() == 1


def test_the_shop_may_post_from_its_own_site(shop):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/my/{shop.slug}/vouch/", {"token": token(shop)}).status_code == 302
    assert strict.post(f"/my/{shop.slug}/code/", {"email": ANNA, "to": 0}).status_code == 403


def test_looking_at_a_token_without_a_body_spends_nothing(client, shop):
    given = token(shop)
    client.head(f"/my/{shop.slug}/vouch/", {"token": given})
    assert not SignIn.objects.exists()
    assert client.get(f"/my/{shop.slug}/vouch/", {"token": given}).status_code == 302


def test_a_hash_that_never_ends_counts_in_a_form_only(client, shop):

    secret = operations.renew_secret(shop, actor=factories.agent(role="admin").pk)
    pair = f"17.{hmac.new(secret.encode(), b'17', sha256).hexdigest()}"
    assert client.get(f"/my/{shop.slug}/vouch/", {"token": pair}).status_code == 403
    assert client.post(f"/my/{shop.slug}/vouch/", {"token": pair}).status_code == 302


@pytest.mark.parametrize("given", ["", "x", "a.b.c", "17." + "0" * 64])
def test_forged_words_let_nobody_in(client, shop, given):
    token(shop)
    for method in ("get", "post"):
        assert getattr(client, method)(f"/my/{shop.slug}/vouch/", {"token": given}).status_code == 403
    assert client.cookies.get("shopbell_customer") is None


def test_signing_out_here_and_everywhere(shop):
    one = signed_in(shop)
    Proof.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    two = signed_in(shop)
    out = one.post(f"/my/{shop.slug}/sign-out/", {"here": ""})
    assert out.headers["Location"] == f"/my/{shop.slug}/"
    assert "Send me a code" in page(one.get(f"/my/{shop.slug}/"))
    assert "Sign out" in page(two.get(f"/my/{shop.slug}/"))
    Proof.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    three = signed_in(shop)
    two.post(f"/my/{shop.slug}/sign-out/", {"everywhere": ""})
    assert "Send me a code" in page(three.get(f"/my/{shop.slug}/"))
    assert not SignIn.objects.exists()


def test_a_changed_cookie_is_nobody(shop):
    client = signed_in(shop)
    value = client.cookies["shopbell_customer"].value
    client.cookies["shopbell_customer"] = value[:-1] + ("a" if value[-1] != "a" else "b")
    assert "Send me a code" in page(client.get(f"/my/{shop.slug}/"))


def test_a_shop_without_a_mailbox_shows_another_way(client):
    shop = factories.shop(phone="+372 600 0000", phone_hours="Mon–Fri 9–17")
    answer = page(client.get(f"/my/{shop.slug}/"))
    assert "Send me a code" not in answer
    assert "tel:+3726000000" in answer
    assert "Mon–Fri 9–17" in answer


def test_the_language_somebody_chose_stays(client, shop):
    first = client.get(f"/my/{shop.slug}/?language=de")
    assert first.headers["Content-Language"] == "de"
    assert client.get(f"/my/{shop.slug}/").headers["Content-Language"] == "de"
    assert client.get(f"/my/{shop.slug}/?lang=xx").headers["Content-Language"] == "de"
    assert Client().get(f"/my/{shop.slug}/").headers["Content-Language"] == "et"
