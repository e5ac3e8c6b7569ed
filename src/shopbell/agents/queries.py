"""Reads about the people who work here, as far as the one who asks may know of them."""

from __future__ import annotations

from django.db.models import QuerySet

from shopbell.agents import permissions
from shopbell.agents.models import Agent, Team


def answering(viewer: Agent) -> list[Agent]:
    """Who can answer customers, by name, each with their teams and shops."""
    rows = _near(viewer).prefetch_related("teams", "shops")
    return [agent for agent in rows if permissions.may_answer(agent)]


def colleagues(viewer: Agent) -> list[Agent]:
    """The same without their teams and shops."""
    return [agent for agent in _near(viewer) if permissions.may_answer(agent)]


def _near(viewer: Agent) -> QuerySet[Agent]:
    """Somebody limited to teams sees the colleagues of those."""
    rows = Agent.objects.filter(is_active=True).order_by("name", "id")
    teams = permissions.scope(viewer).teams
    if teams is not None:
        rows = rows.filter(id__in=Agent.objects.filter(teams__in=teams).values("id"))
    return rows


def who_would_see(agents: list[Agent], shop: int, team: int | None) -> list[Agent]:
    """Those of the agents whose scope holds a conversation of this shop, with this team."""
    return [agent for agent in agents if permissions.scope(agent).may_see(shop, team)]


def teams(viewer: Agent) -> QuerySet[Team]:
    """The teams a conversation can be given to, by name."""
    rows, own = Team.objects.order_by("name"), permissions.scope(viewer).teams
    return rows if own is None else rows.filter(id__in=own)
