"""Files of visitors: what they are, how large, and who gets them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from shopbell.channels import files
from shopbell.channels.models import Blob
from shopbell.chats import operations as chats
from shopbell.chats.models import Upload, Visit
from shopbell.conversations import operations
from shopbell.conversations.models import Attachment, Conversation
from shopbell.web.chat import shape
from tests import factories
from tests.web.chat.calling import PNG, Widget, chat, problem

pytestmark = pytest.mark.django_db


def sent(widget: Widget) -> dict[str, Any]:
    """A line with a picture, as the widget is given it."""
    number = widget.attach().json()["id"]
    assert widget.say("Look", files=[number]).status_code == 201
    line: dict[str, Any] = widget.lines()[-1]
    return line


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_goes_with_its_message_and_comes_back():
    widget = Widget(chat()).begin()
    answer = widget.attach("../x/photo.png")
    assert (answer.status_code, answer.json()) == (
        201,
        {"id": Upload.objects.get().id, "name": "photo.png", "size": len(PNG), "type": "image/png"},
    )
    widget.say("Look", files=[answer.json()["id"]])
    (file,) = widget.lines()[0]["files"]
    assert (file["name"], file["size"], file["type"]) == ("photo.png", len(PNG), "image/png")
    assert not Upload.objects.exists()
    assert Attachment.objects.get().message.text == "Look"
    fetched = Client().get(file["url"])
    assert body(fetched) == PNG
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in fetched.headers["Content-Security-Policy"]
    assert "attachment" not in fetched.headers.get("Content-Disposition", "")


def test_a_file_alone_is_a_message():
    widget = Widget(chat()).begin()
    number = widget.attach().json()["id"]
    assert widget.say("", files=[number]).status_code == 201
    assert widget.lines()[0]["files"][0]["name"] == "photo.png"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", b"<html><script>alert(1)</script>"),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("invoice.pdf", b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 200),
        ("run.txt", b"#!/bin/sh\nrm -rf /\n"),
    ],
)
def test_hostile_files_are_refused_whatever_their_name(name: str, content: bytes):
    widget = Widget(chat()).begin()
    assert problem(widget.attach(name, content)) == (415, "file_kind")
    assert not Upload.objects.exists()
    assert not Blob.objects.exists()


def test_a_file_that_is_too_large_or_empty_is_refused():
    widget = Widget(chat(max_file_mb=1)).begin()
    assert problem(widget.attach(content=PNG + b"\0" * 1_000_001)) == (413, "file_size")
    assert problem(widget.attach(content=b"")) == (422, "no_file")


def test_what_a_document_holds_is_never_shown_in_place():
    widget = Widget(chat()).begin()
    number = widget.attach("note.pdf", b"%PDF-1.4 1 0 obj").json()["id"]
    widget.say("Look", files=[number])
    fetched = Client().get(widget.lines()[0]["files"][0]["url"])
    assert fetched.headers["Content-Disposition"].startswith("attachment")


def test_a_file_can_be_taken_back_and_its_bytes_go():
    widget = Widget(chat()).begin()
    number = widget.attach().json()["id"]
    assert widget.ask("delete", f"files/{number}").status_code == 204
    assert widget.ask("delete", f"files/{number}").status_code == 204
    assert not Blob.objects.exists()
    assert problem(widget.say("Look", files=[number])) == (422, "no_file")


def test_nobody_sends_or_takes_back_another_visitors_file():
    channel = chat()
    one, other = Widget(channel).begin(), Widget(channel).begin()
    number = one.attach().json()["id"]
    assert problem(other.say("Look", files=[number])) == (422, "no_file")
    other.ask("delete", f"files/{number}")
    assert Upload.objects.filter(id=number).exists()


def test_more_than_a_few_files_do_not_wait():
    widget = Widget(chat()).begin()
    for _ in range(10):
        assert widget.attach().status_code == 201
    assert problem(widget.attach()) == (422, "files")


def test_the_address_of_a_file_opens_that_file_of_that_chat_only():
    widget, there = Widget(chat()).begin(), chat("Poder")
    url = sent(widget)["files"][0]["url"]
    token = url.rpartition("/")[2]
    for address in (f"/chat/{there.address}/files/{token}", url[:-2] + "xx", url.replace(token, "1.1~x~y")):
        assert problem(Client().get(address)) == (404, "no_file")
    note = operations.note(
        Conversation.objects.get().id,
        factories.agent(),
        body="Inside",
        files=[(files.keep(ContentFile(b"%PDF-1.4").read(), "a.pdf"), "a.pdf", "")],
    )
    hidden = chats_address(Visit.objects.get(), note.attachments.get(), widget)
    assert problem(Client().get(hidden)) == (404, "no_file")


def chats_address(visit: Visit, file: Attachment, widget: Widget) -> str:
    """Even an address we made ourselves opens nothing the visitor may not see."""
    return shape.address(visit.pk, file, widget.channel)


def test_files_without_a_message_are_forgotten_after_a_day():
    widget = Widget(chat()).begin()
    widget.attach()
    assert chats.forget_old() == 0
    Upload.objects.update(created_at="2026-01-01T00:00Z")
    assert chats.forget_old() == 1
    assert not Blob.objects.exists()
