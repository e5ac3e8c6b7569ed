"""What the hub asks the database. Each function runs in a thread of the hub, never in its event loop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.db.models import Max, Q
from django.http import HttpRequest, parse_cookie
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.agents.permissions import Scope, may_read, scope
from shopbell.conversations.models import Conversation
from shopbell.events.models import Event
from shopbell.web.guards import is_locked

_sessions: Any = import_module(settings.SESSION_ENGINE)


@dataclass(frozen=True)
class Viewer:
    """Who looks at a stream, and what they may see."""

    agent_id: int
    session_key: str
    session_hash: str
    scope: Scope


@dataclass(frozen=True)
class Change:
    """One line of the log of events."""

    id: int
    name: str
    conversation: int | None
    actor: int | None


def viewer(cookies: str) -> Viewer | None:
    """The agent a Cookie header signs in; None when it signs nobody in, or somebody who may not read."""
    close_old_connections()
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")
    if not key:
        return None
    request = HttpRequest()
    request.session = _sessions.SessionStore(key)
    agent = get_user(request)
    if not isinstance(agent, Agent) or not may_read(agent) or is_locked(agent):
        return None
    return Viewer(agent.pk, key, agent.get_session_auth_hash(), scope(agent))


def refresh(viewers: Iterable[Viewer]) -> dict[Viewer, Viewer | None]:
    """The viewers as they are now; None for one who signed out, may not read any more or has a new password."""
    close_old_connections()
    known = set(viewers)
    keys = {one.session_key for one in known}
    live = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    signed_in = set(live.values_list("session_key", flat=True))
    agents = {agent.pk: agent for agent in _agents(known)}
    return {one: _as_now(one, agents.get(one.agent_id)) if one.session_key in signed_in else None for one in known}


def _agents(viewers: Iterable[Viewer]) -> Iterable[Agent]:
    return Agent.objects.filter(id__in={one.agent_id for one in viewers}).prefetch_related("teams", "shops")


def _as_now(one: Viewer, agent: Agent | None) -> Viewer | None:
    if agent is None or not may_read(agent) or is_locked(agent) or agent.get_session_auth_hash() != one.session_hash:
        return None
    return replace(one, scope=scope(agent))


def newest() -> int:
    """The highest number in the log; 0 when it is empty."""
    close_old_connections()
    return Event.objects.aggregate(Max("id"))["id__max"] or 0


def changes(after: int, missing: Sequence[int] = (), *, until: int | None = None, limit: int) -> list[Change]:
    """Up to `limit` lines after a number (up to another), and those of the missing ones that are there by now."""
    close_old_connections()
    wanted = Q(id__gt=after) if until is None else Q(id__gt=after, id__lte=until)
    if missing:
        wanted |= Q(id__in=missing)
    rows = Event.objects.filter(wanted).order_by("id").values_list("id", "name", "conversation_id", "actor_id")
    return [Change(*row) for row in rows[:limit]]


def places_of(conversations: Iterable[int]) -> dict[int, tuple[int, int | None]]:
    """Of which shop, and with which team, each conversation is."""
    close_old_connections()
    rows = Conversation.objects.filter(id__in=set(conversations)).values_list("id", "shop_id", "team_id")
    return {number: (shop, team) for number, shop, team in rows}
