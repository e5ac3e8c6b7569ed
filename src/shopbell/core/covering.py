"""Rows that are changed as they are read, so that what must not be seen is not there to be shown; and how it is masked.

A covered row is for showing only: saving it would write the mask into the table, so it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from django.db import models
from django.db.models.query import ModelIterable

Row = TypeVar("Row", bound=models.Model)
DOTS = "•••"
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w#+-])(?:\+|0)\d(?:[ ()/.-]{0,2}\d){6,13}(?!\w)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b")


class _CoveredIterable(ModelIterable):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Hands every row to the query's cover before anybody sees it, but for those read to be changed."""

    def __iter__(self) -> Iterator[Any]:
        rows = cast(Any, self.queryset)
        cover = None if rows.query.select_for_update else rows.cover
        for row in super().__iter__():
            if cover is not None:
                cover(row)
                seal(row)
            yield row


def seal(row: models.Model) -> None:
    """From now on the row refuses to be saved."""
    row.save = _refuse  # type: ignore[method-assign]


def _refuse(*_args: Any, **_options: Any) -> None:
    raise RuntimeError("a covered row is for showing only")


class _CoveredRows(models.QuerySet[Row]):
    cover: Callable[[Any], object] | None = None

    def _clone(self) -> _CoveredRows[Row]:
        clone: _CoveredRows[Row] = super()._clone()  # type: ignore[misc]  # Django's own way to keep what a query knows
        clone.cover = self.cover
        return clone


def covered(rows: models.QuerySet[Row], cover: Callable[[Row], object]) -> models.QuerySet[Row]:
    """The same rows, each given to `cover` when it is read. `values()` of them are not: do not show those."""
    lookups = rows._prefetch_related_lookups  # type: ignore[attr-defined]
    found: _CoveredRows[Row] = _CoveredRows(rows.model, rows.query.chain(), rows.db)
    found._prefetch_related_lookups = lookups  # type: ignore[attr-defined]
    found._iterable_class = _CoveredIterable
    found.cover = cover
    return found


def address(value: str) -> str:
    """An e-mail address or a number, of which no more is left than tells two of them apart: a•••@•••, •••34."""
    if not value or DOTS in value:
        return value
    return f"{value[0]}{DOTS}@{DOTS}" if "@" in value else DOTS + value[-2:]


def text(body: str, name: str = "", shown: str = "") -> str:
    """A text without e-mail addresses, phone numbers and IBANs; the words of `name` that `shown` leaves out masked too.

    A number counts as a phone number when it begins with + or 0 and has 8 to 15 digits. What people write in their own
    way, a street for instance, no rule finds.
    """
    body = _ADDRESS.sub(lambda found: address(found[0]), body)
    body = _PHONE.sub(lambda found: address(found[0]), _IBAN.sub(lambda found: address(found[0]), body))
    hidden = [re.escape(word) for word in name.split() if len(word) > 2 and word not in shown.split()]
    if not hidden:
        return body
    return re.sub(rf"\b(?:{'|'.join(hidden)})\b", lambda found: found[0][0] + ".", body, flags=re.IGNORECASE)


def short_name(name: str) -> str:
    """The first name, and of the last the initial: "Anna Saar" is "Anna S."."""
    first, *others = name.split() or [""]
    if "@" in first:
        return address(first)
    return f"{first} {others[-1][0]}." if others else first
