"""Redacted or deleted, it is gone everywhere it stood: texts, words to be found by, raw mail, files, what was sent."""

from __future__ import annotations

import json

import pytest
from django.core.files.storage import default_storage

from shopbell.channels import contract, ingress
from shopbell.channels import subscribers as channel_subscribers
from shopbell.channels.events import BlobForgotten
from shopbell.channels.models import Blob, Inbound, Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import (
    Attachment,
    Conversation,
    CountChange,
    Draft,
    Forgotten,
    Message,
    MessageSearch,
)
from shopbell.conversations.search import finding
from shopbell.core import redaction
from shopbell.events.models import Delivery, Event
from tests import factories

pytestmark = pytest.mark.django_db

CARD = "4111 1111 1111 1111"
M = redaction.MARK


def file(content: bytes = b"secret bytes", name: str = "scan.txt") -> contract.AttachmentData:
    return contract.AttachmentData(name=name, content_type="text/plain", content=content)


def raw(box, body: bytes) -> Inbound:
    ingress.accept(box, body, external_id=f"uid{Inbound.objects.count()}")
    return Inbound.objects.latest("id")


def received(box, **fields) -> Message:
    inbound = raw(box, f"Subject: x\r\n\r\nMy card is {CARD} {len(fields)}".encode())
    message = operations.receive(box, factories.inbound(**fields), inbound)
    assert message is not None
    return message


def everything() -> str:
    """All that is stored, as text."""
    kept = [list(model.objects.values()) for model in (Conversation, Message, Draft, Outbound, Event, Delivery)]
    bodies = [bytes(body) for body in Inbound.objects.values_list("body", flat=True)]
    words = list(MessageSearch.objects.values_list("words", flat=True))
    return json.dumps([kept, words], default=str) + repr(bodies)


def deliver() -> None:
    for owed in Delivery.objects.filter(event_name="channels.blob_forgotten"):
        channel_subscribers.remove_file(BlobForgotten(**owed.data))


def test_a_passage_is_gone_everywhere_and_the_log_says_only_why():
    box, mari = factories.mailbox(), factories.agent()
    markup = f"<p>My <b>card</b> is {CARD}.</p>"
    first = received(box, subject=f"Card {CARD}", text=f"My card is {CARD}.", html=markup)
    quoted = "ok\n> My card is 4111 1111\n> 1111 1111."
    other = received(box, text="ok", full_text=quoted, thread_ids=(first.message_id,))
    hidden = received(box, text="Thanks", thread_ids=(first.message_id,))
    named = factories.inbound(text="Bye", thread_ids=(first.message_id,))
    untouched = operations.receive(box, named, raw(box, b"no card"))
    assert untouched is not None
    operations.reply(first.conversation_id, mari, factories.answer(f"We do not need {CARD}"))
    operations.save_draft(first.conversation, mari, "note", body=f"saw {CARD}")
    assert operations.count_passage(first.conversation, CARD) == (3, 5)
    assert operations.redact_passage(first.conversation_id, CARD, reason="payment", actor=mari.id) == 5
    assert "4111 1111" not in everything()
    first.refresh_from_db()
    assert (first.text, first.html) == (f"My card is {M}.", f"<p>My <b>card</b> is {M}.</p>")
    assert bytes(Inbound.objects.get(id=first.inbound_id).body) == ingress.REDACTED
    assert bytes(Inbound.objects.get(id=other.inbound_id).body) == ingress.REDACTED
    assert bytes(Inbound.objects.get(id=hidden.inbound_id).body) == ingress.REDACTED
    assert bytes(Inbound.objects.get(id=untouched.inbound_id).body) == b"no card"
    logged = Event.objects.get(name="conversations.redacted")
    assert (logged.actor_id, logged.data["reason"], logged.data["what"]) == (mari.id, "payment", "passage")
    assert finding.named(mari, "4111", 5).found == []


def test_what_is_shown_in_another_way_than_it_is_read_is_given_up():
    message = received(factories.mailbox(), text=f"Card {CARD}", html="<p>Card <img alt=4111></p>")
    operations.redact_passage(message.conversation_id, CARD, reason="payment", actor=None)
    message.refresh_from_db()
    assert message.html == ""


def test_the_same_words_in_another_conversation_stay():
    box = factories.mailbox()
    one, other = received(box, text=CARD), received(box, text=CARD)
    operations.redact_passage(one.conversation_id, CARD, reason="payment", actor=None)
    other.refresh_from_db()
    assert other.text == CARD


def test_what_is_not_there_or_too_short_changes_nothing():
    message = received(factories.mailbox(), text=CARD)
    with pytest.raises(operations.NothingFound):
        operations.redact_passage(message.conversation_id, "4222 2222", reason="payment", actor=None)
    with pytest.raises(redaction.BadPassage):
        operations.redact_passage(message.conversation_id, "41", reason="payment", actor=None)
    with pytest.raises(ValueError, match="whim"):
        operations.redact_passage(message.conversation_id, CARD, reason="whim", actor=None)
    message.refresh_from_db()
    assert message.text == CARD


def test_a_file_is_gone_from_every_message_and_from_the_disk():
    box, mari = factories.mailbox(), factories.agent()
    first = received(box, attachments=(file(),))
    received(box, attachments=(file(name="again.txt"), file(b"harmless", "menu.txt")), thread_ids=(first.message_id,))
    blob = Blob.objects.get(sha256=first.attachments.get().blob.sha256)
    assert default_storage.exists(blob.path)
    number = first.attachments.get().id
    assert operations.redact_file(first.conversation_id, number, reason="personal", actor=mari.id) == 2
    deliver()
    assert not default_storage.exists(blob.path)
    assert [one.blob.size for one in Attachment.objects.all()] == [len(b"harmless")]
    assert Blob.objects.count() == 1
    assert {bytes(body) for body in Inbound.objects.values_list("body", flat=True)} == {ingress.REDACTED}
    assert finding.named(mari, "scan.txt", 5).found == []


def test_bytes_another_conversation_has_stay_there():
    box = factories.mailbox()
    one, other = received(box, attachments=(file(),)), received(box, attachments=(file(),))
    operations.redact_file(one.conversation_id, one.attachments.get().id, reason="other", actor=None)
    deliver()
    kept = other.attachments.get().blob
    assert default_storage.exists(kept.path)


def test_the_same_bytes_that_came_again_before_the_file_was_deleted_stay():
    box = factories.mailbox()
    one = received(box, attachments=(file(),))
    operations.redact_file(one.conversation_id, one.attachments.get().id, reason="other", actor=None)
    again = received(box, attachments=(file(),))
    deliver()
    assert default_storage.exists(again.attachments.get().blob.path)


def test_a_file_that_waits_to_be_sent_is_not_sent():
    box, mari = factories.mailbox(), factories.agent()
    first = received(box, attachments=(file(),))
    blob = first.attachments.get().blob
    sent = operations.reply(first.conversation_id, mari, factories.answer(files=((blob, "scan.txt", ""),)))
    operations.redact_file(first.conversation_id, first.attachments.get().id, reason="other", actor=None)
    sent.outbound.refresh_from_db()
    assert (sent.outbound.content["attachments"], sent.outbound.state) == ([], "queued")


def test_a_deleted_conversation_is_gone_with_all_it_held_and_still_counts():
    box, lead = factories.mailbox(), factories.agent("Lena", "lead")
    first = received(box, text=f"My card is {CARD}", attachments=(file(),))
    sent = operations.reply(first.conversation_id, lead, factories.answer("Anna, thanks"))
    child = received(box, text="Merged before")
    operations.merge(child.conversation_id, first.conversation_id, actor=None)
    path = first.attachments.get().blob.path
    operations.delete(first.conversation_id, reason="privacy", actor=lead.id)
    deliver()
    assert (Conversation.objects.count(), Message.objects.count(), MessageSearch.objects.count()) == (0, 0, 0)
    assert CARD not in everything()
    assert "Anna, thanks" not in everything()
    assert not default_storage.exists(path)
    assert Outbound.objects.get(id=sent.outbound_id).state == "cancelled"
    logged = Event.objects.get(name="conversations.deleted")
    numbers = {name: logged.data[name] for name in ("messages", "from_customer", "from_agents", "reason", "shop_id")}
    assert numbers == {
        "messages": 3, "from_customer": 2, "from_agents": 1, "reason": "privacy", "shop_id": box.shop_id,
    }  # fmt: skip
    assert logged.actor_id == lead.id
    assert sum(CountChange.objects.filter(view="open").values_list("change", flat=True)) == 0


def test_the_same_mail_read_again_does_not_come_back():
    box = factories.mailbox()
    known = factories.inbound()
    message = operations.receive(box, known, raw(box, b"the mail"))
    assert message is not None
    operations.delete(message.conversation_id, reason="mistake", actor=None)
    assert operations.receive(box, known) is None
    assert ingress.accept(box, b"the mail", external_id="uid0") is False
    assert Conversation.objects.count() == 0
    assert known.external_id not in Forgotten.objects.get().digest
    assert operations.receive(factories.mailbox(), known) is not None


def test_deleting_what_is_gone_or_without_a_reason_does_nothing():
    row = factories.conversation()
    with pytest.raises(ValueError, match="because"):
        operations.delete(row.id, reason="because", actor=None)
    operations.delete(row.id, reason="test", actor=None)
    with pytest.raises(Conversation.DoesNotExist):
        operations.delete(row.id, reason="test", actor=None)
    assert Event.objects.filter(name="conversations.deleted").count() == 1
