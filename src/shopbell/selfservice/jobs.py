"""Forget what readers did."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shopbell.events import schedule
from shopbell.selfservice.models import Reader, Sought

KEPT_HOURS = 72  # as long as a contact counts against a session (domain.md 2.12, containment)
SOUGHT_KEPT_DAYS = 400


@schedule.every(seconds=3600)
def forget_readers() -> None:
    """What a browser did is known for three days; the counts stay."""
    Reader.objects.filter(begun_at__lt=timezone.now() - timedelta(hours=KEPT_HOURS)).delete()


@schedule.every(seconds=24 * 3600)
def forget_phrases() -> None:
    """Phrases nobody found anything for are kept a little more than a year, to compare seasons."""
    Sought.objects.filter(day__lt=timezone.now().date() - timedelta(days=SOUGHT_KEPT_DAYS)).delete()
