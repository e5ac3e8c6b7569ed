"""Every rule, to the second: when something is wrong, and when it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shopbell.commerce.contract import Fulfilment, Payment, State
from shopbell.core.worktime import Worktime
from shopbell.watching.looking import ASK_AGAIN, LOOK_AGAIN, Order, Parcel, Verdict, judge_order, judge_parcel
from shopbell.watching.models import Route
from shopbell.watching.terms import DEFAULTS, HOURS, Watch

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)


def at(day: int, hour: int = 12, minute: int = 0, month: int = 11) -> datetime:
    """By Berlin's clock; the 2nd of November 2026 is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def watch(holidays: str = "", **off: bool) -> Watch:
    rules = {kind: replace(terms, is_active=not off.get(kind, False)) for kind, terms in DEFAULTS.items()}
    return Watch(1, Worktime.read(BERLIN, HOURS, holidays), rules, time(20), time(8))


PARCEL = Parcel(
    state=State.IN_TRANSIT,
    reason="",
    placed_at=at(2),
    shipped_at=at(2, 15),
    handed_at=at(3),
    last_event_at=at(4),
    asked_at=None,
    attempts=0,
    promised_on=None,
    is_void=False,
)
ORDER = Order(
    placed_at=at(2),
    paid_at=at(2, 14),
    payment=Payment.PAID,
    fulfilment=Fulfilment.OPEN,
    promised_on=None,
    is_pickup=False,
    has_parcels=False,
    is_void=False,
    lacks=None,
    owed_at=None,
    seen_at=at(2, 14),
)


def of_parcel(now: datetime, route: Route | None = None, where: Watch | None = None, **fields: object) -> Verdict:
    return judge_parcel(replace(PARCEL, **{"asked_at": now, **fields}), where or watch(), route, now)  # type: ignore[arg-type]


def of_order(now: datetime, where: Watch | None = None, **fields: object) -> Verdict:
    return judge_order(replace(ORDER, **fields), where or watch(), now)  # type: ignore[arg-type]


def kinds(verdict: Verdict) -> list[tuple[str, str]]:
    return [(str(one.kind), one.stage) for one in verdict.found]


def test_stuck_after_three_business_days_of_silence_and_not_a_second_earlier():
    assert of_parcel(at(9, 11, 59)) == Verdict((), at(9))  # Wednesday noon + Thursday, Friday, Monday
    verdict = of_parcel(at(9))
    assert kinds(verdict) == [("stuck", "2026-11-04T11:00:00")]
    assert verdict.found[0].due_at == at(9)
    assert verdict.look_at == at(11)  # when it is probably lost


def test_a_holiday_is_no_business_day():
    assert of_parcel(at(9), where=watch("2026-11-06")) == Verdict((), at(10))


def test_silence_of_a_carrier_that_was_not_asked_or_does_not_answer_says_nothing():
    assert of_parcel(at(20), asked_at=None) == Verdict((), None)
    assert of_parcel(at(10), asked_at=at(8)) == Verdict((), at(10) + ASK_AGAIN)
    assert kinds(of_parcel(at(10), asked_at=at(9))) == [("stuck", "2026-11-04T11:00:00")]


def test_what_was_learned_of_the_route_takes_the_place_of_the_default():
    route = Route(carrier="omniva", country="EE", parcels=30, transit_hours=48, silence_hours=20)
    due = PARCEL.last_event_at + timedelta(hours=20)  # type: ignore[operator]
    assert kinds(of_parcel(due - SECOND, route)) == []
    assert kinds(of_parcel(due, route)) == [("stuck", "2026-11-04T11:00:00")]
    assert ("late", "route") in kinds(of_parcel(at(5), route))
    assert ("late", "route") not in kinds(of_parcel(at(5) - SECOND, route))


def test_lost_a_week_after_the_last_event_and_then_no_longer_only_stuck():
    assert [kind for kind, _stage in kinds(of_parcel(at(11) - SECOND))] == ["stuck"]
    assert kinds(of_parcel(at(11))) == [("lost", "")]
    assert kinds(of_parcel(at(5), state=State.LOST)) == [("lost", "")]


@pytest.mark.parametrize("state", [State.DELIVERED, State.CANCELLED])
def test_what_is_over_is_no_trouble(state):
    assert of_parcel(at(28), state=state, promised_on=date(2026, 11, 5)) == Verdict((), None)


def test_unknown_is_no_delay():
    late = {"state": State.UNKNOWN, "promised_on": date(2026, 11, 5)}
    assert of_parcel(at(20), **late) == Verdict((), None)
    assert of_parcel(at(20), asked_at=None, **late) == Verdict((), None)  # the carrier said once that it does not know
    assert kinds(of_parcel(at(20), asked_at=None, last_event_at=None, **late)) == [("late", "2026-11-05")]


def test_late_when_the_day_after_the_promise_begins_in_the_shop():
    promised = {"promised_on": date(2026, 11, 5), "last_event_at": at(5)}
    assert kinds(of_parcel(at(6, 0) - SECOND, **promised)) == []
    assert kinds(of_parcel(at(6, 0), **promised)) == [("late", "2026-11-05")]
    assert of_parcel(at(5), **promised).look_at == at(6, 0)


def test_the_day_of_a_change_of_summer_time_begins_by_the_clock_on_the_wall():
    promised = {"promised_on": date(2026, 10, 24), "last_event_at": at(24, month=10)}
    begins = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # still summer time
    assert kinds(of_parcel(begins - SECOND, **promised)) == []
    assert kinds(of_parcel(begins, **promised)) == [("late", "2026-10-24")]


def test_what_waits_for_its_consumer_is_not_late():
    assert kinds(of_parcel(at(6), state=State.AVAILABLE_FOR_PICKUP, promised_on=date(2026, 11, 4))) == []


def test_a_promise_counts_where_no_carrier_can_be_asked_and_waits_where_it_did_not_answer_lately():
    promised = {"promised_on": date(2026, 11, 5), "last_event_at": None}
    assert kinds(of_parcel(at(6), asked_at=None, **promised)) == [("late", "2026-11-05")]
    assert of_parcel(at(6), asked_at=at(5), **promised) == Verdict((), at(6) + ASK_AGAIN)


def test_not_scanned_after_24_business_hours():
    label = {"state": State.DATA_RECEIVED, "last_event_at": at(2, 15), "handed_at": None}
    due = at(5, 15)  # Monday 15:00 + 2 + 8 + 8 + 6
    assert kinds(of_parcel(due - SECOND, **label)) == []
    assert kinds(of_parcel(due, **label)) == [("not_scanned", "")]
    assert kinds(of_parcel(due, asked_at=None, **label)) == []


def test_the_second_failed_attempt_and_an_address_at_the_first():
    failed = {"state": State.ATTEMPT_FAILED, "last_event_at": at(4)}
    assert kinds(of_parcel(at(4, 13), attempts=1, **failed)) == []
    assert kinds(of_parcel(at(4, 13), attempts=2, **failed)) == [("attempts", "")]
    assert kinds(of_parcel(at(4, 13), attempts=1, reason="address", **failed)) == [("exception", "address")]
    assert kinds(of_parcel(at(4, 13), attempts=2, state=State.OUT_FOR_DELIVERY)) == []


def test_waiting_for_pickup_four_days_and_expiring_in_two():
    waits = {"state": State.AVAILABLE_FOR_PICKUP, "last_event_at": at(4)}
    assert of_parcel(at(8) - SECOND, **waits) == Verdict((), at(8))
    assert kinds(of_parcel(at(8), **waits)) == [("pickup", "waiting")]
    assert kinds(of_parcel(at(9), **waits)) == [("pickup", "waiting"), ("pickup", "expiring")]


@pytest.mark.parametrize(
    ("state", "kind"),
    [(State.EXCEPTION, "exception"), (State.RETURNING, "returning"), (State.RETURNED, "returning")],
)
def test_what_the_carrier_says_is_wrong_at_once(state, kind):
    assert [one for one, _stage in kinds(of_parcel(at(4), state=state))] == [kind]


def test_a_cancelled_order_has_no_late_parcels():
    assert of_parcel(at(28), is_void=True, promised_on=date(2026, 11, 4)) == Verdict((), None)


def test_what_is_switched_off_is_not_looked_for():
    assert kinds(of_parcel(at(10), where=watch(stuck=True))) == []
    assert kinds(of_order(at(4, 14), where=watch(not_dispatched=True))) == []


def test_not_dispatched_two_business_days_after_it_was_paid():
    assert of_order(at(4, 14) - SECOND) == Verdict((), at(4, 14))
    assert kinds(of_order(at(4, 14))) == [("not_dispatched", "")]
    assert kinds(of_order(at(9), paid_at=None)) == []
    assert kinds(of_order(at(9), is_pickup=True)) == []
    assert kinds(of_order(at(9), has_parcels=True)) == []
    assert kinds(of_order(at(9), fulfilment=Fulfilment.UNKNOWN)) == []
    assert kinds(of_order(at(9), is_void=True)) == []


def test_an_order_that_never_left_is_late_as_a_whole():
    assert ("late", "2026-11-05") in kinds(of_order(at(6, 0), promised_on=date(2026, 11, 5)))
    assert ("late", "2026-11-05") not in kinds(of_order(at(6, 0) - SECOND, promised_on=date(2026, 11, 5)))


def test_out_of_stock_at_once_when_oversold_and_after_a_day_when_the_last_piece_may_be_theirs():
    assert kinds(of_order(at(2, 15), lacks=-1)) == [("stock", "")]
    assert kinds(of_order(at(2, 15), lacks=0)) == []
    assert kinds(of_order(at(3, 14), lacks=0)) == [("stock", "")]
    assert of_order(at(2, 15)).look_at == at(2, 15) + LOOK_AGAIN


def test_a_failed_payment_at_once():
    failed = {"payment": Payment.FAILED, "paid_at": None}
    assert kinds(of_order(at(2, 15), **failed)) == [("payment", "")]
    assert kinds(of_order(at(2, 15), payment=Payment.PENDING, paid_at=None)) == []
    assert kinds(of_order(at(2, 15), is_void=True, **failed)) == []


def test_a_refund_is_overdue_after_five_business_days_also_of_a_cancelled_order():
    assert kinds(of_order(at(9), is_void=True, owed_at=at(3, 10))) == []
    assert kinds(of_order(at(10, 10), is_void=True, owed_at=at(3, 10))) == [("refund", "")]
