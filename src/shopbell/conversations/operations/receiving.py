"""A message came in: find whose it is and what it belongs to, and put it there."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels import contract, files
from shopbell.channels import queries as channels
from shopbell.channels.models import Channel, Inbound
from shopbell.conversations import counters, events, search, threading, writing
from shopbell.conversations.forgotten import digest
from shopbell.conversations.models import Conversation, Message, State, Wait
from shopbell.conversations.operations import incoming, linking, scheduling, siding, taking_part
from shopbell.conversations.operations.incoming import AUTOMATIC
from shopbell.core import storable, text
from shopbell.customers import operations as customers
from shopbell.customers.models import Customer
from shopbell.events import bus

REOPENS_FOR = timedelta(days=14)  # domain.md 5.1: a later answer opens a new conversation
Told = type[events.ConversationOpened] | type[events.CustomerReplied] | type[events.BlockedReceived]


def receive(channel: Channel, message: contract.InboundMessage, inbound: Inbound | None = None) -> Message | None:
    """File one message in the caller's transaction; None when it is known already, or one of our own coming back.

    It joins the conversation it answers (see `threading`), else opens one; where that one was done too long ago, one
    that is linked to it; an answer of a third party joins its side conversation. Automatic mail starts no wait. What a
    blocked address sends is spam and told to nobody.
    """
    if is_known(channel, message):
        return None
    for file in message.attachments:
        files.keep(file.content, file.name)  # before the conversation is locked: thumbnails take their time
    if side := threading.find_side(channel, message):
        return siding.receive(side, message, channel.id, inbound)
    sender = _sender(message)
    customer = _customer(channel, sender, message)
    conversation = threading.find(channel, message, customer)
    blocked = customers.is_blocked(_kind(channel, message), sender.address)
    if conversation is None or not _takes(conversation, message, blocked):
        stored = _open(channel, customer, sender, message, inbound, blocked)
        if conversation is not None and not blocked:
            linking.follow_up(stored.conversation_id, conversation)
    else:
        stored = _join(conversation, channel, customer, sender, message, inbound, blocked)
        if conversation.customer_id != customer.id:
            customers.recompare([conversation.customer_id])  # somebody else's answer, or the same person's
    customers.touch(customer.id, message.occurred_at)
    return stored


def _takes(conversation: Conversation, message: contract.InboundMessage, blocked: bool) -> bool:
    """Whether a message joins the conversation it answers. What a blocked address sends joins its own spam only."""
    return conversation.state == State.SPAM if blocked else not _is_over(conversation, message)


_IS_KNOWN = """
SELECT EXISTS (SELECT FROM conversations_message WHERE channel_id = %s AND external_id = %s AND external_id <> '')
    OR EXISTS (SELECT FROM conversations_forgotten WHERE channel_id = %s AND digest = %s)
"""


def is_known(channel: Channel, message: contract.InboundMessage) -> bool:
    """Whether it was filed before, was deleted, or is one of our own coming back."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_KNOWN, [channel.id, message.external_id, channel.id, digest(message.external_id)])
        if cursor.fetchone()[0]:
            return True
    return bool(message.message_id) and _is_our_own(channel, message)


def _is_our_own(channel: Channel, message: contract.InboundMessage) -> bool:
    ours = Message.objects.filter(message_id=message.message_id, outbound__isnull=False, channel__shop=channel.shop_id)
    return ours.exists() and channels.addressed([message.sender.address]).filter(shop=channel.shop_id).exists()


def _kind(channel: Channel, message: contract.InboundMessage) -> str:
    return message.sender_kind or str(channel.adapter().identity_kind)


def _sender(message: contract.InboundMessage) -> contract.Sender:
    """The person to answer: of a mail an agent passed on to the desk, its original sender."""
    if message.forwarded and message.forwarded.sender.address and _is_by_agent(message):
        return message.forwarded.sender
    return message.sender


def _is_by_agent(message: contract.InboundMessage) -> bool:
    address = message.sender.address.lower()
    return message.authentication != "fail" and Agent.objects.filter(email=address, is_active=True).exists()


def _customer(channel: Channel, sender: contract.Sender, message: contract.InboundMessage) -> Customer:
    """Whom the message counts for.

    A sender whose address is proved to be forged is kept apart from the customer who owns it: nothing they write
    reaches that customer's timeline. Two messages without a sender have nothing to do with each other. An address is
    nobody's name: the real one may come with a later message.
    """
    kind, address = _kind(channel, message), sender.address
    if not address:
        kind, address = f"{kind}-unknown", storable.key(message.external_id, 320)
    elif message.authentication == "fail":
        kind = f"{kind}-unproven"
    return customers.resolve(
        kind,
        address,
        name="" if "@" in sender.name else sender.name,
        language=message.language,
        verified=sender.verified,
    )


def _is_over(conversation: Conversation, message: contract.InboundMessage) -> bool:
    """Too long done to be joined: seen from now, and for history from when it was written."""
    resolved_at = conversation.resolved_at
    if message.historic:
        return bool(resolved_at and resolved_at < message.occurred_at - REOPENS_FOR)
    if conversation.state == State.CLOSED:
        return True
    return conversation.state == State.RESOLVED and bool(resolved_at and resolved_at < timezone.now() - REOPENS_FOR)


def _open(
    channel: Channel,
    customer: Customer,
    sender: contract.Sender,
    message: contract.InboundMessage,
    inbound: Inbound | None,
    blocked: bool,
) -> Message:
    conversation = Conversation(
        shop_id=channel.shop_id,
        channel=channel,
        channel_type=channel.type,
        customer=customer,
        subject=text.truncate(message.subject, 500),
        opened_at=message.occurred_at,
        last_message_at=message.occurred_at,
        state=State.SPAM if blocked else State.OPEN,
    )
    conversation.last_message_id = number = _take_id()
    conversation.last_inbound_id = 0 if message.historic else number  # history is read
    with counters.changing(conversation):
        _settle_state(conversation, message)
        _show(conversation, channel, customer, sender, message)
    stored = _store(conversation, channel, customer, sender, message, inbound, number)
    if not blocked:
        taking_part.note_message(conversation, stored, message)
    _open_wait(conversation, stored, message)
    _tell(events.BlockedReceived if blocked else events.ConversationOpened, stored, message)
    if writing.acknowledgement_text(channel, conversation.language) and not _starts_no_wait(message) and not blocked:
        bus.publish(events.ReceiptOwed(conversation_id=conversation.id, message_id=stored.id))
    return stored


def _join(
    conversation: Conversation,
    channel: Channel,
    customer: Customer,
    sender: contract.Sender,
    message: contract.InboundMessage,
    inbound: Inbound | None,
    blocked: bool,
) -> Message:
    if conversation.customer_id == customer.id:
        conversation.customer = customer
    stored = _store(conversation, channel, customer, sender, message, inbound)
    if not blocked:
        taking_part.note_message(conversation, stored, message)
    if conversation.waiting_since is None:
        _open_wait(conversation, stored, message)
    with counters.changing(conversation):
        _settle_state(conversation, message)
        _show(conversation, channel, conversation.customer, sender, message)
        conversation.last_message_id = max(stored.id, conversation.last_message_id)
        if not message.historic:
            conversation.last_inbound_id = max(stored.id, conversation.last_inbound_id)
    if not _starts_no_wait(message) and not blocked:
        scheduling.put_back_all(conversation, "customer_wrote")
    _tell(events.BlockedReceived if blocked else events.CustomerReplied, stored, message)
    return stored


def _tell(event: Told, stored: Message, message: contract.InboundMessage) -> None:
    """Publish what happened; of history nothing, for it happened long ago."""
    if message.historic:
        return
    is_automatic = _starts_no_wait(message) and event is not events.BlockedReceived
    kind = events.AutomaticReceived if is_automatic else event
    bus.publish(kind(conversation_id=stored.conversation_id, message_id=stored.id))


def _starts_no_wait(message: contract.InboundMessage) -> bool:
    return message.auto in AUTOMATIC or message.historic


def _settle_state(conversation: Conversation, message: contract.InboundMessage) -> None:
    """A person's message opens the conversation again and wakes it; history arrives as done; spam stays spam."""
    if message.historic and conversation.pk is None and conversation.state != State.SPAM:
        conversation.state = State.RESOLVED
    if message.historic:
        prolong(conversation, message.occurred_at)
    if _starts_no_wait(message) or conversation.state == State.SPAM:
        return
    _rouse(conversation)
    conversation.waiting_since = conversation.waiting_since or message.occurred_at


def _rouse(conversation: Conversation) -> None:
    """Open and awake; the date of a snooze that ends early is kept, to be chosen again by one press."""
    until = conversation.snoozed_until
    if until is not None:
        conversation.broken_snooze_until = until if until > timezone.now() else None
    conversation.state, conversation.resolved_at = State.OPEN, None
    conversation.snoozed_until, conversation.sleeps_till_reply = None, False


def prolong(conversation: Conversation, at: datetime) -> None:
    """A conversation that is done was so only after this message of its past."""
    if conversation.state in counters.DONE:
        conversation.resolved_at = max(conversation.resolved_at or at, at)


def _show(
    conversation: Conversation,
    channel: Channel,
    customer: Customer,
    sender: contract.Sender,
    message: contract.InboundMessage,
) -> None:
    """Keep what the list shows: of the newest message by its own time."""
    conversation.has_attachments = conversation.has_attachments or bool(message.attachments)
    if message.occurred_at < conversation.last_message_at:
        return
    if not channel.adapter().capabilities.joins_only:
        conversation.channel, conversation.channel_type = channel, channel.type
    conversation.customer_name = customer.name or conversation.customer_name or (sender.name or sender.address)[:200]
    conversation.language = customer.language or message.language or conversation.language
    conversation.preview = text.preview(message.text or message.full_text or message.subject, 160)
    conversation.last_message_at = message.occurred_at
    conversation.last_from_customer = True


def _store(
    conversation: Conversation,
    channel: Channel,
    customer: Customer,
    sender: contract.Sender,
    message: contract.InboundMessage,
    inbound: Inbound | None,
    number: int | None = None,
) -> Message:
    stored = incoming.store(
        message,
        inbound,
        sender=sender,
        id=number,
        conversation=conversation,
        channel=channel,
        kind=Message.Kind.CUSTOMER_AUTO if message.auto in AUTOMATIC else Message.Kind.CUSTOMER,
        state=Message.State.RECEIVED,
        customer=customer,
        is_verified=sender.verified,
    )
    parts = incoming.words(message, sender)
    words = search.words_of(stored.id, customer.id, parts, message.language, stored.recipients)
    search.index(stored.id, conversation.id, words)
    return stored


def _open_wait(conversation: Conversation, stored: Message, message: contract.InboundMessage) -> None:
    """The first unanswered message opens the wait; a chaser neither opens nor resets it."""
    if _starts_no_wait(message) or conversation.state == State.SPAM:
        return
    Wait.objects.bulk_create(
        [Wait(conversation=conversation, channel=stored.channel, opened_at=message.occurred_at)],
        ignore_conflicts=True,
    )


def _take_id() -> int:
    """The id of a message to be: a new conversation's row names it from the start."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('conversations_message_id_seq')")
        return int(cursor.fetchone()[0])
