"""Elapsed time across changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shopbell.core import clock

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (datetime(2026, 10, 23, 16, tzinfo=BERLIN), datetime(2026, 10, 26, 10, tzinfo=BERLIN), 67),
        (datetime(2026, 3, 27, 16, tzinfo=BERLIN), datetime(2026, 3, 30, 10, tzinfo=BERLIN), 65),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), 1),
        (datetime(2026, 10, 26, 10, tzinfo=BERLIN), datetime(2026, 10, 23, 16, tzinfo=BERLIN), -67),
        (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, 3, tzinfo=ZoneInfo("Europe/Tallinn")), 0),
    ],
)
def test_seconds_between(start: datetime, end: datetime, hours: int) -> None:
    assert clock.seconds_between(start, end) == hours * 3600


def test_later_is_elapsed_time() -> None:
    assert clock.later(datetime(2026, 10, 24, 16, tzinfo=BERLIN), timedelta(hours=24)) == datetime(
        2026, 10, 25, 15, tzinfo=BERLIN
    )


def test_now_and_ago_are_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert 60 <= clock.seconds_between(clock.ago(timedelta(minutes=1)), clock.now()) < 61


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError):
        clock.seconds_between(datetime(2026, 1, 1), clock.now())
    with pytest.raises(ValueError):
        clock.later(datetime(2026, 1, 1), timedelta(1))
