"""When a chat is open."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from shopbell.core import hours

TALLINN = ZoneInfo("Europe/Tallinn")
OFFICE = {"hours": {str(day): "9:00–17:00" for day in range(5)}}
NIGHT = {"hours": {"4": "22:00-02:00"}}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026 in Tallinn; the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=TALLINN)


@pytest.mark.parametrize(
    ("settings", "moment", "expected"),
    [
        ({}, at(22, 3), True),
        ({"holidays": "2026-11-22"}, at(22, 3), False),
        (OFFICE, at(20, 9), True),
        (OFFICE, at(20, 8, 59), False),
        (OFFICE, at(20, 17), False),
        (OFFICE, at(21, 12), False),
        (OFFICE, datetime(2026, 11, 20, 7, 30, tzinfo=UTC), True),
        ({**OFFICE, "holidays": "2026-11-19 2026-11-20"}, at(20, 12), False),
        ({**OFFICE, "holidays": "24.12.2026\n19. november 2026 – 20. november 2026"}, at(20, 12), False),
        (NIGHT, at(21, 1, 59), True),
        (NIGHT, at(21, 2), False),
        ({"hours": {"4": "00:00-24:00"}}, at(20, 23, 59), True),
    ],
)
def test_whether_it_is_open(settings: dict[str, object], moment: datetime, expected: bool):
    assert hours.is_open(settings, TALLINN, moment) is expected


@pytest.mark.parametrize(
    ("settings", "moment", "expected"),
    [
        (OFFICE, at(20, 17), at(23, 9)),
        (OFFICE, at(20, 8), at(20, 9)),
        ({**OFFICE, "holidays": "2026-11-23"}, at(21, 8), at(24, 9)),
        ({"holidays": "2026-11-22 2026-11-24"}, at(22, 8), at(25, 0)),
        ({"hours": {"0": ""}}, at(20, 8), None),
    ],
)
def test_when_it_opens_next(settings: dict[str, object], moment: datetime, expected: datetime | None):
    assert hours.opens_at(settings, TALLINN, moment) == expected


@pytest.mark.parametrize("written", ["9-17", "25:00-26:00", "09:00", "09:00-17:00-18:00"])
def test_a_shift_that_is_none_is_refused(written: str):
    with pytest.raises(ValueError):
        hours.read_shift(written)


@pytest.mark.parametrize("written", ["24.12.", "2026-12-31 2026-12-24", "2026-12-24 2026-12-25 2026-12-26"])
def test_holidays_that_are_none_are_refused(written: str):
    with pytest.raises(ValueError):
        hours.read_holidays(written)
