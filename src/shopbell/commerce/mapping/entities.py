"""Which rows of a file are of one thing, in an order that is the same every time the file is read.

A first look through the file notes where each thing's last row stands; so rows of one order need not stand together,
and what is in hand at a time is only what is not complete yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shopbell.commerce.mapping import cells
from shopbell.commerce.mapping.language import Plan
from shopbell.core.tables import Broken, Record, Table


@dataclass(frozen=True)
class Entity:
    """One thing with its rows, or one row that cannot be read."""

    rows: tuple[Record | Broken, ...]

    @property
    def line(self) -> int:
        return self.rows[0].line


class Entities:
    """The things in a file, each time in the same order."""

    def __init__(self, table: Table, plan: Plan) -> None:
        self.table = table
        self._sources = [plan.fields[name] for name in _NAMED_BY[plan.kind] if name in plan.fields]
        self._last: dict[str, int] = {}
        self.count = 0
        for number, record in enumerate(table):
            key = self._key(record)
            self.count += not key or key not in self._last
            if key:
                self._last[key] = number

    def _key(self, record: Record | Broken) -> str:
        """What the thing is called; "" for a row by itself."""
        if isinstance(record, Broken):
            return ""
        return next(filter(None, (cells.said(record.values, source) for source in self._sources)), "")

    def __iter__(self) -> Iterator[Entity]:
        waiting: dict[str, list[Record | Broken]] = {}
        for number, record in enumerate(self.table):
            key = self._key(record)
            if not key:
                yield Entity((record,))
                continue
            waiting.setdefault(key, []).append(record)
            if self._last.get(key, number) <= number:
                yield Entity(tuple(waiting.pop(key)))


# What a thing is found by, best first; a product by its first variant's SKU where it has no number of its own.
_NAMED_BY = {
    "customer": ("remote_id", "email"),
    "product": ("remote_id", "variants.sku"),
    "order": ("remote_id", "number"),
}
