"""Tell agents, and note what they have seen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.events import bus
from shopbell.notifications import events
from shopbell.notifications.audience import Notice
from shopbell.notifications.models import DigestMark, Kind, Notification, PushAddress

CHANNEL = "shopbell_notices"  # NOTIFY: the ids of agents whose notifications changed
MOST_AT_ONCE = 500  # ids that fit one NOTIFY (8,000 bytes)


_TELL = """
INSERT INTO notifications_notification
    (agent_id, kind, conversation_id, message_id, actor_id, article_text_id, connection_id, channel_id)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::bigint[])
ON CONFLICT DO NOTHING RETURNING id, agent_id
"""


@transaction.atomic
def tell(notices: Sequence[Notice]) -> list[int]:
    """Write down what is new, once; returns the ids. The pages of those concerned hear of it after commit."""
    if not notices:
        return []
    _forget_earlier_failures(notices)
    columns: list[Any] = [
        [notice.agent_id for notice in notices],
        [str(notice.kind) for notice in notices],
        [notice.conversation_id for notice in notices],
        [notice.message_id for notice in notices],
        [notice.actor_id for notice in notices],
        [notice.text_id for notice in notices],
        [notice.connection_id for notice in notices],
        [notice.channel_id for notice in notices],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_TELL, columns)
        written = cursor.fetchall()
    for number, agent_id in written:
        bus.publish(events.Notified(notification_id=number, agent_id=agent_id))
    _nudge(agent_id for _number, agent_id in written)
    return [number for number, _agent_id in written]


def _forget_earlier_failures(notices: Iterable[Notice]) -> None:
    """A message sent again may fail again: that is news."""
    failed = [notice.message_id for notice in notices if notice.kind == Kind.SEND_FAILED]
    if failed:
        Notification.objects.filter(kind=Kind.SEND_FAILED, message__in=failed, read_at__isnull=False).delete()


def _nudge(agent_ids: Iterable[int]) -> None:
    numbers = sorted(set(agent_ids))
    with connection.cursor() as cursor:
        for start in range(0, len(numbers), MOST_AT_ONCE):
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(numbers[start : start + MOST_AT_ONCE])])


@transaction.atomic
def mark_read(agent: Agent, *, ids: Iterable[int] | None = None, conversation_id: int | None = None) -> int:
    """The agent has seen some of theirs, all of one conversation, or (without either) all; returns how many were new.

    Others' are never touched.
    """
    rows = Notification.objects.filter(agent=agent, read_at=None)
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    if conversation_id is not None:
        rows = rows.filter(conversation=conversation_id)
    changed = rows.update(read_at=timezone.now())
    if changed:
        _nudge([agent.pk])
    return changed


def subscribe(agent: Agent, *, endpoint: str, key: str, secret: str, session_key: str) -> PushAddress:
    """A browser of the agent takes pushed messages. An address belongs to whoever is signed in there now."""
    values = {"agent": agent, "key": key, "secret": secret, "session_key": session_key}
    return PushAddress.objects.update_or_create(endpoint=endpoint, defaults=values)[0]


def unsubscribe(agent: Agent, endpoint: str) -> bool:
    """This browser takes none any more."""
    return bool(PushAddress.objects.filter(agent=agent, endpoint=endpoint).delete()[0])


def forget_address(number: int) -> None:
    """The push service says that there is no such browser any more."""
    PushAddress.objects.filter(id=number).delete()


def mark_told_by_mail(agent: Agent, notification_id: int) -> None:
    """The digest told the agent of everything up to this one."""
    values = {"notification_id": notification_id, "at": timezone.now()}
    DigestMark.objects.update_or_create(agent=agent, defaults=values)


@transaction.atomic
def mark_unread(agent: Agent, number: int) -> bool:
    """To be looked at again; False when it is not theirs, is unread, or a newer one says the same."""
    row = Notification.objects.select_for_update().filter(agent=agent, id=number, read_at__isnull=False).first()
    if row is None or _says_the_same(row).exists():
        return False
    row.read_at = None
    row.save(update_fields=["read_at"])
    _nudge([agent.pk])
    return True


def _says_the_same(row: Notification) -> QuerySet[Notification]:
    about = ("conversation_id", "article_text_id", "connection_id", "channel_id")
    rows = Notification.objects.filter(
        agent=row.agent_id, kind=row.kind, **{name: getattr(row, name) for name in about}
    )
    return rows.filter(message=None, read_at=None) if row.message_id is None else rows.none()
