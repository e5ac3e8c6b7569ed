"""Ratings: what customers thought, each with the conversation behind it, and the figures of each shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.views.decorators.http import require_safe

from shopbell.agents.permissions import may_see_ratings
from shopbell.conversations import ratings
from shopbell.conversations.models import Rating, Score
from shopbell.core import cursors, numbers
from shopbell.knowledge import queries as knowledge
from shopbell.shops.models import Shop
from shopbell.web import times
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, door

PERIODS = (7, 28, 90, 365)
AT_ONCE = 50
BAD = "bad"  # of the filter: 1 and 2


@dataclass(frozen=True)
class Row:
    """A rating, ready to print."""

    url: str
    number: int
    who: str
    words: str
    score: int
    comment: str
    shop: str
    agent: str
    when: str
    exact: str


@dataclass(frozen=True)
class Sum:
    """A shop's figures, ready to print: "–" for what nobody said."""

    shop: str
    number: int
    satisfied: str
    mean: str
    times: list[tuple[str, int]]


@require_safe
@door(may_see_ratings)
def listed(request: AgentRequest) -> HttpResponse:
    """The page, for the shops the agent sees or one of them, a period, and perhaps the bad ones alone."""
    shops = list(knowledge.shops(request.user))
    asked = request.GET.get("shop", "")
    chosen = [shop for shop in shops if str(shop.pk) == asked] or shops
    days = next((number for number in PERIODS if str(number) == request.GET.get("days")), PERIODS[1])
    since, only = timezone.now() - timedelta(days=days), request.GET.get("score", "")
    scores = _scores(only)
    ids = [shop.pk for shop in chosen]
    after = cursors.read(request.GET.get("after", ""))
    found = ratings.listed(request.user, ids, since=since, scores=scores, after=after, limit=AT_ONCE + 1)
    last = found[AT_ONCE - 1] if len(found) > AT_ONCE else None
    following = cursors.write(last.given_at, last.conversation_id) if last else ""
    kept = {"shop": asked, "days": days, "score": only}
    context = {
        "place": "ratings",
        "shops": shops,
        "asked_shop": asked,
        "days": days,
        "periods": PERIODS,
        "asked_score": only,
        "scores": [(str(score.value), f"{score.value} – {score.label}") for score in Score],
        "sums": _sums(chosen, ratings.figures(request.user, ids, since)),
        "rows": [_row(one) for one in found[:AT_ONCE]],
        "more": f"?{urlencode({**kept, 'after': following})}" if following else "",
        "is_first": after is None,
    }
    return page.show(request, "desk/ratings.html", context)


def _scores(only: str) -> list[int]:
    if only == BAD:
        return [Score.VERY_BAD, Score.BAD]
    return [int(only)] if only in {str(score.value) for score in Score} else []


def _row(one: Rating) -> Row:
    behind = one.conversation
    return Row(
        url=reverse("desk:conversation", args=[behind.id]),
        number=behind.id,
        who=behind.customer_name,
        words=str(Score(one.score).label),
        score=one.score,
        comment=one.comment,
        shop=behind.shop.name,
        agent=one.agent.name if one.agent else "",
        when=times.short(one.given_at, timezone.now()),
        exact=times.exact(one.given_at),
    )


def _sums(shops: list[Shop], figures: dict[int, ratings.Figures]) -> list[Sum]:
    return [_sum(shop, figures.get(shop.pk, ratings.Figures({}))) for shop in shops]


def _sum(shop: Shop, found: ratings.Figures) -> Sum:
    satisfied, mean = found.satisfied, found.mean
    return Sum(
        shop=shop.name,
        number=found.number,
        satisfied=numbers.percent(round(satisfied * 100)) if satisfied is not None else "–",
        mean=number_format(round(mean, 1), 1) if mean is not None else "–",
        times=[(str(score.label), found.times.get(score, 0)) for score in reversed(Score)],
    )
