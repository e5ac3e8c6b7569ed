"""Periodic work of customers."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from shopbell.customers import operations
from shopbell.customers.models import Segment
from shopbell.events import schedule

FRESH = timedelta(minutes=10)
AT_ONCE = 5


@schedule.every(seconds=15)
def count_segments() -> None:
    """Count those again that were counted longest ago, a few at a time."""
    old = Q(counted_at=None) | Q(counted_at__lt=timezone.now() - FRESH)
    for segment in Segment.objects.filter(old).order_by(F("counted_at").asc(nulls_first=True))[:AT_ONCE]:
        operations.count_segment(segment)


@schedule.every(seconds=6 * 3600)
def forget_imports() -> None:
    """Files of customers that were brought in are emptied after some days: they hold personal data twice."""
    operations.forget_imports()


@schedule.every(seconds=3600)
def forget_proofs() -> None:
    """Codes, links, sign-ins and tokens that have had their time."""
    operations.forget_proofs()
