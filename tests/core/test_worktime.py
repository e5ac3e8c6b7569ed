"""Business days and hours, by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from shopbell.core.worktime import Worktime, is_night, morning

BERLIN, TALLINN = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Tallinn")
WEEK = dict.fromkeys("01234", "09:00–17:00")


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("at", "days", "expected"),
    [
        ((2026, 11, 6, 15, 0), 3, (2026, 11, 11, 15, 0)),  # Friday → Wednesday
        ((2026, 11, 9, 10, 0), 2, (2026, 11, 11, 10, 0)),
        ((2026, 11, 7, 11, 0), 1, (2026, 11, 9, 11, 0)),  # Saturday → Monday
        ((2026, 12, 23, 12, 0), 2, (2026, 12, 28, 12, 0)),  # the 25th is a holiday below
        ((2026, 3, 27, 12, 0), 1, (2026, 3, 30, 12, 0)),  # summer time begins in between: 71 hours, not 72
    ],
)
def test_business_days_end_at_the_same_time_of_day(at, days, expected):
    work = Worktime.read(BERLIN, WEEK, "2026-12-25")
    assert work.add_days(berlin(*at), days) == berlin(*expected)


@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        ((2026, 11, 9, 10, 0), 24, (2026, 11, 12, 10, 0)),  # three days of eight hours
        ((2026, 11, 6, 16, 0), 2, (2026, 11, 9, 10, 0)),  # over a weekend
        ((2026, 11, 7, 3, 0), 8, (2026, 11, 9, 17, 0)),
        ((2026, 12, 24, 16, 30), 1, (2026, 12, 28, 9, 30)),
    ],
)
def test_business_hours_pass_in_the_shifts_only(at, hours, expected):
    work = Worktime.read(BERLIN, WEEK, "2026-12-25")
    assert work.add_hours(berlin(*at), hours) == berlin(*expected)


def test_a_night_shift_over_the_change_of_time_is_as_long_as_it_is():
    work = Worktime.read(BERLIN, {"5": "22:00–06:00"}, "")
    assert work.add_hours(berlin(2026, 3, 28, 22, 0), 7) == berlin(2026, 3, 29, 6, 0)  # an hour is missing
    assert work.add_hours(berlin(2026, 10, 24, 22, 0), 9) == berlin(2026, 10, 25, 6, 0)


def test_without_any_business_days_the_calendar_counts():
    work = Worktime.read(BERLIN, {}, "")
    assert work.add_days(berlin(2026, 11, 6, 15, 0), 3) == berlin(2026, 11, 9, 15, 0)
    assert work.add_hours(berlin(2026, 11, 6, 15, 0), 3) == berlin(2026, 11, 6, 18, 0)


def test_a_day_begins_at_its_own_midnight():
    assert Worktime.read(TALLINN, WEEK, "").midnight(date(2026, 7, 1)) == datetime(2026, 6, 30, 21, 0, tzinfo=UTC)


def test_what_cannot_be_read_is_an_error():
    with pytest.raises(ValueError):
        Worktime.read(BERLIN, {"0": "nine to five"}, "")
    with pytest.raises(ValueError):
        Worktime.read(BERLIN, WEEK, "Christmas")


@pytest.mark.parametrize(("hour", "minute", "expected"), [(19, 59, False), (20, 0, True), (7, 59, True), (8, 0, False)])
def test_the_night_goes_over_midnight(hour, minute, expected):
    assert is_night(berlin(2026, 11, 6, hour, minute), BERLIN, time(20), time(8)) is expected


def test_a_night_may_be_short_or_none():
    assert is_night(berlin(2026, 11, 6, 1, 0), BERLIN, time(0), time(6))
    assert not is_night(berlin(2026, 11, 6, 6, 0), BERLIN, time(0), time(6))
    assert not is_night(berlin(2026, 11, 6, 6, 0), BERLIN, time(6), time(6))


def test_the_morning_is_today_or_tomorrow():
    assert morning(berlin(2026, 11, 6, 3, 0), BERLIN, time(8)) == berlin(2026, 11, 6, 8, 0)
    assert morning(berlin(2026, 11, 6, 22, 0), BERLIN, time(8)) == berlin(2026, 11, 7, 8, 0)
