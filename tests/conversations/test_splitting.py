"""Some messages become a conversation of their own; who waits goes on waiting where the question is."""

from __future__ import annotations

import pytest

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Link, Message, MessageSearch, Wait
from shopbell.events.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def talk(box=None) -> list[Message]:
    """Three messages of Anna in one conversation."""
    box = box or factories.mailbox()
    first = factories.receive(box, text="Where is my parcel?")
    second = factories.receive(box, text="And my invoice?", subject="Invoice", thread_ids=(first.message_id,))
    return [first, second, factories.receive(box, text="Hello?", thread_ids=(first.message_id,))]


def row(number: int) -> Conversation:
    return Conversation.objects.get(id=number)


def waits() -> list[tuple[int, object]]:
    return sorted(Wait.objects.filter(closed_at=None).values_list("conversation_id", "opened_at"))


def test_the_picked_message_begins_a_linked_conversation():
    first, second, third = talk()
    mari = factories.agent()
    new = operations.split(first.conversation_id, [second.id], subject="Invoice please", actor=mari.id)
    old = row(first.conversation_id)
    new = row(new.id)
    assert (new.subject, new.preview, new.state, new.customer_id) == (
        "Invoice please", "And my invoice?", "open", old.customer_id,
    )  # fmt: skip
    assert (new.opened_at, new.last_message_id, new.last_inbound_id) == (second.occurred_at, second.id, second.id)
    assert (old.preview, old.last_message_id) == ("Hello?", third.id)
    assert list(Message.objects.filter(conversation=new)) == [second]
    assert MessageSearch.objects.get(message=second).conversation_id == new.id
    assert list(Link.objects.values_list("conversation_id", "other_id", "relation")) == [(new.id, old.id, "split")]
    logged = Event.objects.filter(actor_id=mari.id).order_by("id").values_list("name", "conversation_id")
    assert list(logged) == [("conversations.split", old.id), ("conversations.split_off", new.id)]


@pytest.mark.parametrize("picked", [0, 1])
def test_each_question_waits_where_it_is(picked: int):
    messages = talk()
    old = messages[0].conversation_id
    new = operations.split(old, [messages[picked].id], subject="", actor=None).id
    left = messages[1] if picked == 0 else messages[0]
    assert waits() == sorted([(old, left.occurred_at), (new, messages[picked].occurred_at)])
    assert (row(old).waiting_since, row(new).waiting_since) == (left.occurred_at, messages[picked].occurred_at)


def test_the_only_question_takes_the_wait_along():
    first = factories.receive(text="Where is it?")
    operations.note(first.conversation_id, factories.agent(), body="I ask the warehouse.")
    new = operations.split(first.conversation_id, [first.id], subject="", actor=None)
    assert waits() == [(new.id, first.occurred_at)]
    assert (row(first.conversation_id).waiting_since, row(first.conversation_id).last_inbound_id) == (None, 0)


def test_where_an_answer_is_leaving_the_other_part_waits_and_is_shown():
    first, second, _third = talk()
    mari = factories.agent()
    sent = operations.reply(first.conversation_id, mari, factories.answer())
    new = operations.split(first.conversation_id, [second.id, sent.id], subject="", actor=None).id
    assert (row(first.conversation_id).waiting_since, row(new).waiting_since) == (first.occurred_at, None)
    assert operations.undo(sent.id, mari) is True
    assert waits() == sorted([(first.conversation_id, first.occurred_at), (new, second.occurred_at)])
    assert row(new).waiting_since == second.occurred_at


def test_history_that_is_split_off_is_as_read_as_it_was():
    box = factories.mailbox()
    first = factories.receive(box, historic=True)
    second = factories.receive(box, thread_ids=(first.message_id,), historic=True)
    new = operations.split(first.conversation_id, [second.id], subject="", actor=None).id
    assert (row(first.conversation_id).last_inbound_id, row(new).last_inbound_id) == (0, 0)


def test_what_was_answered_waits_no_more():
    first, second, _third = talk()
    operations.resolve(first.conversation_id, actor=None)
    new = operations.split(first.conversation_id, [second.id], subject="", actor=None)
    assert (row(new.id).state, row(new.id).waiting_since, row(new.id).subject) == ("open", None, "Invoice")
    assert waits() == []


def test_a_message_of_somebody_else_becomes_theirs():
    box = factories.mailbox()
    first = factories.receive(box)
    sent = operations.reply(first.conversation_id, factories.agent(), factories.answer())
    other = factories.receive(box, "bo@friend.example", name="Bo", reply_token=sent.outbound.content["reference"])
    assert other.conversation_id == first.conversation_id
    new = row(operations.split(first.conversation_id, [other.id], subject="", actor=None).id)
    assert (new.customer_id, new.customer_name) == (other.customer_id, "Bo")


def test_later_mail_follows_the_message_it_answers():
    box = factories.mailbox()
    first, second, _third = talk(box)
    new = operations.split(first.conversation_id, [second.id], subject="", actor=None)
    assert factories.receive(box, thread_ids=(second.message_id,)).conversation_id == new.id


def test_twice_is_once():
    first, second, third = talk()
    picked = [second.id, third.id]
    one = operations.split(first.conversation_id, picked, subject="", actor=None)
    assert operations.split(first.conversation_id, picked, subject="", actor=None).id == one.id
    assert Conversation.objects.count() == 2


@pytest.mark.parametrize("reason", ["nothing", "all", "moved", "spam"])
def test_what_cannot_be_split(reason: str):
    first, second, third = talk()
    picked = {"nothing": [], "all": [first.id, second.id, third.id], "moved": [second.id, third.id + 99]}
    if reason == "spam":
        operations.mark_spam(first.conversation_id, actor=None)
    with pytest.raises(operations.CannotSplit) as refused:
        operations.split(first.conversation_id, picked.get(reason, [second.id]), subject="", actor=None)
    assert refused.value.reason == reason
    assert Conversation.objects.count() == 1
