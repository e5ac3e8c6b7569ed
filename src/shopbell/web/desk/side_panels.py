"""Side conversations as they stand in the timeline: each a thread of its own, where its newest message is."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.utils import timezone
from django.utils.translation import ngettext

from shopbell.agents.models import Agent
from shopbell.conversations import queries
from shopbell.conversations.models import Message, SideConversation
from shopbell.web import times
from shopbell.web.desk import address_line, timeline
from shopbell.web.desk.timeline import Entry


@dataclass
class Answer:
    """The form below a side conversation."""

    side_id: int
    key: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    to: str = ""
    cc: str = ""
    text: str = ""
    keeps: bool = True
    error: str = ""
    wrong: str = ""


@dataclass(slots=True)
class Panel:
    """One side conversation, ready to print."""

    id: int
    subject: str
    who: str
    count: str
    entries: list[Entry]
    answer: Answer
    is_taken_back: bool
    kept: str  # what a message that was taken back carried


def build(conversation_id: int, since: datetime | None, viewer: Agent, answer: Answer | None = None) -> list[Entry]:
    """The side conversations whose newest message is not before `since`, in three queries however many there are."""
    rows = SideConversation.objects.filter(conversation=conversation_id).order_by("last_message_at", "id")
    sides = list(rows if since is None else rows.filter(last_message_at__gte=since))
    if not sides:
        return []
    messages = queries.side_messages(viewer, sides)
    by_side = {number: list(group) for number, group in groupby(messages, lambda one: one.side_id)}
    return [_entry(side, by_side.get(side.id, []), viewer, answer) for side in sides]


def _entry(side: SideConversation, messages: list[Message], viewer: Agent, answer: Answer | None) -> Entry:
    at = side.last_message_at
    entry = Entry("side", at, side.subject, "forward", times.clock(at), times.exact(at))
    entry.panel = _panel(side, messages, viewer, answer)
    return entry


def _panel(side: SideConversation, messages: list[Message], viewer: Agent, answer: Answer | None) -> Panel:
    to, cc = side.recipients.get("to", ()), side.recipients.get("cc", ())
    kept = side.taken_back
    if answer is None or answer.side_id != side.id:
        answer = Answer(
            side.id, to=address_line.write_people(to), cc=address_line.write_people(cc), text=kept.get("text", "")
        )
    count = ngettext("{n} message", "{n} messages", len(messages)).format(n=len(messages))
    return Panel(
        id=side.id,
        subject=side.subject,
        who=timeline.people(to),
        count=count,
        entries=[timeline.entry(message, viewer) for message in messages],
        answer=answer,
        is_taken_back=bool(kept),
        kept=", ".join(_carried(kept.get("passed_on") or (), kept.get("files") or ())),
    )


def _carried(passed_on: Iterable[int], files: Iterable[list[object]]) -> Iterable[str]:
    """What would go along again."""
    if number := len(list(passed_on)):
        yield ngettext("{n} message passed on", "{n} messages passed on", number).format(n=number)
    yield from (str(name) for _blob, name in files)


def leaves_at(message: Message) -> datetime | None:
    """Until when a message can be taken back; None when that is over."""
    until = message.occurred_at + timedelta(seconds=settings.UNDO_SECONDS)
    return until if until > timezone.now() else None
