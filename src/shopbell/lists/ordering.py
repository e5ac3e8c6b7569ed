"""The orders of a list: each walks an index of its folder; a page behind any row costs what the first one does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.expressions import Expression, OrderBy
from django.db.models.lookups import GreaterThan, LessThan

from shopbell.conversations.models import NEVER, Conversation, by_snooze, by_wait
from shopbell.lists.models import Sort

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MOST_DIGITS = 18
Place = tuple[Any, ...]  # where a row stands in an order: the values it is sorted by, its id last


@dataclass(frozen=True)
class Order:
    """Columns to sort by, all up or all down, so that one comparison of rows finds what lies behind a place."""

    columns: Callable[[], list[F | Expression]]
    place: Callable[[Conversation], Place]
    is_time: tuple[bool, ...]
    descending: bool


def _newest(row: Conversation) -> Place:
    return row.last_message_at, row.id


ORDERS: dict[str, Order] = {
    Sort.NEWEST: Order(lambda: [F("last_message_at"), F("id")], _newest, (True, False), True),
    Sort.OLDEST: Order(lambda: [F("last_message_at"), F("id")], _newest, (True, False), False),
    Sort.WAIT: Order(
        lambda: [by_wait(), F("id")], lambda row: (row.waiting_since or NEVER, row.id), (True, False), False
    ),
    Sort.PRIORITY: Order(
        lambda: [F("priority"), F("last_message_at"), F("id")],
        lambda row: (row.priority, row.last_message_at, row.id),
        (False, True, False),
        True,
    ),
    Sort.SNOOZED: Order(
        lambda: [by_snooze(), F("id")], lambda row: (row.snoozed_until or NEVER, row.id), (True, False), False
    ),
}


def page(
    rows: QuerySet[Conversation], sort: str, after: Place | None, size: int, folders: Sequence[str]
) -> list[Conversation]:
    """The first `size` rows behind a place. With `folders`, each is read through its own part of the index."""
    if not folders:
        return list(_arranged(rows, sort, after)[:size])
    parts = [_arranged(rows.filter(folder=folder), sort, after)[:size] for folder in folders]
    if len(parts) == 1:
        return list(parts[0])
    found = reduce(lambda one, other: one.union(other, all=True), parts)
    return sorted(found, key=ORDERS[sort].place, reverse=ORDERS[sort].descending)[:size]


def _arranged(rows: QuerySet[Conversation], sort: str, after: Place | None) -> QuerySet[Conversation]:
    order = ORDERS[sort]
    if after is not None:
        rows = rows.filter(_behind(order, after))
    return rows.order_by(*(OrderBy(column, descending=order.descending) for column in order.columns()))


def _behind(order: Order, after: Place) -> LessThan | GreaterThan:
    """(a, b, id) < (…): PostgreSQL begins at that place of the index."""
    here = Func(*order.columns(), function="ROW", output_field=BooleanField())
    there = Func(*map(Value, after), function="ROW", output_field=BooleanField())
    return LessThan(here, there) if order.descending else GreaterThan(here, there)


def place(row: Conversation, sort: str) -> Place:
    """Where a row stands."""
    return ORDERS[sort].place(row)


def write(place: Iterable[Any]) -> str:
    """A place in an order, fit for an address."""
    return "-".join(str((value - EPOCH) // MICROSECOND if isinstance(value, datetime) else value) for value in place)


def read(written: str, sort: str) -> Place | None:
    """The place again; None for anything that is none in this order."""
    parts = written.split("-")
    shape = ORDERS[sort].is_time
    if len(parts) != len(shape) or not all(part.isdecimal() and len(part) <= MOST_DIGITS for part in parts):
        return None
    numbers = [int(part) for part in parts]
    try:
        return tuple(
            EPOCH + number * MICROSECOND if is_time else number for number, is_time in zip(numbers, shape, strict=True)
        )
    except OverflowError:
        return None
