"""Time zones by name, as people chose them once: the list of names changes over the years."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def named(name: str) -> ZoneInfo:
    """The zone of a name (IANA); UTC for one that is none (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
