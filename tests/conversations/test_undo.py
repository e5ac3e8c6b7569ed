"""Taking an answer back: it takes back that answer, and nothing that others did or wrote meanwhile."""

from __future__ import annotations

import pytest

from shopbell.channels import contract
from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft, Message, Wait
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_customer_who_wrote_meanwhile_stays_in_sight():
    box, mari = factories.mailbox(), factories.agent()
    first = factories.receive(box)
    operations.resolve(first.conversation_id, actor=None)
    sent = operations.reply(first.conversation_id, mari, factories.answer(then="resolved"))
    second = factories.receive(box, thread_ids=(first.message_id,))
    assert operations.undo(sent.id, mari) is True
    row = Conversation.objects.get()
    assert (row.state, row.folder, row.waiting_since) == ("open", "open", second.occurred_at)
    assert row.last_from_customer is True


def test_what_a_colleague_did_meanwhile_stays_done():
    row, mari = factories.conversation(), factories.agent()
    sent = operations.reply(row.id, mari, factories.answer(then="pending_customer"))
    operations.mark_spam(row.id, actor=None)
    operations.undo(sent.id, mari)
    back = Conversation.objects.get()
    assert (back.state, back.waiting_since, Wait.objects.count()) == ("spam", None, 0)


def test_what_was_begun_meanwhile_is_kept_below_the_text_that_comes_back():
    row, mari = factories.conversation(), factories.agent()
    sent = operations.reply(row.id, mari, factories.answer("First."))
    operations.save_draft(row, mari, "reply", body="Second.")
    operations.undo(sent.id, mari)
    assert Draft.objects.get().text == "First.\n\nSecond."


def test_the_form_sent_again_after_it_was_taken_back_is_an_answer_again():
    row, mari, answer = factories.conversation(), factories.agent(), factories.answer()
    operations.undo(operations.reply(row.id, mari, answer).id, mari)
    again = operations.reply(row.id, mari, answer)
    assert (again.state, again.outbound.state) == ("queued", "queued")
    assert sorted(Outbound.objects.values_list("state", flat=True)) == ["cancelled", "queued"]


def test_a_note_left_meanwhile_is_still_the_newest_entry():
    row, mari = factories.conversation(), factories.agent()
    sent = operations.reply(row.id, mari, factories.answer())
    note = operations.note(row.id, mari, body="He called too")
    operations.undo(sent.id, mari)
    back = Conversation.objects.get()
    assert (back.last_message_id, back.preview) == (note.id, "Where is my parcel?")


def test_an_answer_that_was_sent_elsewhere_is_not_taken_for_the_customers():
    box, mari = factories.mailbox(), factories.agent()
    first = factories.receive(box)
    elsewhere = factories.inbound(
        box.address, to=(contract.Sender(address="anna@customer.example"),), thread_ids=(first.message_id,),
        historic=True, text="Sent from the mailbox.",
    )  # fmt: skip
    operations.record_sent(box, elsewhere)
    sent = operations.reply(first.conversation_id, mari, factories.answer())
    operations.undo(sent.id, mari)
    row = Conversation.objects.get()
    assert (row.preview, row.last_from_customer) == ("Sent from the mailbox.", False)


def test_a_second_press_does_nothing():
    row, mari = factories.conversation(), factories.agent()
    sent = operations.reply(row.id, mari, factories.answer())
    assert operations.undo(sent.id, mari) is True
    with pytest.raises(Message.DoesNotExist):
        operations.undo(sent.id, mari)
    assert Draft.objects.count() == 1


def test_another_answer_on_its_way_keeps_the_customer_answered():
    row, mari, jens = factories.conversation(), factories.agent(), factories.agent("Jens Holm")
    operations.reply(row.id, jens, factories.answer())
    mine = operations.reply(row.id, mari, factories.answer())
    operations.undo(mine.id, mari)
    assert Conversation.objects.get().waiting_since is None
