"""What agents write: replies that leave the house, notes that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.channels import contract, delivery
from shopbell.channels import operations as channels
from shopbell.channels import queries as channel_queries
from shopbell.channels.models import Blob, Outbound
from shopbell.conversations import events, mentions, search, writing
from shopbell.conversations.counters import SNOOZABLE, changing
from shopbell.conversations.locking import NewerMessage, lock_of_message, lock_or_sent
from shopbell.conversations.models import Attachment, Conversation, Draft, Message, State
from shopbell.conversations.operations import rows, taking_part, waits
from shopbell.conversations.operations.drafting import below, copy_draft_file
from shopbell.conversations.operations.following import add_followers, named_in, record_mentions
from shopbell.conversations.operations.handling import is_snooze
from shopbell.core import rich, text
from shopbell.core.transactions import retried
from shopbell.events import bus

File = tuple[Blob, str, str]  # the bytes, the name, the content id of an image inside the text


class NoRecipient(ValueError):
    """There is nobody to send it to."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What an agent sends. `key` makes it once, however often the button is pressed."""

    text: str = ""
    key: str
    to: tuple[contract.Sender, ...]
    cc: tuple[contract.Sender, ...] = ()
    bcc: tuple[contract.Sender, ...] = ()
    files: Sequence[File] = field(default_factory=tuple)
    seen_message_id: int | None = None  # the newest message the writer saw; None: do not ask
    then: str = ""  # the state to leave the conversation in; "": as it is
    html: str = ""  # the text with formatting; `text` is then made from it
    language: str = ""  # what it is written in; "": the conversation's
    quotes: bool | None = None  # whether the mail answered goes along; None: as the mailbox does
    snooze_until: datetime | None = None  # and put the conversation aside until then
    known_participants: tuple[int, ...] = ()  # ids: who took part as far as the writer saw
    undo_seconds: int | None = None  # how long it can be taken back; None: settings.UNDO_SECONDS


@retried
def reply(conversation_id: int, agent: Agent, answer: Reply) -> Message:
    """Queue an answer; it leaves after UNDO_SECONDS unless it is taken back. Where messages arrive by being stored (a
    chat) it leaves at once, to whoever wrote last and nobody else.

    Raises NewerMessage, NoRecipient, Merged, rich.TooLong, and ValueError for an empty answer or a snooze into the
    past. The same key twice returns the first message.
    """
    answer = _tidy(answer)
    key = f"reply:{conversation_id}:{answer.key}"
    conversation, sent = lock_or_sent(conversation_id, Q(outbound__key=key))
    if sent is not None:
        return sent
    is_immediate = conversation.channel.adapter().capabilities.immediate
    if is_immediate:
        answer = replace(answer, to=_other_end(conversation), cc=(), bcc=())
    check(conversation, answer)
    seconds = settings.UNDO_SECONDS if answer.undo_seconds is None else answer.undo_seconds
    message = _written(conversation, agent, answer, is_immediate)
    at = timezone.now() + timedelta(seconds=seconds)
    outbound = delivery.enqueue(conversation.channel, message, key=key, blobs=_outgoing(answer.files), at=at)
    before = _before(conversation, answer)
    dress = {"html": answer.html, "language": answer.language[:5], "about": {"before": before} if before else {}}
    stored = _store(conversation, agent, Message.Kind.AGENT, answer.text, answer.files, outbound, message, **dress)
    _after_reply(conversation, stored, agent, answer)
    add_followers(conversation, [agent.pk])
    if not is_immediate:
        taking_part.note_answer(conversation, stored, (*answer.to, *answer.cc), answer.bcc, answer.known_participants)
    bus.publish(events.AgentReplied(conversation_id=conversation.id, message_id=stored.id), actor=agent.pk)
    return stored


def _other_end(conversation: Conversation) -> tuple[contract.Sender, ...]:
    """Who wrote last on the conversation's channel."""
    rows = Message.objects.filter(conversation=conversation, channel=conversation.channel, kind=Message.Kind.CUSTOMER)
    last = rows.order_by("-id").values_list("sender_address", "sender_name").first()
    return () if last is None else (contract.Sender(address=last[0], name=last[1]),)


def _tidy(answer: Reply) -> Reply:
    body, markup, files = _formatted(answer.text, answer.html, answer.files)
    return replace(answer, html=markup, text=body, files=files)


def _formatted(body: str, markup: str, files: Sequence[File]) -> tuple[str, str, Sequence[File]]:
    """The formatted text cleaned and its plain twin made; pictures the text no longer shows are left out."""
    if not markup:
        return text.clean(body), "", files
    inside = {f"cid:{content_id}": content_id for _blob, _name, content_id in files if content_id}
    markup = rich.clean(markup, inside)
    shown = tuple(file for file in files if not file[2] or f"cid:{file[2]}" in markup)
    return text.clean(rich.to_text(markup)), markup, shown


def _content(answer: Reply) -> writing.Content:
    return writing.Content(
        text=answer.text,
        html=answer.html,
        inside=_inside(answer.files),
        language=answer.language,
        quotes=answer.quotes,
    )


def _written(conversation: Conversation, agent: Agent, answer: Reply, is_immediate: bool) -> contract.OutboundMessage:
    content, people = _content(answer), _recipients(answer)
    if is_immediate:
        return writing.said(conversation, content, people)
    return writing.answer(conversation, agent, content, people)


def _recipients(answer: Reply) -> writing.Recipients:
    return writing.Recipients(to=answer.to, cc=answer.cc, bcc=answer.bcc)


def check(conversation: Conversation, answer: Reply) -> None:
    """Whether it can be sent as it is. Raises NewerMessage, NoRecipient and ValueError as `reply` does."""
    if not answer.text.strip() and not answer.html and not answer.files:
        raise ValueError("an empty answer")
    if not answer.to:
        raise NoRecipient("nobody to send it to")
    if answer.snooze_until is not None and not is_snooze(answer.snooze_until):
        raise ValueError("a snooze ends later than now")
    if answer.seen_message_id is not None and conversation.last_inbound_id > answer.seen_message_id:
        raise NewerMessage(conversation.id)


def _inside(files: Sequence[File]) -> dict[str, str]:
    """Content ids of the images inside the text, by file name."""
    return {name: content_id for _, name, content_id in files if content_id}


def _outgoing(files: Sequence[File]) -> list[tuple[Blob, contract.AttachmentData]]:
    return [
        (
            blob,
            contract.AttachmentData(
                name=name,
                content_type=blob.content_type,
                content=b"",
                content_id=content_id,
                inline=bool(content_id),
            ),
        )
        for blob, name, content_id in files
    ]


def _store(
    conversation: Conversation,
    agent: Agent | None,
    kind: str,
    body: str,
    files: Sequence[File] = (),
    outbound: Outbound | None = None,
    message: contract.OutboundMessage | None = None,
    **columns: Any,
) -> Message:
    stored = Message.objects.create(
        conversation=conversation,
        channel=conversation.channel,
        kind=kind,
        state=Message.State(outbound.state) if outbound else Message.State.NOTED,
        author=agent,
        text=text.clean(body),
        occurred_at=timezone.now(),
        outbound=outbound,
        **(_as_sent(message) if message else {}),
        **columns,
    )
    Attachment.objects.bulk_create(
        [
            Attachment(message=stored, blob=blob, name=name, content_id=content_id, is_inline=bool(content_id))
            for blob, name, content_id in files
        ]
    )
    parts, language = (stored.text,), conversation.language
    words = search.words_of(stored.id, conversation.customer_id, parts, language, stored.recipients)
    search.index(stored.id, conversation.id, words)
    return stored


def _as_sent(message: contract.OutboundMessage) -> dict[str, Any]:
    """What a message's row keeps of the form it leaves in."""
    people = {"to": message.to, "cc": message.cc, "bcc": message.bcc}
    return {
        "recipients": {name: [[who.name, who.address] for who in group] for name, group in people.items()},
        "subject": message.subject,
        "external_id": message.external_id,
        "message_id": message.external_id,
    }


def _before(conversation: Conversation, answer: Reply) -> dict[str, str | bool | None]:
    """What undo goes back to; nothing where the answer leaves the state as it is."""
    if not answer.then and answer.snooze_until is None:
        return {}
    dates = {name: getattr(conversation, name) for name in ("resolved_at", "snoozed_until")}
    before = {name: at.isoformat() if at else None for name, at in dates.items()}
    after = {"then": answer.then or conversation.state}
    return {**before, **after, "state": conversation.state, "has_failure": conversation.has_failure}


def _after_reply(conversation: Conversation, stored: Message, agent: Agent, answer: Reply) -> None:
    """The list no longer shows a wait. The wait itself ends when the answer was taken (domain.md 2.2 rule 4): at once
    where it arrives by being stored.
    """
    then, until = answer.then, answer.snooze_until
    with changing(conversation):
        _show(conversation, stored)
        if stored.state == Message.State.SENT:
            waits.end(conversation, stored.occurred_at, answered_by=agent.pk)
        conversation.waiting_since = None
        if conversation.assignee_id is None:
            conversation.assignee = agent
        if then:
            conversation.state = State(then)
            conversation.snoozed_until = None
            conversation.resolved_at = timezone.now() if then == State.RESOLVED else None
            conversation.has_failure = conversation.has_failure and then != State.RESOLVED
        if until is not None and conversation.state in SNOOZABLE:
            conversation.snoozed_until = until
    if then == State.RESOLVED:
        bus.publish(events.ConversationResolved(conversation_id=conversation.id), actor=agent.pk)
    if conversation.snoozed_until is not None and conversation.snoozed_until == until:
        event = events.ConversationSnoozed(conversation_id=conversation.id, until=until.isoformat())
        bus.publish(event, actor=agent.pk)


def _show(conversation: Conversation, stored: Message) -> None:
    conversation.preview = text.preview(stored.text, 160)
    conversation.last_message_at, conversation.last_message_id = stored.occurred_at, stored.id
    conversation.last_from_customer = False


@retried
def note(
    conversation_id: int, agent: Agent, *, body: str = "", html: str = "", files: Sequence[File] = (), key: str = ""
) -> Message:
    """Leave a note that only colleagues see; whom it names (`mentions`) is kept, and follows from now on.

    `html`: the note with formatting, which then counts. Raises ValueError for an empty one, CannotSee when it names
    somebody who may not read it, and rich.TooLong. The same key twice is one note.
    """
    body, html, files = _formatted(body, html, files)
    external_id = f"note:{conversation_id}:{key}" if key else ""
    conversation, known = lock_or_sent(conversation_id, Q(external_id=external_id) & ~Q(external_id=""))
    if known is not None:
        return known
    if not body.strip() and not html and not files:
        raise ValueError("an empty note")
    named = named_in(conversation, body)
    about = {"mentions": mentions.as_kept(named)} if named else {}
    stored = _store(
        conversation, agent, Message.Kind.NOTE, body, files, external_id=external_id, html=html, about=about
    )
    record_mentions(conversation, stored, named)
    with changing(conversation):
        conversation.last_message_id = stored.id
    bus.publish(events.Noted(conversation_id=conversation_id, message_id=stored.id), actor=agent.pk)
    return stored


@retried
def undo(message_id: int, agent: Agent) -> bool:
    """Take one's answer back while it is still queued; the text becomes the draft again. False: it may have left."""
    message = Message.objects.select_related("outbound").get(id=message_id, author=agent, kind=Message.Kind.AGENT)
    conversation = lock_of_message(message_id)
    if message.outbound is None or not delivery.cancel(message.outbound.id):
        return False
    _restore_draft(message, conversation, agent)
    before = message.about.get("before")
    taking_part.undo_answer(message)
    message.delete()
    with changing(conversation):
        rows.renew(conversation)
        _go_back(conversation, before or {})
    bus.publish(events.ReplyUndone(conversation_id=conversation.id), actor=agent.pk)
    return True


def _restore_draft(message: Message, conversation: Conversation, agent: Agent) -> None:
    """What was begun meanwhile stands below."""
    draft, _ = Draft.objects.get_or_create(agent=agent, conversation=conversation, kind="reply")
    draft.text, draft.html = below((message.text, message.html), (draft.text, draft.html))
    draft.recipients, draft.language = message.recipients, message.language
    draft.saved_by, draft.version = agent, draft.version + 1
    draft.save()
    for attachment in message.attachments.select_related("blob"):
        copy_draft_file(draft, attachment)


def _go_back(conversation: Conversation, before: Mapping[str, Any]) -> None:
    """To the state before the answer, unless somebody changed it since."""
    if before and conversation.state == before["then"]:
        conversation.state, conversation.has_failure = before["state"], before["has_failure"]
        for name in ("resolved_at", "snoozed_until"):
            setattr(conversation, name, before[name] and datetime.fromisoformat(before[name]))
    waits.show(conversation)


@retried
def acknowledge(conversation_id: int, message_id: int) -> None:
    """Send the channel's automatic receipt for a new conversation, where the channel has one.

    Never to a machine or a list, never to an address of ours or a forged one, once a day per sender (RFC 3834
    section 2).
    """
    message = Message.objects.select_related("channel", "conversation__customer").filter(id=message_id).first()
    if message is None:  # deleted meanwhile
        return
    conversation = message.conversation
    body = writing.acknowledgement_text(message.channel, conversation.language)
    if not body or not _is_somebody(message):
        return
    key = f"acknowledge:{message.channel_id}:{message.sender_address.lower()}"
    if channels.count_use(key, per_seconds=86_400) > 1:
        return
    out = writing.acknowledgement(conversation, message, body)
    outbound = delivery.enqueue(message.channel, out, key=f"acknowledgement:{conversation_id}")
    _store(lock_of_message(message_id), None, Message.Kind.AUTO_REPLY_OUT, out.text, (), outbound, out)


def _is_somebody(message: Message) -> bool:
    if message.about.get("auto") or message.about.get("authentication") == "fail" or not message.sender_address:
        return False
    return not channel_queries.addressed([message.sender_address]).exists()
