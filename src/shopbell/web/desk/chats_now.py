"""The chats that go on: at hand above every list, whatever view one works in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.chats import queries as chats
from shopbell.conversations import queries
from shopbell.conversations.models import Conversation, Folder
from shopbell.web import times

TYPE = "chat"
HERE_FOR = timedelta(seconds=60)  # a page that is there says so every 20 seconds
NOW_FOR = timedelta(minutes=15)  # who left so lately may come back at once
MOST_NOW = 12


@dataclass(slots=True)
class Now:
    """A chat that goes on, ready to print."""

    id: int
    url: str
    who: str
    is_unread: bool
    is_here: bool
    is_mine: bool
    is_current: bool
    wait_since: str
    wait: str


def going_on(agent: Agent, current: int | None, inbox_query: str) -> list[Now]:
    """The chats whose visitors are there or have just left: the agent's own, then those nobody has taken."""
    now = timezone.now()
    seen = chats.seen_since(now - NOW_FOR)
    if not seen:
        return []
    rows = queries.visible(agent).filter(id__in=list(seen), folder=Folder.OPEN, channel_type=TYPE)
    rows = rows.filter(Q(assignee=agent) | Q(assignee=None)).order_by("waiting_since", "id")
    found = sorted(rows[:MOST_NOW], key=lambda one: one.assignee_id is None)
    unread = queries.unread(agent, found)
    return [_now(one, one.id in unread, seen[one.id], now, current, inbox_query) for one in found]


def _now(
    one: Conversation, is_unread: bool, seen_at: datetime, now: datetime, current: int | None, inbox_query: str
) -> Now:
    seconds = (now - one.waiting_since).total_seconds() if one.waiting_since else 0
    return Now(
        id=one.id,
        url=f"{reverse('desk:conversation', args=[one.id])}{inbox_query}",
        who=one.customer_name or _("Visitor"),
        is_unread=is_unread,
        is_here=now - seen_at < HERE_FOR,
        is_mine=one.assignee_id is not None,
        is_current=one.id == current,
        wait_since=one.waiting_since.isoformat() if one.waiting_since else "",
        wait=times.age(seconds) if one.waiting_since else "",
    )
