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


Key = tuple[int, str]  # by which of the names, and what stands there


class Entities:
    """The things in a file, each time in the same order."""

    def __init__(self, table: Table, plan: Plan) -> None:
        self.table = table
        self._sources = [plan.fields[name] for name in _NAMED_BY[plan.kind] if name in plan.fields]
        self._has_rows = plan.parts == "rows" and len(self._sources) > 1
        self._of_number: dict[Key, Key] = {}
        last: dict[Key, int] = {}
        alone = 0
        for number, record in enumerate(table):
            key = self._key(record)
            if key:
                last[key] = number
            alone += key is None
        self._last: dict[Key, int] = {}
        for key, number in last.items():
            whole = self._of_number.get(key, key)
            self._last[whole] = max(number, self._last.get(whole, 0))
        self.count = alone + len(self._last)

    def _key(self, record: Record | Broken) -> Key | None:
        """What the thing is called; None for a row by itself."""
        if isinstance(record, Broken):
            return None
        said = [cells.said(record.values, source) for source in self._sources]
        found = next(((at, name) for at, name in enumerate(said) if name), None)
        if self._has_rows and all(said):
            self._note((1, said[1]), (0, said[0]))
        return found

    def _note(self, number: Key, own: Key) -> None:
        """Rows that only say the number belong to the thing that has it: the further lines of an order.

        Of two with one number they are nobody's.
        """
        if self._of_number.setdefault(number, own) != own:
            self._of_number[number] = number

    def __iter__(self) -> Iterator[Entity]:
        waiting: dict[Key, list[Record | Broken]] = {}
        for number, record in enumerate(self.table):
            key = self._key(record)
            if not key:
                yield Entity((record,))
                continue
            whole = self._of_number.get(key, key)
            waiting.setdefault(whole, []).append(record)
            if self._last.get(whole, number) <= number:
                yield Entity(tuple(waiting.pop(whole)))


# What a thing is found by, best first; a product by its first variant's SKU where it has no number of its own.
_NAMED_BY = {
    "customer": ("remote_id", "email"),
    "product": ("remote_id", "variants.sku"),
    "order": ("remote_id", "number"),
}
