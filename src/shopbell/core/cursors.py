"""The place behind a row of a list that is ordered by time, as it stands in an address: `2026-11-22T09:00:00+00:00_42`.

A list that is read on from there neither skips nor repeats a row, however many came in above meanwhile.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from shopbell.core.ids import as_id

Cursor = tuple[datetime, int]


def write(at: datetime, number: int) -> str:
    """What `read` reads."""
    return f"{at.isoformat()}_{number}"


def read(text: str) -> Cursor | None:
    """What `write` wrote; None for anything else, and for an instant without its zone."""
    written, _, number = text.rpartition("_")
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    last = as_id(number)
    return (at, last) if at.tzinfo and last is not None else None


def older(cursor: Cursor, at: str, number: str = "id") -> Q:
    """The rows behind it, of a list with the newest first, by the names of its two fields."""
    instant, last = cursor
    before = Q(**{f"{at}__lt": instant}) | Q(**{at: instant, f"{number}__lt": last})
    return before & Q(**{f"{at}__lte": instant})  # else the database reads an index on the time from its beginning
