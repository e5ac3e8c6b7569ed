"""What the streams of visitors ask the database. Each function runs in a thread, never in the event loop."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import close_old_connections, connection
from django.utils import translation

from shopbell.channels.models import Channel
from shopbell.chats import operations, queries, waiting
from shopbell.chats.models import Visit
from shopbell.chats.waiting import Queue
from shopbell.core.languages import nearest
from shopbell.web.chat import door, shape
from shopbell.web.live import guests
from shopbell.web.live.frames import numbered

NOTIFIED_AT_ONCE = 500  # ids in one payload: PostgreSQL takes 8,000 bytes


@dataclass
class Visitor:
    """Whose stream it is."""

    visit_id: int
    channel_id: int
    conversation_id: int | None


@dataclass(frozen=True)
class News:
    """What is new for one visit."""

    lines: list[tuple[int, bytes]]  # number, frame
    conversation_id: int | None
    read_by_agent: int
    after: int  # the line they begin beyond
    top: int  # the highest number ever given in this visit

    @property
    def is_more(self) -> bool:
        """Whether there may be lines beyond these."""
        return len(self.lines) == queries.MOST_LINES


def visitor(key: str, authorization: str, languages: str) -> Visitor | door.Refusal:
    """Who brings this token to the chat of this key, or why they are not let in."""
    close_old_connections()
    found = queries.channel(key)
    with translation.override(nearest(languages[:2], found.shop.language if found else "en")):
        if found is None:
            return door.Refusal(404, "no_chat", "")
        try:
            visit = door.visit_of(found.address, authorization)
        except door.Refusal as refusal:
            return refusal
    return Visitor(visit.pk, found.pk, visit.conversation_id)


def news(after: Mapping[int, int]) -> dict[int, News]:
    """What lies beyond a line of each visit, numbered now where nobody did it yet."""
    close_old_connections()
    operations.number(after)
    lines = queries.lines(dict(after))
    read = queries.read_by_agent(after)
    visits = Visit.objects.filter(id__in=after).select_related("channel").defer("channel__settings")
    found = {
        visit.id: News([], visit.conversation_id, read.get(visit.id, 0), after[visit.id], visit.top) for visit in visits
    }
    channels = {visit.id: visit.channel for visit in visits}
    before = dict(after)
    for line in lines:
        number = line.visit_id
        said = {**shape.line(line, channels[number]), "after": before[number]}
        found[number].lines.append((line.seq, numbered(line.seq, "message", said)))
        before[number] = line.seq
    return found


def queues(channel_ids: Iterable[int]) -> dict[int, Queue]:
    """How the chats are staffed now."""
    close_old_connections()
    rows = Channel.objects.filter(id__in=list(channel_ids)).select_related("shop")
    return {row.pk: waiting.queue(row) for row in rows}


def note_seen(visit_ids: list[int]) -> dict[int, int | None]:
    """These pages are there; returns the conversation of each visit that still is one."""
    close_old_connections()
    return operations.note_seen(visit_ids)


def notify(kind: str, conversations: list[int]) -> None:
    """Tell every process that the visitors of these conversations are `here` or `gone`."""
    close_old_connections()
    with connection.cursor() as cursor:
        for start in range(0, len(conversations), NOTIFIED_AT_ONCE):
            payload = json.dumps({kind: conversations[start : start + NOTIFIED_AT_ONCE]})
            cursor.execute("SELECT pg_notify(%s, %s)", [guests.CHANNEL, payload])
