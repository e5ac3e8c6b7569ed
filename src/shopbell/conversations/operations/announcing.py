"""Write to a customer first without an agent: about an order, in a conversation that waits for their answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from shopbell.channels import contract
from shopbell.channels.models import Channel
from shopbell.conversations import events, writing
from shopbell.conversations.counters import changing
from shopbell.conversations.locking import lock_final
from shopbell.conversations.models import Conversation, Message, OrderLink, State
from shopbell.conversations.operations.mailing import mail
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.customers.models import Customer
from shopbell.events import bus


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """What is written. `key` makes it once, whatever is killed in between."""

    key: str
    to: contract.Sender
    subject: str
    text: str
    language: str
    order_id: int
    about: Mapping[str, Any] = field(default_factory=dict)


@retried
def announce(channel: Channel, customer: Customer, what: Announcement, *, into: int | None = None) -> Message:
    """Send it by a mailbox, marked as automatic (RFC 3834), so that an answer comes back to this conversation.

    It joins the conversation `into` (through merges) where that is still there and no spam. Else it begins one, which
    counts as done until the customer answers: nobody has to do anything. The same key twice is one mail.
    """
    conversation = lock_final(into) if into is not None else None
    is_new = conversation is None or conversation.state == State.SPAM or conversation.shop_id != channel.shop_id
    if conversation is None or is_new:
        conversation = _begin(channel, customer, what)
    subject = text.preview(what.subject, 200)
    out = writing.letter(conversation, channel.outgoing, what.to, subject, what.text)
    stored = mail(conversation, channel, out, key=what.key, text=what.text, about=what.about)
    link_order(conversation.id, what.order_id, stored.id)
    if is_new:
        bus.publish(events.ConversationStarted(conversation_id=conversation.id, message_id=stored.id))
    return stored


def link_order(conversation_id: int, order_id: int, message_id: int | None) -> None:
    """This conversation is about this order: we wrote about it, or the customer answered on its page."""
    link = OrderLink(
        conversation_id=conversation_id, order_id=order_id, reason=OrderLink.Reason.NOTICE, message_id=message_id
    )
    OrderLink.objects.bulk_create([link], ignore_conflicts=True)


def _begin(channel: Channel, customer: Customer, what: Announcement) -> Conversation:
    now = timezone.now()
    conversation = Conversation(
        shop_id=channel.shop_id,
        channel=channel,
        channel_type=channel.type,
        customer=customer,
        customer_name=customer.name or what.to.name or what.to.address[:200],
        subject=text.preview(what.subject, 500),
        preview=text.preview(what.text, 160),
        language=what.language,
        state=State.RESOLVED,
        opened_at=now,
        resolved_at=now,
        last_message_at=now,
        last_from_customer=False,
    )
    with changing(conversation):
        pass
    return conversation
