"""Times to come: those offered one press away, and those somebody typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from shopbell.core import text, whenever
from shopbell.web import times

MORNING = time(9, 0)
LATER = timedelta(hours=3)
MONDAY = 0


class Unclear(ValueError):
    """No time could be read out of what was typed."""


@dataclass
class Choice:
    """A time one press away."""

    label: str
    shown: str
    value: str


def choices(now: datetime) -> list[Choice]:
    """Later today while there is a today, tomorrow morning, next Monday morning."""
    later = (now + LATER).replace(minute=0, second=0, microsecond=0)
    tomorrow = _morning(now + timedelta(days=1))
    monday = _morning(now + timedelta(days=(MONDAY - now.weekday() - 1) % 7 + 1))
    offered = [(_("Later today"), later)] if later.date() == now.date() else []
    offered.append((_("Tomorrow morning"), tomorrow))
    if monday != tomorrow:
        offered.append((_("Next Monday"), monday))
    return [Choice(label, times.moment(at, now), at.isoformat()) for label, at in offered]


def next_checks(now: datetime) -> list[Choice]:
    """When to look again at what somebody else is to do."""
    offered = [(_("Tomorrow morning"), 1), (_("In three days"), 3), (_("In a week"), 7)]
    checks = [(label, _morning(now + timedelta(days=days))) for label, days in offered]
    return [Choice(label, times.moment(at, now), at.isoformat()) for label, at in checks]


def _morning(day: datetime) -> datetime:
    """Nine o'clock by the agent's clock, also over a change of summer time."""
    return timezone.make_aware(datetime.combine(day.date(), MORNING))


def read(typed: str) -> datetime | None:
    """An instant (ISO 8601), without a zone in the agent's own; None when it is none."""
    try:
        at = parse_datetime(typed)
    except ValueError:
        return None
    if at is None:
        return None
    return at if at.tzinfo else timezone.make_aware(at)


def said(fields: Mapping[str, str]) -> datetime:
    """What was chosen (`until`, an instant) or typed (`when`, words), in the agent's zone. Raises Unclear."""
    words = fields.get("when", "").strip()
    at = whenever.parse(words, timezone.localtime()) if words else read(fields.get("until", ""))
    if at is None:
        raise Unclear(words)
    return at if at.tzinfo else timezone.make_aware(at)


def reason(error: ValueError) -> str:
    """Why a time cannot be taken: what was typed is not understood, nothing was chosen, or it is over."""
    if isinstance(error, Unclear) and str(error):
        words = _("“{text}” is not understood. Write for instance 3d, tomorrow 14:00, next Monday 9:00 or 24.12.")
        return words.format(text=text.preview(str(error), 40))
    return _("Choose a day and a time.") if isinstance(error, Unclear) else _("Choose a time to come.")
