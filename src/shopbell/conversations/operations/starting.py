"""Write to a customer first."""

from __future__ import annotations

from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels.models import Channel
from shopbell.conversations import events
from shopbell.conversations.counters import changing
from shopbell.conversations.models import Conversation, Message
from shopbell.conversations.operations.replying import Reply, reply
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.customers.models import Customer
from shopbell.events import bus


@retried
def start(channel: Channel, agent: Agent, *, customer: Customer, subject: str, answer: Reply) -> Message:
    """A new conversation with the agent's message as its first. Nobody waits: the next word is the customer's.

    Raises what `reply` raises; then there is no conversation either.
    """
    now = timezone.now()
    conversation = Conversation(
        shop_id=channel.shop_id,
        channel=channel,
        channel_type=channel.type,
        customer=customer,
        customer_name=customer.name or answer.to[0].address[:200],
        subject=text.preview(subject, 500),
        language=customer.language or channel.shop.language,
        assignee=agent,
        opened_at=now,
        last_message_at=now,
        last_from_customer=False,
    )
    with changing(conversation):
        pass
    message = reply(conversation.id, agent, answer)
    bus.publish(events.ConversationStarted(conversation_id=conversation.id, message_id=message.id), actor=agent.pk)
    return message
