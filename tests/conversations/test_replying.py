"""Answers leave once, can be taken back, and what becomes of them is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.channels import contract, delivery
from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft, Message, Wait
from shopbell.events.models import Delivery
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_answer_is_queued_for_ten_seconds_and_ends_the_shown_wait():
    row = factories.conversation()
    mari = factories.agent()
    sent = operations.reply(row.id, mari, factories.answer("Tomorrow.", then="pending_customer"))
    row.refresh_from_db()
    assert (sent.kind, sent.state, sent.outbound.state) == ("agent", "queued", "queued")
    assert (row.state, row.waiting_since, row.assignee, row.preview) == ("pending_customer", None, mari, "Tomorrow.")
    assert Wait.objects.get().closed_at is None  # not before the answer was taken
    due = Delivery.objects.get(event_name="channels.outbound_queued").due_at - timezone.now()
    assert timedelta(seconds=8) < due <= timedelta(seconds=10)


def test_the_same_key_sends_once():
    row = factories.conversation()
    mari = factories.agent()
    answer = factories.answer()
    first = operations.reply(row.id, mari, answer)
    second = operations.reply(row.id, mari, answer)
    assert first.id == second.id
    assert Outbound.objects.count() == 1
    assert operations.reply(row.id, mari, factories.answer(answer.text)).id != first.id


def test_a_newer_message_is_asked_about():
    box = factories.mailbox()
    first = factories.receive(box)
    factories.receive(box, thread_ids=(first.message_id,))
    with pytest.raises(operations.NewerMessage):
        operations.reply(first.conversation_id, factories.agent(), factories.answer(seen_message_id=first.id))
    assert not Outbound.objects.exists()
    assert operations.reply(first.conversation_id, factories.agent(), factories.answer()).state == "queued"


@pytest.mark.parametrize(("fields", "error"), [({"text": "  \n"}, ValueError), ({"to": ()}, operations.NoRecipient)])
def test_an_empty_answer_or_one_to_nobody_is_refused(fields: dict[str, object], error: type[Exception]):
    row = factories.conversation()
    with pytest.raises(error):
        operations.reply(row.id, factories.agent(), factories.answer(**fields))
    assert Message.objects.count() == 1


def test_undo_takes_it_back_and_keeps_the_text_as_a_draft():
    row = factories.conversation()
    mari = factories.agent()
    sent = operations.reply(row.id, mari, factories.answer("Oops", then="resolved"))
    assert operations.undo(sent.id, mari) is True
    back = Conversation.objects.get()
    assert (back.state, back.waiting_since, back.preview) == ("open", row.waiting_since, "Where is my parcel?")
    assert (back.resolved_at, back.last_from_customer) == (None, True)
    assert Draft.objects.get().text == "Oops"
    delivery.send(Outbound.objects.get().id)
    assert Outbound.objects.get().state == "cancelled"


def test_after_an_undo_the_newest_by_its_own_time_is_shown_not_the_one_filed_last():
    first = factories.receive(occurred_at=timezone.now() - timedelta(hours=1))
    row, mari = first.conversation, factories.agent()
    came = timezone.now()
    stays = operations.reply(row.id, mari, factories.answer("Tomorrow."))
    late = factories.receive(first.channel, thread_ids=(first.message_id,), occurred_at=came)
    oops = operations.reply(row.id, mari, factories.answer("Oops"))
    assert operations.undo(oops.id, mari) is True
    back = Conversation.objects.get()
    assert (back.last_message_at, back.last_from_customer, back.preview) == (stays.occurred_at, False, "Tomorrow.")
    assert (back.last_message_id, back.last_inbound_id) == (late.id, late.id)


def test_what_has_left_cannot_be_undone():
    row = factories.conversation()
    mari = factories.agent()
    sent = operations.reply(row.id, mari, factories.answer())
    Outbound.objects.update(state="sent")
    assert operations.undo(sent.id, mari) is False
    assert Message.objects.filter(id=sent.id).exists()


def test_a_sent_answer_ends_the_wait_at_the_moment_it_was_taken():
    row = factories.conversation()
    mari = factories.agent()
    sent = operations.reply(row.id, mari, factories.answer())
    taken = timezone.now()
    Outbound.objects.update(state="sent", sent_at=taken)
    operations.record_outcome(sent.outbound_id)
    wait = Wait.objects.get()
    assert (wait.closed_at, wait.answered_by) == (taken, mari)
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_a_failed_answer_opens_the_conversation_and_the_wait_again():
    row = factories.conversation()
    mari = factories.agent()
    sent = operations.reply(row.id, mari, factories.answer(then="resolved"))
    Outbound.objects.update(state="sent", sent_at=timezone.now())
    operations.record_outcome(sent.outbound_id)
    Outbound.objects.update(state="failed", error="no such mailbox")
    operations.record_outcome(sent.outbound_id)
    row.refresh_from_db()
    sent.refresh_from_db()
    assert (row.state, row.has_failure, row.waiting_since) == ("open", True, Wait.objects.get().opened_at)
    assert Wait.objects.get().closed_at is None
    assert (sent.state, sent.error) == ("failed", "no such mailbox")
    assert operations.retry(sent.id, mari.id) is True
    assert operations.retry(sent.id, mari.id) is False
    row.refresh_from_db()
    assert (row.has_failure, Outbound.objects.get().state) == (False, "queued")


def test_receipts_only_ever_raise_the_state():
    row = factories.conversation()
    sent = operations.reply(row.id, factories.agent(), factories.answer())
    Outbound.objects.update(state="delivered")
    box = sent.channel
    reference = sent.outbound.content["reference"]
    assert delivery.receive_receipt(box, contract.Receipt(state="delayed", reference=reference)) is True
    assert Outbound.objects.get().state == "delivered"
    delivery.receive_receipt(box, contract.Receipt(state="failed", external_id=sent.message_id, reason="full"))
    assert (Outbound.objects.get().state, Outbound.objects.get().error) == ("failed", "full")


def test_a_receipt_for_nothing_of_ours_changes_nothing():
    row = factories.conversation()
    sent = operations.reply(row.id, factories.agent(), factories.answer())
    stranger = factories.mailbox()
    for receipt in (
        contract.Receipt(state="failed", external_id=sent.message_id),
        contract.Receipt(state="failed", external_id=""),
        contract.Receipt(state="failed", reference="1-aaaaaaaaaaaaaaaa"),
    ):
        assert delivery.receive_receipt(stranger, receipt) is False
    assert Outbound.objects.get().state == "queued"


def test_an_answer_refers_to_what_it_answers_and_its_subject_is_not_piled_up():
    box = factories.mailbox()
    first = factories.receive(box, subject="Re: AW: Order 1042", thread_ids=("older@x.example",))
    one = operations.reply(first.conversation_id, factories.agent(), factories.answer())
    last = factories.receive(box, subject="Re: AW: Order 1042", thread_ids=(one.message_id,))
    two = operations.reply(first.conversation_id, factories.agent(), factories.answer())
    message = two.outbound.content
    assert message["subject"] == "Re: AW: Order 1042"
    assert message["reply_to_external_id"] == last.message_id
    assert message["thread_ids"][-1] == last.message_id
    assert one.message_id in message["thread_ids"]
    assert message["external_id"] == two.message_id


def test_signature_and_quote_go_along_and_stay_out_of_the_timeline():
    box = factories.mailbox(signature="Kaubamaja")
    box.settings = {**box.settings, "quote_history": True}
    box.save()
    row = factories.conversation(box, text="Line one\nLine two", language="de")
    sent = operations.reply(row.id, factories.agent(), factories.answer("Morgen."))
    text = sent.outbound.content["text"]
    assert sent.text == "Morgen."
    assert text.startswith("Morgen.\n\n-- \nKaubamaja\n\n")
    assert text.endswith("> Line one\n> Line two")
    assert '<blockquote type="cite" style="' in sent.outbound.content["html"]


def test_a_note_stays_in_the_house():
    row = factories.conversation()
    mari = factories.agent()
    first = operations.note(row.id, mari, body="Called the carrier", key="k1")
    assert operations.note(row.id, mari, body="Called the carrier", key="k1").id == first.id
    row.refresh_from_db()
    assert (first.kind, first.state, row.preview) == ("note", "noted", "Where is my parcel?")
    assert row.waiting_since is not None
    assert not Outbound.objects.exists()
    with pytest.raises(ValueError, match="empty"):
        operations.note(row.id, mari, body=" ")


def acknowledging() -> object:
    box = factories.mailbox()
    box.settings = {**box.settings, "acknowledgement": "We got it: {conversation.number}"}
    box.save()
    return box


def test_a_receipt_goes_out_once_a_day_and_is_marked_automatic():
    box = acknowledging()
    for _ in range(2):
        message = factories.receive(box)
        operations.acknowledge(message.conversation_id, message.id)
    sent = Outbound.objects.get()
    assert sent.content["automatic"] is True
    assert sent.content["text"].startswith("We got it: ")
    assert Conversation.objects.order_by("id").first().waiting_since is not None


@pytest.mark.parametrize("auto", ["auto-reply", "list", "notification"])
def test_no_receipt_for_machines(auto: str):
    message = factories.receive(acknowledging(), auto=auto)
    operations.acknowledge(message.conversation_id, message.id)
    assert not Outbound.objects.exists()


def test_no_receipt_for_an_address_of_ours():
    other = factories.mailbox()
    message = factories.receive(acknowledging(), other.address)
    operations.acknowledge(message.conversation_id, message.id)
    assert not Outbound.objects.exists()


def test_a_receipt_speaks_the_customers_language():
    box = factories.mailbox()
    box.settings = {**box.settings, "acknowledgement": "Got it", "acknowledgements": {"de": "Ist da", "da": ""}}
    box.save()
    said = []
    for number, language in enumerate(("de", "da", "en")):
        message = factories.receive(box, address=f"{number}@customer.example")
        Conversation.objects.filter(id=message.conversation_id).update(language=language)
        operations.acknowledge(message.conversation_id, message.id)
        said.append(Outbound.objects.latest("id").content["text"].split("\n")[0])
    assert said == ["Ist da", "Got it", "Got it"]
