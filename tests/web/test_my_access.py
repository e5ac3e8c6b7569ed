"""Every address of the portal: strangers, other customers and agents get nothing of what is a customer's."""

from __future__ import annotations

import uuid

import pytest
from django.core import signing
from django.test import Client
from django.urls import URLPattern

from shopbell.conversations.models import Conversation, Message
from shopbell.customers import operations as customers
from shopbell.customers import vouching
from shopbell.customers.models import SignIn
from shopbell.web.portal.my import urls
from tests import factories
from tests.web.portal_customers import shop_that_mails, signed_in, visitor

ANNA, EVE = "anna@customer.example", "eve@customer.example"
SECRET = "My door code is 4711."
WAYS_IN = {"my", "my_code", "my_code_enter", "my_link", "my_vouch"}
OWN = {
    "my_request": "{conversation}/",
    "my_close": "{conversation}/close/",
    "my_reopen": "{conversation}/reopen/",
    "my_rate": "{conversation}/rate/",
    "my_file": "files/{file}/",
    "my_thumbnail": "files/{file}/thumbnail/",
}
LEAVING = {"my_sign_out"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A shop, Anna's request with a file, and the addresses of both."""
    shop = shop_that_mails()
    channel = shop.channels.get()
    file = factories.attachment("code.txt", b"4711")
    message = factories.receive(channel, ANNA, subject="Door", text=SECRET, attachments=(file,))
    numbers = {"conversation": message.conversation_id, "file": message.attachments.get().id}
    return shop, {name: f"/my/{shop.slug}/{rest.format(**numbers)}" for name, rest in OWN.items()}


def test_every_address_is_known_here_and_behind_the_door():
    patterns = {one.name: one for one in urls.urlpatterns if isinstance(one, URLPattern)}
    assert set(patterns) == WAYS_IN | LEAVING | set(OWN)
    doors = {name for name, one in patterns.items() if hasattr(one.callback, "is_for_customers")}
    assert doors == LEAVING | set(OWN)


def content(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def unchanged() -> tuple[str, int]:
    return Conversation.objects.get(subject="Door").state, Message.objects.count()


def check_nothing(client: Client, addresses: dict[str, str], codes: set[int]) -> None:
    before = unchanged()
    for address in addresses.values():
        for method in ("get", "post"):
            values = {"message": "Hello", "key": str(uuid.uuid4())} if method == "post" else {}
            answer = getattr(client, method)(address, values)
            assert answer.status_code in codes | {405}, (method, address, answer.status_code)
            assert b"4711" not in content(answer)
            assert b"Door" not in content(answer)
    assert unchanged() == before


def test_a_stranger_is_asked_who_they_are(world):
    shop, addresses = world
    client = visitor()
    check_nothing(client, addresses, {302, 403})
    led = {client.get(address).headers.get("Location", "") for address in addresses.values()}
    assert {address.partition("?")[0] for address in led} <= {f"/my/{shop.slug}/", ""}
    assert client.post(f"/my/{shop.slug}/sign-out/").status_code == 302


@pytest.mark.parametrize(("page", "field"), [("my_request", "message"), ("my_rate", "comment")])
def test_what_was_written_when_the_sign_in_ended_is_given_back(world, page, field):
    shop, addresses = world
    client, number = signed_in(shop, ANNA), Conversation.objects.get().id
    SignIn.objects.all().delete()
    answer = client.post(addresses[page], {field: "Line <b>one\n\nLine two", "score": "5"})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Line &lt;b&gt;one\n\nLine two</textarea>" in html
    assert f'href="/my/{shop.slug}/?to={number}"' in html
    assert client.post(addresses[page], {field: ""}).status_code == 302


def test_another_customer_gets_nothing(world):
    shop, addresses = world
    check_nothing(signed_in(shop, EVE), addresses, {404})
    assert b"Door" not in signed_in(shop, "otto@customer.example").get(f"/my/{shop.slug}/").content


def test_who_has_the_same_number_at_another_shop_gets_nothing(world):
    shop, addresses = world
    other = shop_that_mails("Other")
    customers.accept_vouched(shop, vouching.Vouched(customer_id="17", email=ANNA))
    stranger = customers.accept_vouched(other, vouching.Vouched(customer_id="17"))
    client = visitor()
    client.cookies["shopbell_customer"] = _cookie(customers.sign_in(stranger, other))
    assert b"You are signed in" in client.get(f"/my/{shop.slug}/").content
    check_nothing(client, addresses, {404})


def _cookie(secret: str) -> str:
    return signing.get_cookie_signer(salt="shopbell_customerportal").sign(secret)


def test_an_agents_session_opens_nothing_here(world):
    _shop, addresses = world
    client = visitor()
    client.force_login(factories.agent(role="admin"))
    check_nothing(client, addresses, {302, 403})


def test_a_customers_sign_in_opens_nothing_at_the_desk(world):
    shop, _addresses = world
    conversation = Conversation.objects.get(subject="Door")
    client = signed_in(shop, ANNA)
    for address in ("/desk/", f"/desk/c/{conversation.id}/", "/admin/", "/api/v1/conversations"):
        assert client.get(address).status_code in (301, 302, 401), address
    file = conversation.messages.get().attachments.get()
    assert client.get(f"/desk/files/{file.id}/").status_code == 302


def test_the_owner_gets_it(world):
    shop, addresses = world
    client = signed_in(shop, ANNA)
    assert b"4711" in content(client.get(addresses["my_request"]))
    assert content(client.get(addresses["my_file"])) == b"4711"
    assert client.get(addresses["my_thumbnail"]).status_code == 404
    assert client.get(addresses["my_close"]).status_code == 405


def test_an_address_that_was_taken_away_opens_nothing_any_more(world):
    shop, addresses = world
    client = signed_in(shop, ANNA)
    conversation = Conversation.objects.get(subject="Door")
    identity = conversation.customer.identities.get(value=ANNA)
    customers.remove_identity(identity.id, customer_id=conversation.customer_id, actor=factories.agent().pk)
    check_nothing(client, addresses, {302, 403})


def test_forms_are_protected_against_forgery(world):
    shop, addresses = world
    client = signed_in(shop, ANNA)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["shopbell_customer"] = client.cookies["shopbell_customer"].value
    for name in ("my_request", "my_close", "my_reopen", "my_rate"):
        assert strict.post(addresses[name]).status_code == 403, name
    assert strict.post(f"/my/{shop.slug}/sign-out/").status_code == 403
