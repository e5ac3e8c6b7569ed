"""A blocked address is kept, filed as spam and told to nobody; unblocked it is heard again."""

from __future__ import annotations

import pytest

from shopbell.channels.models import Outbound
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Wait
from shopbell.customers import operations as customers
from shopbell.customers.models import Identity
from shopbell.events.models import Delivery, Event
from tests import factories

pytestmark = pytest.mark.django_db


def block(address: str = "anna@customer.example") -> Identity:
    identity = Identity.objects.get(value=address)
    customers.block(identity.id, actor=factories.agent().id)
    return identity


def told() -> list[str]:
    return list(Event.objects.filter(name__startswith="conversations.").order_by("id").values_list("name", flat=True))


def test_later_mail_is_spam_nobody_is_told_and_nothing_is_answered():
    box = factories.mailbox(settings={"acknowledgement": "We have it."})
    first = factories.conversation(box)
    block()
    Delivery.objects.all().delete()
    second = factories.receive(box)
    row = second.conversation
    assert (row.id != first.id, row.state, row.folder, row.waiting_since) == (True, "spam", "spam", None)
    assert second.text == "Where is my parcel?"
    assert told() == ["conversations.opened", "conversations.blocked_received"]
    assert Delivery.objects.filter(event_name="conversations.receipt_owed").count() == 0
    assert Outbound.objects.count() == 0
    assert Wait.objects.get().conversation_id == first.id


def test_an_answer_of_a_blocked_address_does_not_open_what_was_open():
    box = factories.mailbox()
    first = factories.receive(box)
    operations.resolve(first.conversation_id, actor=None)
    block()
    second = factories.receive(box, thread_ids=(first.message_id,))
    third = factories.receive(box, thread_ids=(second.message_id,))
    assert Conversation.objects.get(id=first.conversation_id).state == "resolved"
    assert second.conversation_id == third.conversation_id != first.conversation_id
    assert told()[-2:] == ["conversations.blocked_received"] * 2


def test_not_spam_brings_it_back_with_its_wait():
    box = factories.mailbox()
    factories.receive(box)
    block()
    blocked = factories.receive(box)
    operations.not_spam(blocked.conversation_id, actor=None)
    row = Conversation.objects.get(id=blocked.conversation_id)
    assert (row.state, row.waiting_since) == ("open", blocked.occurred_at)


def test_somebody_else_and_an_unblocked_address_are_heard():
    box = factories.mailbox()
    factories.receive(box)
    identity = block()
    assert factories.receive(box, "eve@elsewhere.example").conversation.state == "open"
    customers.unblock(identity.id, actor=factories.agent().id)
    assert factories.receive(box).conversation.state == "open"


def test_a_forged_copy_of_a_blocked_address_is_spam_too():
    box = factories.mailbox()
    factories.receive(box)
    block()
    assert factories.receive(box, authentication="fail").conversation.state == "spam"
