"""Reads: whose a visit is, what they see, how far it was read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from shopbell.channels.models import Channel
from shopbell.chats.models import Line, Visit

MOST_LINES = 200  # given at once
MOST_SEEN = 500
_SHOWN = ("visit", "seq", "client_id", "is_ours")
_SAID = ("message__kind", "message__text", "message__html", "message__occurred_at", "message__author__name")


def channel(key: str) -> Channel | None:
    """The open chat of a public key."""
    rows = Channel.objects.select_related("shop").filter(type="chat", address=key, is_active=True)
    return rows.first() if key and "\0" not in key else None


def visit(chat: str, key: uuid.UUID) -> Visit | None:
    """The visit of a key with its channel, which is the open chat of that public key and no other."""
    rows = Visit.objects.select_related("channel__shop").filter(key=key, channel__type="chat", channel__is_active=True)
    found = rows.first()
    return found if found is not None and found.channel.address == chat else None


def lines(after: dict[int, int]) -> list[Line]:
    """The lines of some visits, each beyond a number of its own, in order; at most MOST_LINES of each.

    Of a message what a visitor is shown, of its author the name.
    """
    query = """
    SELECT found.id FROM unnest(%s::bigint[], %s::int[]) AS wanted(visit, after) CROSS JOIN LATERAL (
        SELECT id FROM chats_line WHERE visit_id = wanted.visit AND seq > wanted.after ORDER BY seq LIMIT %s
    ) AS found
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [list(after), list(after.values()), MOST_LINES])
        numbers = [row[0] for row in cursor.fetchall()]
    rows = Line.objects.filter(id__in=numbers).select_related("message__author").only(*_SHOWN, *_SAID)
    return list(rows.prefetch_related("message__attachments__blob").order_by("visit_id", "seq")) if numbers else []


def newest_visit(conversation_id: int) -> Visit | None:
    """The visit a conversation goes on in; None where nobody ever chatted in it."""
    return Visit.objects.filter(conversation=conversation_id).order_by("-id").first()


def numbers_of(visit_id: int, message_ids: Iterable[int]) -> dict[int, int]:
    """The numbers some messages have in a visit."""
    rows = Line.objects.filter(visit=visit_id, message__in=list(message_ids))
    return {line.message_id: line.seq for line in rows}


_SEEN_SINCE = """
SELECT v.conversation_id, v.seen_at FROM chats_visit v JOIN channels_channel c ON c.id = v.channel_id
WHERE c.type = 'chat' AND v.seen_at > %s AND v.ended_at IS NULL AND v.conversation_id IS NOT NULL
ORDER BY v.seen_at DESC LIMIT %s
"""


def seen_since(at: datetime) -> dict[int, datetime]:
    """Conversations whose visitors' pages were there after an instant and who have not ended the chat: when last."""
    with connection.cursor() as cursor:  # on every list: written by Django it costs five times as much
        cursor.execute(_SEEN_SINCE, [at, MOST_SEEN])
        return dict(reversed(cursor.fetchall()))


_READ = """
SELECT v.id, coalesce((
    SELECT max(l.seq) FROM chats_line l WHERE l.visit_id = v.id AND l.message_id <= (
        SELECT max(r.message_id) FROM conversations_readmark r WHERE r.conversation_id = v.conversation_id
    )), 0)
FROM chats_visit v WHERE v.id = ANY(%s)
"""


_REMOVED = """
SELECT v.top - (SELECT count(*) FROM chats_line l WHERE l.visit_id = v.id), coalesce((
    SELECT max(e.id) FROM events_event e
    WHERE e.conversation_id = v.conversation_id AND e.name = 'conversations.redacted'), 0)
FROM chats_visit v WHERE v.id = %s
"""


def removed(visit_id: int) -> str:
    """A word for what was taken away of what a visit had been given: another one when more was."""
    with connection.cursor() as cursor:
        cursor.execute(_REMOVED, [visit_id])
        return "-".join(map(str, cursor.fetchone()))


def read_by_agent(visit_ids: Iterable[int]) -> dict[int, int]:
    """Up to which line some agent has read, by visit; 0 for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(visit_ids)])
        return dict(cursor.fetchall())
