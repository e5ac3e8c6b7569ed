"""What is wrong with a parcel or an order, and when it will be: pure, by instants.

A finding has the instant since which something is wrong, or will be if nothing happens until then. Silence counts only
where the carrier was asked after that instant and had nothing new: a carrier that cannot be asked, or does not answer,
makes nobody late; then only what the shop promised counts. What the carrier calls unknown is no delay either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shopbell.commerce.contract import Fulfilment, Payment, State
from shopbell.watching.models import Kind, Route
from shopbell.watching.terms import EXPIRES_WITHIN_DAYS, HOLD_DAYS, Watch

MOVING = frozenset({State.HANDED_OVER, State.IN_TRANSIT, State.CUSTOMS, State.OUT_FOR_DELIVERY})
_ENDED = frozenset({State.DELIVERED, State.RETURNED, State.RETURNING, State.CANCELLED, State.LOST})
ASK_AGAIN = timedelta(hours=1)
LOOK_AGAIN = timedelta(hours=6)  # at orders that did not leave: stock comes and goes


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is known of a parcel."""

    state: str
    reason: str
    placed_at: datetime
    shipped_at: datetime | None  # or first seen
    handed_at: datetime | None
    last_event_at: datetime | None
    asked_at: datetime | None
    attempts: int
    promised_on: date | None
    is_void: bool  # the order is cancelled, gone, or wholly with the customer


@dataclass(frozen=True, slots=True)
class Order:
    """What is known of an order as a whole. `owed_at`: since when money is to go back."""

    placed_at: datetime
    paid_at: datetime | None
    payment: str
    fulfilment: str
    promised_on: date | None
    is_pickup: bool
    has_parcels: bool
    is_void: bool
    lacks: int | None  # 0: the last piece is gone, below: more were sold than there were, None: nothing is lacking
    owed_at: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong since `due_at`, or from then on. Silence must be `heard`: the carrier was asked since."""

    kind: Kind
    due_at: datetime
    stage: str = ""
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong now, and when to look again; None: nothing can be wrong any more."""

    found: tuple[Finding, ...]
    look_at: datetime | None


def judge_parcel(parcel: Parcel, watch: Watch, route: Route | None, now: datetime) -> Verdict:
    """What is wrong with it at an instant."""
    if parcel.is_void:
        return Verdict((), None)
    return _verdict(_of_parcel(parcel, watch, route), parcel.asked_at, now)


def judge_order(order: Order, watch: Watch, now: datetime) -> Verdict:
    """What is wrong with it at an instant, besides its parcels."""
    verdict = _verdict(_of_order(order, watch), None, now)
    if order.is_void or order.has_parcels or order.fulfilment != Fulfilment.OPEN:
        return verdict
    again = now + LOOK_AGAIN
    return Verdict(verdict.found, min(verdict.look_at, again) if verdict.look_at else again)


def _verdict(findings: Iterator[Finding], asked_at: datetime | None, now: datetime) -> Verdict:
    found: list[Finding] = []
    looks: list[datetime] = []
    for one in findings:
        if one.due_at > now:
            looks.append(one.due_at)
        elif one.heard and (asked_at is None or asked_at < one.due_at):
            looks.extend([now + ASK_AGAIN] if asked_at is not None else [])
        else:
            found.append(one)
    if any(one.kind == Kind.LOST for one in found):
        found = [one for one in found if one.kind != Kind.STUCK]
    return Verdict(tuple(found), min(looks) if looks else None)


Look = Callable[[Parcel, Watch, Route | None], Iterator[Finding]]


def _of_parcel(parcel: Parcel, watch: Watch, route: Route | None) -> Iterator[Finding]:
    for look in _BY_STATE.get(parcel.state, ()):
        yield from look(parcel, watch, route)
    yield from _late(parcel, watch, route)


def _not_scanned(parcel: Parcel, watch: Watch, route: Route | None) -> Iterator[Finding]:
    terms = watch.active(Kind.NOT_SCANNED)
    if terms and parcel.shipped_at:
        yield Finding(Kind.NOT_SCANNED, watch.worktime.add_hours(parcel.shipped_at, terms.after), heard=True)


def _silent(parcel: Parcel, watch: Watch, route: Route | None) -> Iterator[Finding]:
    since = parcel.last_event_at
    if since is None:
        return
    stage = f"{since:%Y-%m-%dT%H:%M:%S}"
    if terms := watch.active(Kind.STUCK):
        learned = route.silence_hours if route else None
        due = since + timedelta(hours=learned) if learned else watch.worktime.add_days(since, terms.after)
        yield Finding(Kind.STUCK, due, stage, heard=True)
    if terms := watch.active(Kind.LOST):
        yield Finding(Kind.LOST, since + timedelta(days=terms.after), heard=True)


def _late(parcel: Parcel, watch: Watch, route: Route | None) -> Iterator[Finding]:
    """Past what the shop promised; without a promise, past the time the route takes."""
    terms = watch.active(Kind.LATE)
    is_told = parcel.state != State.UNKNOWN or (parcel.asked_at is None and parcel.last_event_at is None)
    if terms is None or parcel.state in _ENDED or parcel.state == State.AVAILABLE_FOR_PICKUP or not is_told:
        return
    if parcel.promised_on is not None:
        due = watch.worktime.midnight(parcel.promised_on + timedelta(days=terms.after))
        yield Finding(Kind.LATE, due, parcel.promised_on.isoformat(), heard=parcel.asked_at is not None)
    elif route and parcel.handed_at and parcel.state in MOVING:
        due = parcel.handed_at + timedelta(hours=route.transit_hours)
        yield Finding(Kind.LATE, due, "route", heard=True)


def _attempted(parcel: Parcel, watch: Watch, route: Route | None) -> Iterator[Finding]:
    terms = watch.active(Kind.ATTEMPTS)
    if terms and parcel.attempts >= terms.after and parcel.last_event_at:
        yield Finding(Kind.ATTEMPTS, parcel.last_event_at)
    elif parcel.reason == "address":
        yield from _excepted(parcel, watch, route)


def _waiting(parcel: Parcel, watch: Watch, route: Route | None) -> Iterator[Finding]:
    terms = watch.active(Kind.PICKUP)
    if terms and parcel.last_event_at:
        yield Finding(Kind.PICKUP, parcel.last_event_at + timedelta(days=terms.after), "waiting")
        last = parcel.last_event_at + timedelta(days=max(HOLD_DAYS - EXPIRES_WITHIN_DAYS, terms.after))
        yield Finding(Kind.PICKUP, last, "expiring")


def _excepted(parcel: Parcel, watch: Watch, route: Route | None) -> Iterator[Finding]:
    if watch.active(Kind.EXCEPTION) and parcel.last_event_at:
        yield Finding(Kind.EXCEPTION, parcel.last_event_at, parcel.reason)


def _lost(parcel: Parcel, watch: Watch, route: Route | None) -> Iterator[Finding]:
    if watch.active(Kind.LOST):
        yield Finding(Kind.LOST, parcel.last_event_at or parcel.placed_at)


def _coming_back(parcel: Parcel, watch: Watch, route: Route | None) -> Iterator[Finding]:
    if watch.active(Kind.RETURNING):
        yield Finding(Kind.RETURNING, parcel.last_event_at or parcel.placed_at)


_BY_STATE: dict[str, tuple[Look, ...]] = {
    State.DATA_RECEIVED: (_not_scanned,),
    **dict.fromkeys(MOVING, (_silent,)),
    State.ATTEMPT_FAILED: (_attempted, _silent),
    State.AVAILABLE_FOR_PICKUP: (_waiting,),
    State.EXCEPTION: (_excepted,),
    State.LOST: (_lost,),
    State.RETURNING: (_coming_back,),
    State.RETURNED: (_coming_back,),
}


def _of_order(order: Order, watch: Watch) -> Iterator[Finding]:
    yield from _owed(order, watch)
    if order.is_void:
        return
    if order.payment == Payment.FAILED and watch.active(Kind.PAYMENT):
        yield Finding(Kind.PAYMENT, order.seen_at)
    if not order.has_parcels and order.fulfilment == Fulfilment.OPEN and not order.is_pickup:
        yield from _unsent(order, watch)


def _owed(order: Order, watch: Watch) -> Iterator[Finding]:
    terms = watch.active(Kind.REFUND)
    if terms and order.owed_at:
        yield Finding(Kind.REFUND, watch.worktime.add_days(order.owed_at, terms.after))


def _unsent(order: Order, watch: Watch) -> Iterator[Finding]:
    if order.paid_at is None:
        return
    if terms := watch.active(Kind.NOT_DISPATCHED):
        yield Finding(Kind.NOT_DISPATCHED, watch.worktime.add_days(order.paid_at, terms.after))
    if (terms := watch.active(Kind.LATE)) and order.promised_on:
        due = watch.worktime.midnight(order.promised_on + timedelta(days=terms.after))
        yield Finding(Kind.LATE, due, order.promised_on.isoformat())
    if (terms := watch.active(Kind.STOCK)) and order.lacks is not None:
        waits = terms.after if order.lacks == 0 else 0
        yield Finding(Kind.STOCK, watch.worktime.add_days(order.paid_at, waits))
