"""Side conversations: somebody else is asked about a conversation, and the customer never sees a word of it.

Their answers are found by the ids they name or by the token in the address they were sent to (`threading.find_side`),
and stay in their own thread. The customer is never among the recipients, and no wait begins or ends here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels import contract, delivery
from shopbell.channels.models import Blob, Inbound, Outbound
from shopbell.conversations import events, forwarding, participants, search, writing
from shopbell.conversations.counters import SNOOZABLE, changing
from shopbell.conversations.locking import lock, lock_final, lock_of_message
from shopbell.conversations.models import Attachment, Conversation, Message, SideConversation, State
from shopbell.conversations.operations import incoming
from shopbell.conversations.operations.following import add_followers
from shopbell.conversations.operations.handling import is_snooze
from shopbell.conversations.operations.replying import NoRecipient
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.events import bus


class NotThem(ValueError):
    """A side conversation cannot be with these: they are the customer's side, or ourselves (`is_ours`)."""

    def __init__(self, addresses: Iterable[str], *, is_ours: bool) -> None:
        self.addresses, self.is_ours = list(addresses), is_ours
        super().__init__(", ".join(self.addresses))


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What an agent writes to a third party. `key` makes it once."""

    key: str
    text: str
    to: tuple[contract.Sender, ...]
    cc: tuple[contract.Sender, ...] = ()
    subject: str = ""
    files: Sequence[tuple[Blob, str]] = field(default_factory=tuple)  # added by hand: bytes and name
    messages: Sequence[int] = ()  # ids of what is passed on
    with_files: bool = True  # and the files of those
    with_originals: bool = False  # and those as they came, as .eml
    next_check: datetime | None = None  # then wait for them, and look again at this instant


@retried
def ask_third(conversation_id: int, agent: Agent, ask: Ask) -> SideConversation:
    """Open a side conversation with one message; it leaves after UNDO_SECONDS. The same key twice opens one.

    Raises NoRecipient, NotThem, and ValueError for an empty message or a next check that is not to come.
    """
    conversation = lock(conversation_id)
    known = SideConversation.objects.filter(conversation=conversation, key=ask.key[:100]).first()
    if known is not None:
        return known
    _check(conversation, ask)
    side = SideConversation.objects.create(
        conversation=conversation,
        key=ask.key[:100],
        subject=text.preview(ask.subject or conversation.subject, 500),
        recipients=_people(ask),
        started_by=agent,
        last_message_at=timezone.now(),
    )
    stored = _send(side, agent, ask)
    event = events.SideOpened(conversation_id=conversation.id, side_id=side.id, message_id=stored.id)
    bus.publish(event, actor=agent.pk)
    return side


@retried
def reply_to_third(side_id: int, agent: Agent, ask: Ask) -> Message:
    """Write again in a side conversation. Raises as `ask_third` does; the same key twice is one message."""
    number = SideConversation.objects.values_list("conversation_id", flat=True).get(id=side_id)
    conversation = lock(number)
    sent = Message.objects.filter(side=side_id, outbound__key=_key(side_id, ask.key)).first()
    if sent is not None:
        return sent
    side = SideConversation.objects.get(id=side_id)
    side.conversation = conversation
    _check(conversation, ask)
    side.recipients, side.taken_back = _people(ask), {}
    side.last_message_at = timezone.now()
    side.save(update_fields=["recipients", "taken_back", "last_message_at"])
    stored = _send(side, agent, ask)
    event = events.SideReplied(conversation_id=conversation.id, side_id=side.id, message_id=stored.id)
    bus.publish(event, actor=agent.pk)
    return stored


def _key(side_id: int, key: str) -> str:
    return f"side:{side_id}:{key}"[:100]


def _people(ask: Ask) -> dict[str, list[list[str]]]:
    return {"to": incoming.people(ask.to), "cc": incoming.people(ask.cc)}


def _check(conversation: Conversation, ask: Ask) -> None:
    if not text.clean(ask.text).strip() and not ask.files and not ask.messages:
        raise ValueError("an empty message")
    if not ask.to:
        raise NoRecipient("nobody to send it to")
    if ask.next_check is not None and not is_snooze(ask.next_check):
        raise ValueError("the next check is later than now")
    addresses = [who.address for who in (*ask.to, *ask.cc)]
    customers = participants.addresses_of(conversation)
    if known := [address for address in addresses if address.lower() in customers]:
        raise NotThem(known, is_ours=False)
    if ours := participants.own_mailboxes(addresses):
        raise NotThem([address for address in addresses if address.lower() in ours], is_ours=True)


def _send(side: SideConversation, agent: Agent, ask: Ask) -> Message:
    conversation, body = side.conversation, text.clean(ask.text)
    passed_on = forwarding.chosen(conversation, ask.messages)
    message = forwarding.mail(side, agent, body, passed_on, writing.Recipients(to=ask.to, cc=ask.cc))
    attached = [forwarding.outgoing(blob, name) for blob, name in ask.files]
    attached += forwarding.attached(passed_on, files_too=ask.with_files, originals_too=ask.with_originals)
    at = timezone.now() + timedelta(seconds=settings.UNDO_SECONDS)
    outbound = delivery.enqueue(conversation.channel, message, key=_key(side.id, ask.key), blobs=attached, at=at)
    stored = _store(side, agent, body, message, outbound, about=_about(conversation, ask, passed_on))
    Attachment.objects.bulk_create([Attachment(message=stored, blob=blob, name=data.name) for blob, data in attached])
    with changing(conversation):
        conversation.last_message_id = stored.id
        if conversation.assignee_id is None:
            conversation.assignee = agent
        if ask.next_check is not None and conversation.state in SNOOZABLE:
            conversation.state, conversation.snoozed_until = State.PENDING_THIRD, ask.next_check
    add_followers(conversation, [agent.pk])
    return stored


def _about(conversation: Conversation, ask: Ask, passed_on: Sequence[Message]) -> dict[str, Any]:
    """What it takes to take it back: what went along, and how the conversation stood."""
    until = conversation.snoozed_until
    before = {"state": conversation.state, "snoozed_until": until.isoformat() if until else None}
    return {
        "passed_on": [message.id for message in passed_on],
        "with_files": ask.with_files,
        "with_originals": ask.with_originals,
        "files": [[blob.id, name] for blob, name in ask.files],
        **({"before": before} if ask.next_check else {}),
    }


def _store(
    side: SideConversation,
    agent: Agent,
    body: str,
    message: contract.OutboundMessage,
    outbound: Outbound,
    about: dict[str, Any],
) -> Message:
    stored = Message.objects.create(
        conversation=side.conversation,
        side=side,
        channel=side.conversation.channel,
        kind=Message.Kind.SIDE_OUT,
        state=Message.State.QUEUED,
        author=agent,
        recipients={"to": incoming.people(message.to), "cc": incoming.people(message.cc)},
        subject=message.subject,
        text=body,
        full_text="" if message.text == body else message.text,
        external_id=message.external_id,
        message_id=message.external_id,
        occurred_at=timezone.now(),
        outbound=outbound,
        about=about,
    )
    words = search.words_of(stored.id, None, (message.subject, body), side.conversation.language)
    search.index(stored.id, side.conversation_id, words)
    return stored


@retried
def take_back_from_third(message_id: int, agent: Agent) -> bool:
    """Take one's message back while it is still queued; what it was stands in the side conversation, to be sent again.

    False: it may have left.
    """
    message = Message.objects.select_related("side", "outbound").get(
        id=message_id, author=agent, kind=Message.Kind.SIDE_OUT
    )
    conversation = lock_of_message(message_id)
    if message.outbound is None or message.side is None or not delivery.cancel(message.outbound.id):
        return False
    kept = ("passed_on", "with_files", "with_originals", "files")
    message.side.taken_back = {"text": message.text, **{name: message.about.get(name) for name in kept}}
    message.side.save(update_fields=["taken_back"])
    before = message.about.get("before")
    message.delete()
    with changing(conversation):
        newest = Message.objects.filter(conversation=conversation).order_by("-id").values_list("id", flat=True).first()
        conversation.last_message_id = newest or 0
        if before and conversation.state == State.PENDING_THIRD:
            conversation.state = State(before["state"])
            until = before["snoozed_until"]
            conversation.snoozed_until = datetime.fromisoformat(until) if until else None
    bus.publish(events.ReplyUndone(conversation_id=conversation.id), actor=agent.pk)
    return True


@retried
def await_third(conversation_id: int, *, until: datetime, actor: int | None) -> None:
    """Somebody else is to act; look again at `until` (domain.md 5.1: a next check is required).

    Raises ValueError when that is not to come, or the conversation is done.
    """
    conversation = lock(conversation_id)
    if not is_snooze(until) or conversation.state not in SNOOZABLE:
        raise ValueError("only an open conversation can wait, and only until a later time")
    with changing(conversation):
        conversation.state, conversation.snoozed_until = State.PENDING_THIRD, until
        conversation.sleeps_till_reply = False
    bus.publish(events.StateChanged(conversation_id=conversation_id, state=State.PENDING_THIRD), actor=actor)


def receive(
    side: SideConversation, message: contract.InboundMessage, channel_id: int, inbound: Inbound | None
) -> Message | None:
    """File an answer of the third party, in the caller's transaction. What waited for it is open again.

    None when the conversation was deleted meanwhile.
    """
    conversation = lock_final(side.conversation_id)
    if conversation is None:
        return None
    side.conversation = conversation
    stored = _store_answer(side, message, channel_id, inbound)
    is_person = message.auto not in incoming.AUTOMATIC and not message.historic
    with changing(conversation):
        conversation.last_message_id = max(stored.id, conversation.last_message_id)
        if is_person and conversation.state == State.PENDING_THIRD:
            conversation.state, conversation.snoozed_until = State.OPEN, None
    _keep_up(side, message, is_person)
    if not message.historic:
        _tell(stored, side, is_person)
    return stored


def _keep_up(side: SideConversation, message: contract.InboundMessage, is_person: bool) -> None:
    side.last_message_at = max(side.last_message_at, message.occurred_at)
    if is_person:
        side.answered_at = message.occurred_at
        side.recipients = _reply_all(side.conversation, message)
    side.save(update_fields=["conversation", "last_message_at", "answered_at", "recipients"])


def _tell(stored: Message, side: SideConversation, is_person: bool) -> None:
    number = stored.conversation_id
    if is_person:
        bus.publish(events.SideAnswered(conversation_id=number, side_id=side.id, message_id=stored.id))
    else:
        bus.publish(events.AutomaticReceived(conversation_id=number, message_id=stored.id))


def _reply_all(conversation: Conversation, message: contract.InboundMessage) -> dict[str, list[list[str]]]:
    """Whom the next message goes to: who answered, with everybody they copied but the customer and ourselves."""
    others = participants.outsiders([*message.to, *message.cc], but={message.sender.address.lower()})
    customers = participants.addresses_of(conversation)
    cc = [who for who in others if who.address.lower() not in customers]
    return {"to": incoming.people((message.sender,)), "cc": incoming.people(tuple(cc))}


def _store_answer(
    side: SideConversation, message: contract.InboundMessage, channel_id: int, inbound: Inbound | None
) -> Message:
    stored = incoming.store(
        message,
        inbound,
        sender=message.sender,
        conversation_id=side.conversation_id,
        side=side,
        channel_id=channel_id,
        kind=Message.Kind.SIDE_IN,
        state=Message.State.RECEIVED,
        is_verified=message.sender.verified,
    )
    parts = incoming.words(message, message.sender)
    search.index(stored.id, side.conversation_id, search.words_of(stored.id, None, parts, message.language))
    return stored
