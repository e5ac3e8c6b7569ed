"""What customers thought: the ratings an agent may see, and how good they are (domain.md 2.8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from shopbell.agents.models import Agent
from shopbell.conversations import queries
from shopbell.conversations.models import Rating, Score

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


@dataclass(frozen=True)
class After:
    """The row a page ends with: the next one begins below it."""

    given_at: datetime
    conversation_id: int


def figures(agent: Agent, shops: Collection[int], since: datetime) -> dict[int, Figures]:
    """By shop, of the ratings given since an instant. One query; a shop without any is left out."""
    seen = queries.visible(agent).filter(shop__in=shops).order_by()
    rows = Rating.objects.filter(given_at__gte=since, conversation__in=seen.values("id"))
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
    after: After | None = None,
    limit: int,
) -> list[Rating]:
    """The newest ratings of conversations the agent may see, with their conversation and who they count for."""
    seen = queries.visible(agent).filter(shop__in=shops).order_by()
    rows = Rating.objects.filter(given_at__gte=since, conversation__in=seen.values("id"))
    if scores:
        rows = rows.filter(score__in=scores)
    if after is not None:
        earlier = Q(given_at=after.given_at, conversation__lt=after.conversation_id)
        rows = rows.filter(Q(given_at__lt=after.given_at) | earlier)
    rows = rows.select_related("conversation__shop", "agent").order_by("-given_at", "-conversation_id")
    return list(rows[:limit])
