"""Split, redact, delete and print at the desk: each says what it will do, asks, and refuses plainly."""

from __future__ import annotations

import pytest
from django.test import Client

from shopbell.channels import contract
from shopbell.conversations import operations
from shopbell.conversations.models import Attachment, Conversation, Message
from shopbell.events.models import Event
from tests import factories
from tests.web.test_desk_conversation import PART

pytestmark = pytest.mark.django_db

CARD = "4111 1111 1111 1111"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(factories.agent("Mari Maasikas"))
    return client


@pytest.fixture
def talk() -> list[Message]:
    box = factories.mailbox()
    file = contract.AttachmentData(name="passport.txt", content_type="text/plain", content=b"secret")
    first = factories.receive(box, text=f"My card is {CARD}", subject="Order 1042", attachments=(file,))
    return [first, factories.receive(box, text="And my invoice?", thread_ids=(first.message_id,))]


def post(desk: Client, talk: list[Message], action: str, **fields):
    return desk.post(f"/desk/c/{talk[0].conversation_id}/{action}/?view=open", fields)


# split


def test_ticked_messages_are_split_off(desk, talk):
    shown = desk.get(f"/desk/c/{talk[0].conversation_id}/split/").content.decode()
    assert "And my invoice?" in shown
    response = post(desk, talk, "split", message=talk[1].id, subject="Invoice")
    new = Conversation.objects.latest("id")
    assert response["Location"] == f"/desk/c/{new.id}/?view=open"
    assert list(new.messages.all()) == [talk[1]]
    page = desk.get(response["Location"]).content.decode()
    assert f"split this off from #{talk[0].conversation_id}" in page
    assert "split off from" in page
    assert "split off here" in desk.get(f"/desk/c/{talk[0].conversation_id}/").content.decode()


@pytest.mark.parametrize(
    ("ticked", "said"), [([], "Tick the messages"), ([0, 1], "Leave at least one"), ([9], "moved meanwhile")]
)
def test_what_cannot_be_split_is_said_and_keeps_what_was_ticked(desk, talk, ticked, said):
    numbers = [talk[one].id if one < 2 else 999_999 for one in ticked]
    response = post(desk, talk, "split", message=numbers, subject="Kept")
    assert response.status_code == 422
    assert said in response.content.decode()
    assert 'value="Kept"' in response.content.decode()
    assert Conversation.objects.count() == 1


# redact


def test_a_passage_is_looked_for_then_removed(desk, talk):
    looked = post(desk, talk, "redact", passage=CARD).content.decode()
    assert "It stands in 1 message." in looked
    assert CARD in Message.objects.get(id=talk[0].id).text
    unsure = post(desk, talk, "redact", passage=CARD, confirm="1", reason="payment")
    assert unsure.status_code == 422
    assert "Say why, and that you are sure." in unsure.content.decode()
    done = post(desk, talk, "redact", passage=CARD, confirm="1", reason="payment", sure="yes")
    assert done.status_code == 303
    page = desk.get(done["Location"]).content.decode()
    assert CARD not in page
    assert "Mari Maasikas removed a passage (payment details)" in page


@pytest.mark.parametrize(
    ("passage", "said"),
    [("", "Write the passage"), ("My", "between 3 and 5000"), ("My dog", "word for word"), ("x" * 6000, "between 3")],
)
def test_what_is_no_passage_is_said_at_the_field(desk, talk, passage, said):
    response = post(desk, talk, "redact", passage=passage, confirm="1", reason="payment", sure="yes")
    assert response.status_code == 422
    assert said in response.content.decode()
    assert Event.objects.filter(name="conversations.redacted").count() == 0


def test_a_file_is_removed_after_a_question(desk, talk):
    number = Attachment.objects.get().id
    asked = post(desk, talk, "redact", file=number)
    assert "passport.txt" in asked.content.decode()
    assert "attached to 1 message" in asked.content.decode()
    assert Attachment.objects.count() == 1
    assert post(desk, talk, "redact", file=number, confirm="1", reason="personal", sure="yes").status_code == 303
    assert Attachment.objects.count() == 0
    assert post(desk, talk, "redact", file=number, confirm="1", reason="personal", sure="yes").status_code == 422


def test_a_file_of_another_conversation_is_not_touched(desk, talk):
    other = factories.conversation()
    response = desk.post(f"/desk/c/{other.id}/redact/", {"file": Attachment.objects.get().id})
    assert response.status_code == 422
    assert "passport" not in response.content.decode()


def test_the_form_is_a_part_of_the_dialog_and_the_passage_is_in_no_address(desk, talk):
    part = desk.get(f"/desk/c/{talk[0].conversation_id}/redact/?passage=4111", headers=PART)
    assert part["HX-Retarget"] == "#dialog-body"
    assert "4111" not in part.content.decode().replace(f"/{talk[0].id}", "")


# delete


@pytest.mark.parametrize(
    ("role", "status"), [("agent", 403), ("partner", 403), ("privacy", 403), ("lead", 303), ("admin", 303)]
)
def test_leads_and_admins_delete_with_a_reason(client: Client, talk, role, status):
    client.force_login(factories.agent("Lena", role))
    unsure = post(client, talk, "delete", reason="privacy")
    assert unsure.status_code == (422 if status == 303 else 403)
    assert post(client, talk, "delete", reason="privacy", sure="yes").status_code == status
    assert Conversation.objects.count() == (0 if status == 303 else 1)


@pytest.mark.parametrize(("language", "key"), [("en", "Del"), ("de", "Entf")])
def test_the_key_is_called_as_it_is_printed_on_the_keyboard(client: Client, talk, language, key):
    client.force_login(factories.agent("Lena", "lead", language=language))
    page = client.get(f"/desk/c/{talk[0].conversation_id}/").content.decode()
    assert [name for name in ("Del", "Entf") if f">{name}</kbd>" in page] == [key]


@pytest.mark.parametrize("reason", ["", "whim"])
def test_without_a_reason_nothing_is_deleted(client: Client, talk, reason):
    client.force_login(factories.agent("Lena", "lead"))
    response = post(client, talk, "delete", reason=reason, sure="yes")
    assert response.status_code == 422
    assert "Say why" in response.content.decode()
    assert Conversation.objects.count() == 1


def test_deleted_twice_is_not_found_the_second_time_and_the_next_one_opens(client: Client, talk):
    client.force_login(factories.agent("Lena", "lead"))
    following = factories.conversation(talk[0].channel)
    response = post(client, talk, "delete", reason="test", sure="yes")
    assert response["Location"].startswith(f"/desk/c/{following.id}/")
    assert post(client, talk, "delete", reason="test", sure="yes").status_code == 404


# print


def test_the_printed_page_has_every_message_and_notes_only_when_asked(desk, talk):
    operations.note(talk[0].conversation_id, factories.agent(), body="Do not tell her")
    page = desk.get(f"/desk/c/{talk[0].conversation_id}/print/")
    text = page.content.decode()
    assert page.status_code == 200
    assert CARD in text
    assert "And my invoice?" in text
    assert "passport.txt" in text
    assert "Do not tell her" not in text
    assert "<form" not in text
    assert "Do not tell her" in desk.get(f"/desk/c/{talk[0].conversation_id}/print/?notes=1").content.decode()
    assert page["Cache-Control"] == "no-store"


def test_who_reads_only_can_print(client: Client, talk):
    client.force_login(factories.agent("Pia", "privacy"))
    assert client.get(f"/desk/c/{talk[0].conversation_id}/print/").status_code == 200
    assert "/print/" in client.get(f"/desk/c/{talk[0].conversation_id}/").content.decode()
