"""Time zones by name, as people chose them once: the list of names changes over the years."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
# What people choose from: an area and a place in it. Left out are old names (US/Eastern, Zulu) and what is no place.
OFFERED = sorted(name for name in available_timezones() if name.partition("/")[0] in _AREAS)


def named(name: str) -> ZoneInfo:
    """The zone of a name (IANA); UTC for one that is none (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
