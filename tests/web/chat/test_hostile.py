"""What nobody means well by: every request ends in words, none in a fault, and nobody else's things are touched."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import pytest
from django.test import Client

from shopbell.chats.models import Upload, Visit
from shopbell.conversations.models import Conversation, Message
from tests import factories
from tests.web.chat.calling import Widget, chat, problem

pytestmark = pytest.mark.django_db
NULL = "%00"
STRANGE: list[Any] = [
    None,
    True,
    7,
    -1,
    2**63,
    1.5,
    "",
    "\0",
    "\ud800",
    "a\0b",
    "x" * 5_000,
    "😀" * 1_000,
    "\u202e\u2066שלום",
    "http://[",
    "https://a\u2100b.example/",
    base64.urlsafe_b64encode(b"[" * 2_900).decode() + ".e30.x",
    base64.urlsafe_b64encode(b'{"alg":"HS256","a":' + b"[" * 2_900).decode() + ".e30.x",
    [],
    [[]],
    {},
    {"a": 1},
]
POSTS = {
    "visits": ("client_id", "language", "vouch", "name", "email"),
    "messages": ("client_id", "text", "files"),
    "typing": ("name",),
    "read": ("seq",),
    "page": ("url", "title"),
    "address": ("email", "name"),
    "code": ("email", "code"),
    "transcript": ("to",),
}


@pytest.fixture(autouse=True)
def _patient(settings: Any) -> None:
    """What is tested here is what is said, not how often."""
    settings.CHAT_RATE = 1_000


@pytest.mark.parametrize("path", POSTS)
def test_any_value_in_any_field_ends_in_words(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CODES_PER_VISIT_AND_HOUR", "TRIES_PER_VISIT_AND_HOUR", "TRANSCRIPTS_PER_VISIT_AND_DAY"):
        monkeypatch.setattr(f"shopbell.web.chat.floods.{name}", 10_000)
    widget = Widget(chat(asks_page=True)).begin()
    widget.say("Hello")
    usual = {
        "client_id": str(uuid.uuid4()),
        "text": "x",
        "url": "https://shop.example/",
        "email": "anna@customer.example",
        "code": "123456",
    }
    for name in POSTS[path]:
        for value in STRANGE:
            body = json.dumps({**usual, "client_id": str(uuid.uuid4()), name: value})
            answer = widget.ask("post", path, body.encode(), content_type="application/json")
            assert answer.status_code < 500, (name, value)
            if answer.status_code >= 400:
                problem(answer)
    assert widget.lines()[0]["text"] == "Hello"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b'"x"', b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b'{"seq": 1' + b"0" * 9_000 + b"}"],
)
def test_what_is_no_request_ends_in_words(body: bytes) -> None:
    widget = Widget(chat()).begin()
    for path in ("messages", "read", "page", "address", "code", "visits"):
        answer = widget.ask("post", path, body, content_type="application/json")
        assert answer.status_code < 500, path
        if answer.status_code >= 400:
            problem(answer)


FIELD = b'--a\r\nContent-Disposition: form-data; name="n"\r\n\r\nv\r\n'
FILE = b'--a\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nv\r\n'


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=a", b"--a\r\nnothing"),
        ("multipart/form-data; boundary=a", FIELD * 1_500 + b"--a--"),
        ("multipart/form-data; boundary=a", FILE * 150 + b"--a--"),
        ("text/plain", b"x"),
    ],
)
def test_what_is_no_upload_ends_in_words(content_type: str, body: bytes) -> None:
    widget = Widget(chat()).begin()
    answer = widget.ask("post", "files", body, content_type=content_type)
    assert 400 <= answer.status_code < 500
    problem(answer)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "²", "٣", "1e3", NULL, "%F0%9F%98%80"])
def test_any_place_to_go_on_from_is_taken(after: str) -> None:
    widget = Widget(chat()).begin()
    widget.say("Hello")
    answer = widget.ask("get", f"messages?after={after}")
    assert answer.status_code == 200
    assert answer.json()["top"] == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path",
    [
        f"/chat/{NULL}/config",
        f"/chat/{NULL}/widget.js",
        f"/chat/{'x' * 3_000}/config",
        "/chat/%F0%9F%98%80/visits",
        f"/chat/KEY/files/{NULL}",
        "/chat/KEY/files/1~2~3",
        f"/chat/KEY/config?language={NULL}",
        f"/help/SLUG/en/articles/{NULL}/",
        f"/help/SLUG/en/search?q={NULL}",
        f"/help/SLUG/en/suggest?q={NULL}",
        f"/help/SLUG/en/topics/{'9' * 30}/x/",
        f"/help/SLUG/en/topics/1/{NULL}/",
        f"/my/SLUG/{'9' * 30}/",
        f"/my/SLUG/vouch/?token={NULL}",
        f"/my/SLUG/?after={NULL}",
        f"/contact/SLUG/?subject={NULL}",
        f"/track/SLUG/?order={NULL}",
    ],
)
def test_addresses_nobody_gave_out_are_not_there(path: str) -> None:
    channel = chat()
    address = path.replace("KEY", channel.address).replace("SLUG", channel.shop.slug)
    assert Client().get(address).status_code < 500


def test_an_address_that_is_none_is_refused_in_words() -> None:
    widget = Widget(chat(asks_page=True)).begin()
    for url in ("http://[", "https://a\u2100b.example/", "javascript:alert(1)", "//shop.example"):
        assert problem(widget.ask("post", "page", {"url": url, "title": ""})) == (422, "url")


def test_a_page_named_in_signs_alone_is_told_to_the_desk() -> None:
    """What one process tells the others has to stay below 8,000 bytes."""
    widget = Widget(chat(asks_page=True)).begin()
    widget.say("Hello")
    said = {"url": "https://shop.example/" + "😀" * 470, "title": "😀" * 200}
    assert widget.ask("post", "page", said).status_code == 204
    assert Visit.objects.get().page_title


def test_another_visitors_ids_do_nothing() -> None:
    channel = chat()
    mine, theirs = Widget(channel).begin(), Widget(channel).begin()
    upload = theirs.attach().json()["id"]  # type: ignore[attr-defined]
    same = str(uuid.uuid4())
    theirs.say("Theirs", same)
    assert problem(mine.say("Mine", files=[upload])) == (422, "no_file")
    assert mine.ask("delete", f"files/{upload}").status_code == 204
    assert Upload.objects.filter(id=upload).exists()
    assert mine.say("Mine", same).json()["seq"] == 1  # type: ignore[attr-defined]
    assert [line["text"] for line in mine.lines()] == ["Mine"]
    assert mine.ask("post", "read", {"seq": 1}).status_code == 204
    assert Visit.objects.order_by("id").values_list("read_seq", flat=True)[1] == 0
    assert Conversation.objects.count() == 2


def test_a_number_of_a_file_is_no_address_of_it() -> None:
    widget = Widget(chat()).begin()
    widget.say("Look", files=[widget.attach().json()["id"]])  # type: ignore[attr-defined]
    (file,) = widget.lines()[0]["files"]
    assert Client().get(file["url"]).status_code == 200
    for wrong in (file["url"][:-1], file["url"] + "x", file["url"].replace(".", "9.", 1)):
        assert problem(Client().get(wrong)) == (404, "no_file")  # type: ignore[arg-type]


def test_directions_and_tags_are_shown_as_they_are_and_change_nothing_else() -> None:
    widget = Widget(chat()).begin()
    said = "<img src=x onerror=alert(1)> \u202egnp.exe\u202c אבג {customer.name} %s \\ 👩‍👩‍👧‍👦"
    widget.say(said)
    agent = factories.agent()
    assert widget.lines()[0]["html"] == ""
    page = Client()
    page.force_login(agent)
    html = page.get(f"/desk/c/{Conversation.objects.get().id}/").content.decode()
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html
    assert Message.objects.get().text == widget.lines()[0]["text"]
