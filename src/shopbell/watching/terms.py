"""What each kind of trouble asks for by default, and what a shop decided instead. Sources: docs/watching.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal
from zoneinfo import ZoneInfo

from shopbell.core import zones
from shopbell.core.worktime import Worktime
from shopbell.shops.models import Shop
from shopbell.watching.models import Calendar, Choice, Kind, Route, Rule

Unit = Literal["workdays", "workhours", "days", "times", ""]
HOURS = dict.fromkeys("01234", "09:00–17:00")
HORIZON_DAYS = 30
HOLD_DAYS = 7  # how long parcel shops keep a parcel, where nobody says
EXPIRES_WITHIN_DAYS = 2
ENOUGH_PARCELS = 30  # on a route before what was learned of it counts
EVERY_CHOICE = (Choice.WAIT, Choice.REDIRECT, Choice.REPLACE, Choice.REFUND)
_AFTER_LOSS = (Choice.WAIT, Choice.REPLACE, Choice.REFUND)
_UNSENT = (Choice.WAIT, Choice.REFUND)


@dataclass(frozen=True)
class Terms:
    """One rule of one shop. `after` is in `unit`; "" has none: it is told at once."""

    kind: Kind
    unit: Unit
    after: int
    choices: tuple[Choice, ...] = ()
    may_write: bool = True  # whether there is anything to tell a customer
    is_active: bool = True
    writes: bool = False
    horizon_days: int = HORIZON_DAYS


DEFAULTS = {
    terms.kind: terms
    for terms in (
        Terms(Kind.NOT_DISPATCHED, "workdays", 2, _UNSENT),
        Terms(Kind.NOT_SCANNED, "workhours", 24),
        Terms(Kind.STUCK, "workdays", 3, (Choice.WAIT, Choice.REDIRECT)),
        Terms(Kind.LATE, "days", 1, EVERY_CHOICE),
        Terms(Kind.ATTEMPTS, "times", 2, (Choice.WAIT, Choice.REDIRECT, Choice.REFUND)),
        Terms(Kind.PICKUP, "days", 4, (Choice.REDIRECT, Choice.REFUND)),
        Terms(Kind.EXCEPTION, "", 0, EVERY_CHOICE),
        Terms(Kind.DENIED, "", 0, _AFTER_LOSS, may_write=False),
        Terms(Kind.LOST, "days", 7, _AFTER_LOSS),
        Terms(Kind.RETURNING, "", 0, (Choice.REDIRECT, Choice.REPLACE, Choice.REFUND)),
        Terms(Kind.STOCK, "workdays", 1, _UNSENT),
        Terms(Kind.PAYMENT, "", 0),
        Terms(Kind.REFUND, "workdays", 5, may_write=False),
    )
}


@dataclass(frozen=True)
class Watch:
    """All that a shop decided, ready to be used."""

    shop_id: int
    worktime: Worktime
    rules: dict[Kind, Terms]
    quiet_from: time
    quiet_to: time

    @property
    def zone(self) -> ZoneInfo:
        return self.worktime.zone

    def active(self, kind: Kind) -> Terms | None:
        terms = self.rules[kind]
        return terms if terms.is_active else None


def of_shops(numbers: Iterable[int]) -> dict[int, Watch]:
    """The watch of each of these shops, in three queries."""
    wanted = set(numbers)
    shops = Shop.objects.filter(id__in=wanted).only("id", "time_zone")
    calendars = {row.shop_id: row for row in Calendar.objects.filter(shop__in=wanted)}
    rules: dict[int, dict[Kind, Terms]] = {number: dict(DEFAULTS) for number in wanted}
    for row in Rule.objects.filter(shop__in=wanted):
        rules[row.shop_id][Kind(row.kind)] = _decided(row)
    return {shop.id: _watch(shop, calendars.get(shop.id) or Calendar(shop=shop), rules[shop.id]) for shop in shops}


def of_shop(shop_id: int) -> Watch:
    """The watch of one shop."""
    return of_shops([shop_id])[shop_id]


def _decided(row: Rule) -> Terms:
    default = DEFAULTS[Kind(row.kind)]
    return replace(
        default,
        after=row.after,
        choices=tuple(choice for choice in default.choices if choice in row.choices),
        is_active=row.is_active,
        writes=row.writes and default.may_write,
        horizon_days=row.horizon_days,
    )


def _watch(shop: Shop, calendar: Calendar, rules: dict[Kind, Terms]) -> Watch:
    zone = zones.named(shop.time_zone)
    worktime = Worktime.read(zone, calendar.hours or HOURS, calendar.holidays)
    return Watch(shop.id, worktime, rules, calendar.quiet_from, calendar.quiet_to)


Routes = dict[tuple[str, str], Route]


def routes() -> Routes:
    """What was learned of every route with enough parcels: carrier and country → how long they take."""
    rows = Route.objects.filter(parcels__gte=ENOUGH_PARCELS)
    return {(row.carrier, row.country): row for row in rows}
