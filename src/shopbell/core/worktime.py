"""Business time: how long something may take when nobody works at night, at weekends and on holidays.

Days are counted by the calendar of one place: three business days after Friday 15:00 is Wednesday 15:00, by the clock
on the wall, also over a change of summer time. Hours are counted within the shifts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shopbell.core import hours as opening

LOOKED_AHEAD_DAYS = 400
Shift = tuple[time, time]


class Worktime:
    """When somebody works, in one zone."""

    def __init__(self, zone: ZoneInfo, shifts: Mapping[int, Shift], holidays: Sequence[tuple[date, date]] = ()) -> None:
        self.zone = zone
        self.shifts = shifts  # weekday (0 is Monday) → from, until; others are free
        self.holidays = holidays
        self._later: dict[tuple[date, int], date] = {}

    @classmethod
    def read(cls, zone: ZoneInfo, hours: Mapping[str, str], holidays: str) -> Worktime:
        """As people write it: {"0": "09:00–17:00"} and one date, or two, on each line. Raises ValueError."""
        shifts = {int(day): opening.read_shift(written) for day, written in hours.items()}
        return cls(zone, {day: shift for day, shift in shifts.items() if shift}, opening.read_holidays(holidays))

    def is_workday(self, day: date) -> bool:
        return day.weekday() in self.shifts and not any(first <= day <= last for first, last in self.holidays)

    def day_after(self, day: date, number: int) -> date:
        """The `number`-th business day after a day; without any business days calendar days count."""
        key = (day, number)
        if key not in self._later:
            self._later[key] = self._count(day, number)
        return self._later[key]

    def _count(self, day: date, number: int) -> date:
        first, left = day, number
        for _ in range(LOOKED_AHEAD_DAYS):
            if not left:
                return day
            day += timedelta(days=1)
            left -= self.is_workday(day)
        return first + timedelta(days=number)

    def add_days(self, at: datetime, number: int) -> datetime:
        """The same time of day on the `number`-th business day after an instant (aware)."""
        local = at.astimezone(self.zone)
        return datetime.combine(self.day_after(local.date(), number), local.time(), self.zone).astimezone(UTC)

    def add_hours(self, at: datetime, number: float) -> datetime:
        """The instant by which so many hours were worked; without any business days hours by the clock."""
        left = timedelta(hours=number)
        day = at.astimezone(self.zone).date() - timedelta(days=1)
        for _ in range(LOOKED_AHEAD_DAYS):
            start, end = self._worked(day)
            start = max(start, at)
            if end > start:
                if end - start >= left:
                    return (start + left).astimezone(UTC)
                left -= end - start
            day += timedelta(days=1)
        return at + timedelta(hours=number)

    def _worked(self, day: date) -> tuple[datetime, datetime]:
        """From when until when, in UTC, for that is how long it really is; nothing on a free day."""
        if not self.is_workday(day):
            empty = datetime.combine(day, time(0), UTC)
            return empty, empty
        start, end = self.shifts[day.weekday()]
        until = day if end > start else day + timedelta(days=1)
        return self._instant(day, start), self._instant(until, end)

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def midnight(self, day: date) -> datetime:
        """When a day begins here."""
        return self._instant(day, time(0))


def is_night(at: datetime, zone: ZoneInfo, begins: time, ends: time) -> bool:
    """Whether the clock of a zone stands within the night; the same time twice means that there is none."""
    clock = at.astimezone(zone).time()
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def morning(at: datetime, zone: ZoneInfo, ends: time) -> datetime:
    """The next time the night ends, after an instant."""
    local = at.astimezone(zone)
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, zone).astimezone(UTC)


def written(shifts: Mapping[int, Shift]) -> dict[str, Any]:
    """Shifts as they are kept: {"0": "09:00–17:00"}."""
    return {str(day): f"{start:%H:%M}–{end:%H:%M}" for day, (start, end) in shifts.items()}
