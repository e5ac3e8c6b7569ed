"""What a carrier's codes mean, as tables: `codes/<carrier>.csv`, one row a code or a family of them.

A code that no row knows is UNKNOWN, which never is a delay, and the carrier's own code is kept beside it. Words are
read only where a carrier gives no code at all.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from pathlib import Path

from shopbell.commerce.contract import REASONS, State
from shopbell.plugins.carriers import texts

FOLDER = Path(__file__).parent / "codes"
_PATTERN = re.compile(r"[*?]")


@dataclass(frozen=True)
class Row:
    """A code as the carrier writes it, "*" and "?" standing for any signs, and what it means."""

    code: str
    state: State
    reason: str
    meaning: str


class Table:
    """The codes of one carrier: exact ones first, then families in the order they stand."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self._exact = {plain(row.code): row for row in reversed(self.rows) if not _PATTERN.search(row.code)}
        self._families = [
            (re.compile(translate(plain(row.code))), row) for row in self.rows if _PATTERN.search(row.code)
        ]

    def find(self, code: str) -> Row | None:
        """The row of a code; None for one that is not known."""
        key = plain(code)
        return self._exact.get(key) or next((row for form, row in self._families if form.fullmatch(key)), None)

    def read(self, code: str, text: str = "") -> tuple[State, str]:
        """State and reason of a code, whatever its case. `text` counts only where there is no code, and for a reason
        that the code leaves open."""
        if not code.strip():
            return texts.read(text)
        row = self.find(code)
        if row is None:
            return State.UNKNOWN, ""
        return row.state, row.reason or texts.reason(row.state, text)


def plain(code: str) -> str:
    """The spelling in which codes are compared: "pre-transit" and "PRE_TRANSIT" are one."""
    return re.sub(r"[\s-]", "_", code.strip().upper())


@cache
def of(*names: str) -> Table:
    """The table of a carrier; of several names the first one's rows come first."""
    return Table(row for name in names for row in _rows(name))


def _rows(name: str) -> Iterator[Row]:
    """Raises ValueError for a state or reason there is not: a mistake in the table."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["reason"] and row["reason"] not in REASONS:
                raise ValueError(f"{name}: {row['code']} has no reason {row['reason']!r}")
            yield Row(row["code"], State(row["state"]), row["reason"], row["meaning"])
