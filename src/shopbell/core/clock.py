"""Instants are aware and computed in UTC: subtracting two local times of one zone forgets a change of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def ago(delta: timedelta) -> datetime:
    """The instant that lies `delta` of elapsed time back, in UTC."""
    return now() - delta


def later(instant: datetime, delta: timedelta) -> datetime:
    """The instant `delta` of elapsed time after an aware one, in UTC. Raises ValueError for a naive one."""
    return _utc(instant) + delta


def seconds_between(start: datetime, end: datetime) -> float:
    """Elapsed seconds from `start` to `end`, both aware; negative when `end` is earlier. Raises ValueError if naive."""
    return (_utc(end) - _utc(start)).total_seconds()


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)
