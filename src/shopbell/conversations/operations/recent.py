"""Remember what an agent looked for and opened, so that it is at hand again: little, and not for long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.conversations.models import Recent
from shopbell.core import text

KEPT = 20  # of each kind
KEPT_FOR = timedelta(days=60)
_REMEMBER = """
WITH noted AS (
    INSERT INTO conversations_recent (agent_id, kind, key, at) VALUES (%(agent)s, %(kind)s, %(key)s, %(at)s)
    ON CONFLICT (agent_id, kind, key) DO UPDATE SET at = excluded.at RETURNING xmax = 0 AS is_new
)
DELETE FROM conversations_recent USING noted WHERE is_new AND id IN (
    SELECT id FROM conversations_recent WHERE agent_id = %(agent)s AND kind = %(kind)s
    ORDER BY at DESC OFFSET %(others)s
)
"""


def remember(agent: Agent, kind: Recent.Kind, key: str) -> None:
    """Note what was looked for or opened just now; of each kind the newest KEPT stay."""
    values: dict[str, Any] = {
        "agent": agent.pk,
        "kind": kind,
        "key": text.preview(key, 300),
        "at": timezone.now(),
        "others": KEPT - 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, values)


def forget_searches(agent: Agent) -> None:
    """The agent wants the words they looked for gone."""
    Recent.objects.filter(agent=agent, kind=Recent.Kind.SEARCH).delete()


def forget_old() -> None:
    """What was looked for long ago: it may be somebody's name."""
    Recent.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
