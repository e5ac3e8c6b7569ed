"""Reads: whose a visit is, what they see, how far it was read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import connection

from shopbell.channels.models import Channel
from shopbell.chats.models import Line, Visit

MOST_LINES = 200  # given at once


def channel(key: str) -> Channel | None:
    """The open chat of a public key."""
    rows = Channel.objects.select_related("shop").filter(type="chat", address=key, is_active=True)
    return rows.first() if key else None


def visit(channel_id: int, key: uuid.UUID) -> Visit | None:
    """The visit of a key, on this channel and no other's."""
    return Visit.objects.select_related("channel__shop").filter(channel=channel_id, key=key).first()


def lines(after: dict[int, int]) -> list[Line]:
    """The lines of some visits, each beyond a number of its own, in order; at most MOST_LINES of each."""
    query = """
    SELECT found.id FROM unnest(%s::bigint[], %s::int[]) AS wanted(visit, after) CROSS JOIN LATERAL (
        SELECT id FROM chats_line WHERE visit_id = wanted.visit AND seq > wanted.after ORDER BY seq LIMIT %s
    ) AS found
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [list(after), list(after.values()), MOST_LINES])
        numbers = [row[0] for row in cursor.fetchall()]
    rows = Line.objects.filter(id__in=numbers).select_related("message__author", "visit")
    return list(rows.prefetch_related("message__attachments__blob").order_by("visit_id", "seq")) if numbers else []


_READ = """
SELECT v.id, coalesce((
    SELECT max(l.seq) FROM chats_line l WHERE l.visit_id = v.id AND l.message_id <= (
        SELECT max(r.message_id) FROM conversations_readmark r WHERE r.conversation_id = v.conversation_id
    )), 0)
FROM chats_visit v WHERE v.id = ANY(%s)
"""


def read_by_agent(visit_ids: Iterable[int]) -> dict[int, int]:
    """Up to which line some agent has read, by visit; 0 for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(visit_ids)])
        return dict(cursor.fetchall())
