"""Answers of ours that did not leave through the desk: those of a former system, or written in the mailbox itself."""

from __future__ import annotations

from shopbell.agents.models import Agent
from shopbell.channels import contract
from shopbell.channels import queries as channels
from shopbell.channels.models import Channel, Inbound
from shopbell.conversations import counters, search, threading
from shopbell.conversations.models import Conversation, Message, State, Wait
from shopbell.conversations.operations import incoming, receiving, waits
from shopbell.core import text
from shopbell.customers import operations as customers
from shopbell.customers.models import Customer


def is_ours(channel: Channel, message: contract.InboundMessage) -> bool:
    """Whether a historic message was written by the shop: from a mailbox of its own to somebody else."""
    own = channel.address.lower()
    if not own or not message.historic or not _recipient(own, message):
        return False
    return channels.addressed([message.sender.address]).filter(shop=channel.shop_id).exists()


def record_sent(
    channel: Channel, message: contract.InboundMessage, inbound: Inbound | None = None, author: Agent | None = None
) -> Message | None:
    """File an answer that was sent, in the caller's transaction; None when it is known already.

    It joins the conversation it answers, else begins one with its first recipient that is done already. A wait that had
    begun before it ends with it. Nothing is sent and no event is published: it is history.
    """
    if receiving.is_known(channel, message):
        return None
    to = _recipient(channel.address.lower(), message) or contract.Sender(address=f"unknown@{channel.id}")
    kind = channel.adapter().identity_kind
    customer = customers.resolve(kind, to.address, name=to.name, language=message.language)
    conversation = threading.find(channel, message, customer) or _begin(channel, customer, message)
    stored = _store(conversation, channel, message, inbound, author or _author(message))
    with counters.changing(conversation):
        receiving.prolong(conversation, stored.occurred_at)
        _show(conversation, stored)
        _answer(conversation, stored)
    return stored


def _recipient(own: str, message: contract.InboundMessage) -> contract.Sender | None:
    people = (*message.to, *message.cc)
    return next((who for who in people if who.address and who.address.lower() != own), None)


def _author(message: contract.InboundMessage) -> Agent | None:
    """The agent whose own name the answer carries, where only one is called so."""
    named = list(Agent.objects.filter(name=message.sender.name)[:2]) if message.sender.name else []
    return named[0] if len(named) == 1 else None


def _begin(channel: Channel, customer: Customer, message: contract.InboundMessage) -> Conversation:
    conversation = Conversation(
        shop_id=channel.shop_id,
        channel=channel,
        channel_type=channel.type,
        customer=customer,
        customer_name=customer.name or customer.identities.values_list("value", flat=True)[0][:200],
        subject=text.truncate(message.subject, 500),
        language=customer.language or message.language,
        state=State.RESOLVED,
        opened_at=message.occurred_at,
        resolved_at=message.occurred_at,
        last_message_at=message.occurred_at,
    )
    with counters.changing(conversation):
        pass
    return conversation


def _store(
    conversation: Conversation,
    channel: Channel,
    message: contract.InboundMessage,
    inbound: Inbound | None,
    author: Agent | None,
) -> Message:
    stored = incoming.store(
        message,
        inbound,
        sender=message.sender,
        conversation=conversation,
        channel=channel,
        kind=Message.Kind.AGENT,
        state=Message.State.SENT,
        author=author,
    )
    language = message.language or conversation.language
    words = search.words_of(stored.id, conversation.customer_id, incoming.words(message), language, stored.recipients)
    search.index(stored.id, conversation.id, words)
    return stored


def _show(conversation: Conversation, stored: Message) -> None:
    """The list shows the newest message by its own time."""
    conversation.last_message_id = max(stored.id, conversation.last_message_id)
    if stored.occurred_at < conversation.last_message_at:
        return
    conversation.preview = text.preview(stored.text or stored.full_text or stored.subject, 160)
    conversation.last_message_at, conversation.last_from_customer = stored.occurred_at, False


def _answer(conversation: Conversation, stored: Message) -> None:
    """An open wait ends unless the question is younger than the answer."""
    asked_before = Wait.objects.filter(closed_at__isnull=True, opened_at__lte=stored.occurred_at)
    if asked_before.filter(conversation=conversation).exists():
        waits.end(conversation, stored.occurred_at, answered_by=stored.author_id)
