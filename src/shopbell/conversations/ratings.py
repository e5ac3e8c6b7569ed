"""What customers thought: the ratings an agent may see, and how good they are (domain.md 2.8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from shopbell.agents.models import Agent
from shopbell.conversations import queries
from shopbell.conversations.models import Rating, Score
from shopbell.core import cursors
from shopbell.core.cursors import Cursor

GOOD = (Score.GOOD, Score.VERY_GOOD)


@dataclass(frozen=True)
class Figures:
    """How often each score was given."""

    times: Mapping[int, int]

    @property
    def number(self) -> int:
        return sum(self.times.values())

    @property
    def satisfied(self) -> float | None:
        """The share of 4 and 5 among all; None without any."""
        return sum(self.times.get(score, 0) for score in GOOD) / self.number if self.number else None

    @property
    def mean(self) -> float | None:
        """Shown beside the share, never alone; None without any."""
        return sum(score * times for score, times in self.times.items()) / self.number if self.number else None


def visible(agent: Agent) -> QuerySet[Rating]:
    """The ratings of conversations the agent may see, the newest first."""
    seen = queries.visible(agent).order_by().values("id")
    return Rating.objects.filter(conversation__in=seen).order_by("-given_at", "-conversation_id")


def figures(agent: Agent, shops: Collection[int], since: datetime) -> dict[int, Figures]:
    """By shop, of the ratings given since an instant. One query; a shop without any is left out."""
    rows = visible(agent).filter(given_at__gte=since, conversation__shop__in=shops)
    counted = rows.order_by().values_list("conversation__shop", "score").annotate(n=Count("*"))
    found: dict[int, dict[int, int]] = {}
    for shop, score, times in counted:
        found.setdefault(shop, {})[score] = times
    return {shop: Figures(times) for shop, times in found.items()}


def listed(
    agent: Agent,
    shops: Collection[int],
    *,
    since: datetime,
    scores: Collection[int] = (),
    after: Cursor | None = None,
    limit: int,
) -> list[Rating]:
    """The newest ratings of conversations the agent may see, with their conversation and who they count for."""
    rows = visible(agent).filter(given_at__gte=since, conversation__shop__in=shops)
    if scores:
        rows = rows.filter(score__in=scores)
    if after is not None:
        rows = rows.filter(cursors.older(after, "given_at", "conversation"))
    return list(rows.select_related("conversation__shop", "agent")[:limit])
