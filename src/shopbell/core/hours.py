"""Opening hours as people write them: a shift on each weekday in a time zone, and days on which all is closed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shopbell.core.days import period

_SHIFT = re.compile(r"\s*(\d{1,2}:\d{2})\s*[-–—]\s*(\d{1,2}:\d{2})\s*")
LOOKED_AHEAD_DAYS = 60
END_OF_DAY = "24:00"


def read_shift(written: str) -> tuple[time, time] | None:
    """`09:00–17:00`; until 24:00 is until 00:00, and a shift may end on the next day. None for nothing.

    Raises ValueError.
    """
    if not written.strip():
        return None
    found = _SHIFT.fullmatch(written)
    if found is None:
        raise ValueError(written)
    start, end = (_clock(part) for part in found.groups())
    return start, end


def _clock(written: str) -> time:
    return time(0) if written == END_OF_DAY else time.fromisoformat(written.zfill(5))


def read_holidays(written: str) -> list[tuple[date, date]]:
    """First and last day of each line: one day, or two. Raises days.NotDays."""
    return [period(line) for line in written.splitlines() if line.strip()]


def is_open(settings: Mapping[str, Any], zone: ZoneInfo, at: datetime) -> bool:
    """Whether it is open at an instant (aware). Without any hours it is, but for the holidays."""
    local = at.astimezone(zone)
    holidays = read_holidays(settings.get("holidays", ""))
    if not settings.get("hours"):
        return not _is_holiday(local.date(), holidays)
    days = (local.date() - timedelta(days=1), local.date())
    return any(start <= at < end for start, end in _shifts(settings, zone, days, holidays))


def opens_at(settings: Mapping[str, Any], zone: ZoneInfo, at: datetime) -> datetime | None:
    """When it opens next, after an instant at which it is closed; None where that is not in sight."""
    first = at.astimezone(zone).date()
    days = tuple(first + timedelta(days=number) for number in range(LOOKED_AHEAD_DAYS))
    holidays = read_holidays(settings.get("holidays", ""))
    if not settings.get("hours"):
        free = next((day for day in days if not _is_holiday(day, holidays)), None)
        return None if free is None else datetime.combine(free, time(0), zone)
    return next((start for start, _end in _shifts(settings, zone, days, holidays) if start > at), None)


def _shifts(
    settings: Mapping[str, Any], zone: ZoneInfo, days: tuple[date, ...], holidays: list[tuple[date, date]]
) -> list[tuple[datetime, datetime]]:
    """The shifts that begin on these days."""
    found = []
    for day in days:
        shift = read_shift(settings["hours"].get(str(day.weekday()), ""))
        if shift is not None and not _is_holiday(day, holidays):
            start, end = shift
            until = day if end > start else day + timedelta(days=1)
            found.append((datetime.combine(day, start, zone), datetime.combine(until, end, zone)))
    return found


def _is_holiday(day: date, holidays: list[tuple[date, date]]) -> bool:
    return any(first <= day <= last for first, last in holidays)
