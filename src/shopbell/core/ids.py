"""Numbers of rows as somebody sends them: in an address, a form, a cookie."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 18  # digits: what has no more fits a 64-bit column


def as_id(written: str) -> int | None:
    """The number that was written; None for anything that can be no row's."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= LONGEST else None


def as_ids(written: Iterable[str]) -> list[int]:
    """Those of these that are numbers, in their order."""
    return [number for number in map(as_id, written) if number is not None]
