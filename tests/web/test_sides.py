"""Asking somebody else from the desk."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shopbell.channels import contract
from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, SideConversation
from tests import factories
from tests.web.test_desk_conversation import PART

pytestmark = pytest.mark.django_db


@pytest.fixture
def mari():
    return factories.agent()


@pytest.fixture
def desk(client: Client, mari) -> Client:
    client.force_login(mari)
    return client


@pytest.fixture
def first() -> Message:
    cup = contract.AttachmentData(name="cup.txt", content_type="text/plain", content=b"broken")
    return factories.receive(attachments=(cup,), text="It came broken.", subject="Broken cup")


def send(desk: Client, row: Conversation, **fields):
    values = {
        "key": "1",
        "to": "Cups <orders@cups.example>",
        "subject": "Fwd: cup",
        "text": "Can you?",
        "next_check": "",
    }
    return desk.post(f"/desk/c/{row.id}/side/?view=open", {**values, **fields}, headers=PART)


def test_the_form_offers_the_last_message_with_files_and_asking_offers_none(desk, first):
    row = first.conversation
    later = factories.receive(first.channel, thread_ids=(first.message_id,), text="Hello?")
    operations.note(row.id, factories.agent("Jens"), body="a note of ours")
    page = desk.get(f"/desk/c/{row.id}/side/").content.decode()
    assert f'value="{first.id}" checked' in page
    assert f'value="{later.id}">' in page
    assert "a note of ours" not in page
    assert 'value="Fwd: Broken cup"' in page
    assert ' checked> <span class="name">' not in desk.get(f"/desk/c/{row.id}/side/?ask=1").content.decode()


def test_it_is_sent_and_stands_in_the_timeline_apart(desk, first):
    row = first.conversation
    file = SimpleUploadedFile("drawing.txt", b"drawn")
    response = send(desk, row, message=[first.id], with_files="1", files=file)
    assert (response.status_code, response["Location"]) == (303, f"/desk/c/{row.id}/?view=open")
    assert [item["name"] for item in Outbound.objects.get().content["attachments"]] == ["drawing.txt", "cup.txt"]
    page = desk.get(f"/desk/c/{row.id}/").content.decode()
    assert "Side conversation with Cups" in page
    assert "the customer does not see this" in page
    assert f"/desk/m/{Message.objects.get(kind='side_out').id}/side-undo/" in page
    assert 'data-inbound="Anna Saar"' in page


@pytest.mark.parametrize(
    ("fields", "word", "field"),
    [
        ({"to": ""}, "Say whom to send it to.", "side-to"),
        ({"to": "nobody"}, "is not an e-mail address", "side-to"),
        ({"to": "anna@customer.example"}, "belongs to the customer’s side", "side-to"),
        ({"text": " "}, "There is nothing to send yet", "side-text"),
        ({"next_check": "soon"}, "Choose a time to come.", "side-check"),
        ({"next_check": "2020-01-01T09:00"}, "Choose a time to come.", "side-check"),
    ],
)
def test_what_cannot_be_sent_comes_back_with_the_reason_at_the_field(desk, first, fields, word, field):
    response = send(desk, first.conversation, **fields)
    page = response.content.decode()
    assert response.status_code == 422
    assert word in page
    at = page.index(f'id="{field}"')
    assert 'aria-invalid="true"' in page[at : page.index(">", at)]
    assert ("Can you?" in page) == ("text" not in fields)
    assert SideConversation.objects.count() == 0


def test_too_large_a_file_sends_nothing(desk, first, settings):
    settings.MAX_ATTACHMENT_BYTES = 3
    response = send(desk, first.conversation, files=SimpleUploadedFile("drawing.txt", b"drawn"))
    assert response.status_code == 422
    assert "drawing.txt is too large" in response.content.decode()
    assert Outbound.objects.count() == 0


def test_pressed_twice_it_asks_once_and_may_wait_for_the_answer(desk, first):
    for _ in range(2):
        assert send(desk, first.conversation, next_check="2099-01-01T09:00").status_code == 303
    assert SideConversation.objects.count() == Outbound.objects.count() == 1
    row = Conversation.objects.get()
    assert (row.state, row.folder) == ("pending_third", "snoozed")


def test_taken_back_and_sent_again_with_what_it_carried(desk, first):
    row = first.conversation
    send(desk, row, message=[first.id], with_files="1", files=SimpleUploadedFile("drawing.txt", b"drawn"))
    side = SideConversation.objects.get()
    assert desk.post(f"/desk/m/{side.messages.get().id}/side-undo/").status_code == 303
    page = desk.get(f"/desk/c/{row.id}/").content.decode()
    assert "Taken back: this has not been sent." in page
    assert "Send along again: 1 message passed on, drawing.txt" in page
    assert ">Can you?</textarea>" in page
    fields = {"key": "2", "to": "orders@cups.example", "text": "Can you, please?", "keeps": "1"}
    assert desk.post(f"/desk/sides/{side.id}/", fields).status_code == 303
    sent = Outbound.objects.get(state="queued").content
    assert [item["name"] for item in sent["attachments"]] == ["drawing.txt", "cup.txt"]
    assert "It came broken." in sent["text"]
    side.refresh_from_db()
    assert side.taken_back == {}


def test_a_wrong_answer_to_the_third_party_comes_back_in_its_thread(desk, first):
    send(desk, first.conversation)
    side = SideConversation.objects.get()
    fields = {"key": "2", "to": "anna@customer.example", "text": "Dear supplier"}
    response = desk.post(f"/desk/sides/{side.id}/", fields, headers=PART)
    page = response.content.decode()
    assert response.status_code == 422
    assert "belongs to the customer’s side" in page
    assert ">Dear supplier</textarea>" in page
    assert side.messages.count() == 1


def test_a_colleagues_message_is_not_mine_to_take_back(desk, first):
    jens = factories.agent("Jens")
    ask = operations.Ask(key="k", text="?", to=(contract.Sender(address="orders@cups.example"),))
    side = operations.ask_third(first.conversation_id, jens, ask)
    assert desk.post(f"/desk/m/{side.messages.get().id}/side-undo/").status_code == 404
    assert Outbound.objects.get().state == "queued"


def test_the_page_costs_the_same_for_one_and_for_three(desk, first):
    row = first.conversation

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"/desk/c/{row.id}/?peek=1", headers=PART).status_code == 200
        return len(queries)

    send(desk, row)
    cost()
    one = cost()
    for key in ("2", "3"):
        send(desk, row, key=key)
    assert cost() == one
    assert SideConversation.objects.count() == 3
