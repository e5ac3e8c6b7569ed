"""What agents do with a conversation apart from writing: assign, snooze, sort, resolve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection
from django.utils import timezone

from shopbell.agents.models import Agent, Team
from shopbell.agents.permissions import may_edit_tags
from shopbell.conversations import events
from shopbell.conversations.counters import DONE, SNOOZABLE, changing, touch
from shopbell.conversations.locking import NewerMessage, lock
from shopbell.conversations.models import Conversation, Priority, ReadMark, State, Tag, TagRules, Wait
from shopbell.conversations.operations import waits
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.fields import queries as fields
from shopbell.fields import values as field_values
from shopbell.fields.models import Field, Subject


class NewTag(ValueError):
    """These words are no tags, and only leads make new ones; `names` says which."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = list(names)


class FieldsMissing(ValueError):
    """The conversation cannot be resolved before these `fields` have a value."""

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__(", ".join(field.key for field in fields))
        self.fields = list(fields)


LONGEST_SNOOZE = timedelta(days=36_525)  # a year 10000 can be stored but not read again


@retried
def assign(conversation_id: int, *, agent: Agent | None, team: Team | None, actor: int | None) -> None:
    """Give the conversation to somebody, to a team, or back to everybody."""
    conversation = lock(conversation_id)
    with changing(conversation):
        conversation.assignee, conversation.team = agent, team
    event = events.ConversationAssigned(
        conversation_id=conversation_id, agent_id=conversation.assignee_id, team_id=conversation.team_id
    )
    bus.publish(event, actor=actor)


@retried
def snooze(conversation_id: int, *, until: datetime | None, actor: int | None) -> None:
    """Put aside until an instant, or (None) until the customer writes. Their message wakes it earlier in any case, and
    their wait runs on.

    Raises ValueError when the instant has passed or lies beyond a hundred years, or the conversation is done.
    """
    conversation = lock(conversation_id)
    if (until is not None and not is_snooze(until)) or conversation.state not in SNOOZABLE:
        raise ValueError("only an open conversation can be snoozed, and only until a later time")
    with changing(conversation):
        conversation.snoozed_until, conversation.sleeps_till_reply = until, until is None
        conversation.broken_snooze_until = None
    event = events.ConversationSnoozed(conversation_id=conversation_id, until=until.isoformat() if until else "")
    bus.publish(event, actor=actor)


def is_snooze(until: datetime) -> bool:
    """Whether something can be put aside until then: later than now, and within a hundred years."""
    now = timezone.now()
    return now < until <= now + LONGEST_SNOOZE


@retried
def wake(conversation_id: int, *, actor: int | None = None, due_by: datetime | None = None) -> None:
    """End a snooze, and the wait for somebody else that it was for.

    With `due_by` only one that has ended by then, for it may have been prolonged meanwhile.
    """
    conversation = lock(conversation_id)
    until = conversation.snoozed_until
    if until is None and not conversation.sleeps_till_reply:
        return
    if due_by is not None and (until is None or until > due_by):
        return
    with changing(conversation):
        conversation.snoozed_until, conversation.sleeps_till_reply = None, False
        if conversation.state == State.PENDING_THIRD:
            conversation.state = State.OPEN  # the time to look at it again has come
    bus.publish(events.ConversationWoken(conversation_id=conversation_id), actor=actor)


@retried
def prioritise(conversation_id: int, *, priority: Priority, actor: int | None) -> None:
    """Say how urgent it is."""
    conversation = lock(conversation_id)
    with changing(conversation):
        conversation.priority = priority
    bus.publish(events.ConversationChanged(conversation_id=conversation_id), actor=actor)


@retried
def change_tags(
    conversation_id: int, *, add: tuple[str, ...] = (), remove: tuple[str, ...] = (), actor: int | None
) -> None:
    """Add and remove tags. A new word becomes a tag; case and surrounding space do not matter.

    A tag that is being renamed or merged is the one it becomes. Raises NewTag for a word that is no tag where only
    leads make new ones and the actor is none.
    """
    conversation = lock(conversation_id)
    wanted = _tags({text.preview(word.lower(), 50) for word in add} - {""}, actor)
    dropped = {word.strip().lower() for word in remove}
    with changing(conversation):
        conversation.tags = sorted((set(conversation.tags) | set(wanted)) - dropped)
    bus.publish(events.ConversationChanged(conversation_id=conversation_id), actor=actor)


def _tags(words: set[str], actor: int | None) -> list[str]:
    """The tags these words mean; those there are not yet are made. In one order: nobody locks another out."""
    becoming = _leaving(words)
    wanted = sorted({becoming.get(word, word) for word in words} - {""})
    known = set(Tag.objects.filter(name__in=wanted).values_list("name", flat=True))
    new = [name for name in wanted if name not in known]
    if new and not _may_make_tags(actor):
        raise NewTag(new)
    Tag.objects.bulk_create([Tag(name=name) for name in new], ignore_conflicts=True)
    return wanted


_HOLD_TAGS = "SELECT name, becomes FROM conversations_tag WHERE name = ANY(%s) ORDER BY id FOR KEY SHARE"


def _leaving(words: set[str]) -> dict[str, str]:
    """Which of these tags are to be called otherwise; none begins to leave until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_TAGS, [sorted(words)])
        return {name: new for name, new in cursor.fetchall() if new is not None}


def _may_make_tags(actor: int | None) -> bool:
    """Programs may, and people unless it was decided that only leads do."""
    if actor is None or not TagRules.objects.filter(only_leads_create=True).exists():
        return True
    return may_edit_tags(Agent.objects.get(pk=actor))


@retried
def change_custom(conversation_id: int, *, values: Mapping[str, Any], actor: int | None) -> None:
    """Set fields of the shop's own; None takes a value away, what is not given stays. Raises fields.values.Unfit."""
    read = field_values.read_all(fields.of(Subject.CONVERSATION), values)
    conversation = lock(conversation_id)
    custom = field_values.changed(conversation.custom, read)
    if custom == conversation.custom:
        return
    with changing(conversation):
        conversation.custom = custom
    bus.publish(events.ConversationChanged(conversation_id=conversation_id), actor=actor)


@retried
def change_subject(conversation_id: int, *, subject: str, actor: int | None) -> None:
    """Call it something else. Answers keep the subject the customer used."""
    conversation = lock(conversation_id)
    with changing(conversation):
        conversation.subject = text.preview(subject, 500)
    bus.publish(events.ConversationChanged(conversation_id=conversation_id), actor=actor)


@retried
def resolve(conversation_id: int, *, actor: int | None, seen_message_id: int | None = None) -> None:
    """Done. An open wait ends unanswered: it is counted, but not as a response (domain.md 2.2 rule 6).

    Unless an answer is just leaving: that one ends it. Raises NewerMessage when something came in after the newest
    message the agent saw (None: do not ask), and FieldsMissing when a person has not said yet what the shop wants to
    know about every conversation.
    """
    conversation = lock(conversation_id)
    if conversation.state in DONE:
        return
    if seen_message_id is not None and conversation.last_inbound_id > seen_message_id:
        raise NewerMessage(conversation.id)
    if actor is not None and (needed := field_values.missing(fields.of(Subject.CONVERSATION), conversation.custom)):
        raise FieldsMissing(needed)
    now = timezone.now()
    if not waits.is_being_answered(conversation):
        waits.end(conversation, now, unanswered=True)
    with changing(conversation):
        conversation.waiting_since = None
        conversation.state, conversation.resolved_at, conversation.snoozed_until = State.RESOLVED, now, None
        conversation.has_failure = False
    bus.publish(events.ConversationResolved(conversation_id=conversation_id), actor=actor)


@retried
def reopen(conversation_id: int, *, actor: int | None) -> None:
    """Not done after all: who was not answered has waited all the time."""
    conversation = lock(conversation_id)
    last = Wait.objects.filter(conversation=conversation).order_by("-id").first()
    if conversation.state in DONE and last is not None and last.is_unanswered:
        Wait.objects.filter(id=last.id).update(closed_at=None, is_unanswered=False)
        with changing(conversation):
            conversation.waiting_since = last.opened_at
    _move(conversation_id, State.OPEN, actor)


@retried
def await_customer(conversation_id: int, *, actor: int | None) -> None:
    """Answered; the next word is the customer's."""
    _move(conversation_id, State.PENDING_CUSTOMER, actor)


@retried
def mark_spam(conversation_id: int, *, actor: int | None) -> None:
    """Out of everybody's sight and of every figure."""
    conversation = lock(conversation_id)
    Wait.objects.filter(conversation=conversation, closed_at__isnull=True).delete()
    with changing(conversation):
        conversation.waiting_since, conversation.has_failure = None, False
    _move(conversation_id, State.SPAM, actor)


@retried
def not_spam(conversation_id: int, *, actor: int | None) -> None:
    """A mistake: it is open again, and the customer has waited since the first message nobody answered."""
    conversation = lock(conversation_id)
    if conversation.state != State.SPAM:
        return
    question = waits.unanswered(conversation)
    if question is not None:
        with changing(conversation):
            waits.begin(conversation, question)
            waits.show(conversation)
    _move(conversation_id, State.OPEN, actor)


def _move(conversation_id: int, state: State, actor: int | None) -> None:
    conversation = lock(conversation_id)
    if conversation.state == state:
        return
    with changing(conversation):
        conversation.state, conversation.resolved_at, conversation.snoozed_until = state, None, None
    bus.publish(events.StateChanged(conversation_id=conversation_id, state=state), actor=actor)


def mark_read(conversation: Conversation, agent: Agent) -> None:
    """The agent has seen everything up to `conversation` as it was read; what they saw since stays seen.

    One that was deleted while it was read is nothing to remember.
    """
    try:
        _mark_read(conversation, agent)
    except IntegrityError:
        return
    touch(conversation.id)


@retried
def _mark_read(conversation: Conversation, agent: Agent) -> None:
    newest = conversation.last_message_id
    _, is_new = ReadMark.objects.get_or_create(agent=agent, conversation=conversation, defaults={"message_id": newest})
    if not is_new:
        marks = ReadMark.objects.filter(agent=agent, conversation=conversation)
        marks.filter(message_id__lt=newest).update(message_id=newest)


def mark_unread(conversation: Conversation, agent: Agent) -> None:
    """As if the agent had not seen the newest message. One that was deleted meanwhile is nothing to remember."""
    try:
        _mark_unread(conversation, agent)
    except IntegrityError:
        return
    touch(conversation.id)


@retried
def _mark_unread(conversation: Conversation, agent: Agent) -> None:
    before = {"message_id": conversation.last_inbound_id - 1}
    ReadMark.objects.update_or_create(agent=agent, conversation=conversation, defaults=before)
