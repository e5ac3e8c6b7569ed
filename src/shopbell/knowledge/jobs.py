"""Periodic work of knowledge."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone

from shopbell.core import zones
from shopbell.events import schedule
from shopbell.knowledge import operations
from shopbell.knowledge.models import ArticleText
from shopbell.knowledge.states import State

AT_ONCE = 500


@schedule.every(seconds=3600)
def expire_articles() -> None:
    """Published articles whose review date has passed, by the day of their shop, are to be renewed."""
    now = timezone.now()
    latest = now.astimezone(ZoneInfo("Pacific/Kiritimati")).date()  # the first place where a day begins
    due = ArticleText.objects.filter(state=State.PUBLISHED, article__review_on__lt=latest)
    for row in due.select_related("article", "shop").order_by("id")[:AT_ONCE]:
        if row.article.review_on and row.article.review_on < now.astimezone(zones.named(row.shop.time_zone)).date():
            operations.expire(row)
