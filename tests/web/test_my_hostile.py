"""The portal and what nobody means well by: each request ends in a page, none in a fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, Rating
from shopbell.shops.models import Shop
from tests import factories
from tests.web.portal_customers import shop_that_mails, signed_in, visitor

pytestmark = pytest.mark.django_db
ANNA = "anna@customer.example"
STRANGE = [
    "\0",
    "a\0b",
    "٣٣٣٣٣٣",
    "😀" * 200,
    "x" * 100_001,
    "\u202e\u2066שלום",
    "{customer.name} %s ' OR 1=1 --",
    "-1",
    "9" * 40,
]


@pytest.fixture
def shop() -> Shop:
    return shop_that_mails()


@pytest.fixture
def closed(shop: Shop) -> Conversation:
    found = factories.conversation(shop.channels.get(), ANNA)
    sent = operations.reply(found.id, factories.agent(), factories.answer())
    Message.objects.filter(id=sent.id).update(state=Message.State.SENT)
    operations.resolve(found.id, actor=None)
    return found


@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_any_words_in_any_form_end_in_a_page(shop: Shop, closed: Conversation, value: str) -> None:
    known, stranger = signed_in(shop), visitor()
    for client, path, names in (
        (stranger, "code/", ("email", "to")),
        (stranger, "code/enter/", ("code", "email")),
        (stranger, "vouch/", ("token",)),
        (known, f"{closed.id}/", ("message", "key", "uploads")),
        (known, f"{closed.id}/rate/", ("score", "comment")),
        (known, f"{closed.id}/close/", ("x",)),
    ):
        for name in names:
            answer = client.post(f"/my/{shop.slug}/{path}", {"score": "4", "message": "Hello", name: value})
            assert answer.status_code < 500, (path, name)
    for query in ("after", "before", "lang", "sent", "unrated", "token", "to", "next"):
        for path in ("", f"{closed.id}/", "vouch/"):
            assert known.get(f"/my/{shop.slug}/{path}", {query: value}).status_code < 500, (path, query)
    assert visitor().get(f"/my/{shop.slug}/").status_code == 200


def test_nothing_too_long_is_kept(shop: Shop, closed: Conversation) -> None:
    client = signed_in(shop)
    client.post(f"/my/{shop.slug}/{closed.id}/rate/", {"score": "4", "comment": "x" * 100_000})
    assert not Rating.objects.exists()
    assert client.post(f"/my/{shop.slug}/{closed.id}/", {"message": "x" * 100_000}).status_code == 422
    assert not Message.objects.filter(text__startswith="xxx").exists()


@pytest.mark.parametrize("cookie", ["", "x", "\u00e4", "a" * 5_000, "1:abc:def", json.dumps({"id": 1})])
def test_a_made_up_sign_in_is_nobody(shop: Shop, closed: Conversation, cookie: str) -> None:
    known = signed_in(shop)
    client = visitor()
    for name in known.cookies:
        client.cookies[name] = cookie
    shown = client.get(f"/my/{shop.slug}/{closed.id}/")
    assert shown.status_code in (200, 302)
    assert b"It is on its way." not in shown.content


def test_a_form_no_browser_sends_is_refused(shop: Shop, closed: Conversation) -> None:
    client: Any = signed_in(shop)
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=", "application/json"):
        answer = client.generic("POST", f"/my/{shop.slug}/{closed.id}/", b"--x", content_type=content_type)
        assert 400 <= answer.status_code < 500
    answer = Client().post(f"/my/{shop.slug}/{closed.id}/", {"message": "x"})
    assert answer.status_code == 403
    assert "You are not signed in any more" in answer.content.decode()
