"""Times to come as they are typed, in four languages."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from shopbell.core import whenever

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 19, 15, 30, tzinfo=BERLIN)  # a Thursday


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("3d", "2026-11-22 09:00"),
        ("in 3 days", "2026-11-22 09:00"),
        ("2 Wochen", "2026-12-03 09:00"),
        ("in 2 wochen", "2026-12-03 09:00"),
        ("om 3 dage", "2026-11-22 09:00"),
        ("3 päeva pärast", "2026-11-22 09:00"),
        ("90 min", "2026-11-19 17:00"),
        ("2h", "2026-11-19 17:30"),
        ("2 tundi", "2026-11-19 17:30"),
        ("tomorrow", "2026-11-20 09:00"),
        ("Morgen 14:00", "2026-11-20 14:00"),
        ("i morgen kl. 8", "2026-11-20 08:00"),
        ("i morgen kl 8", "2026-11-20 08:00"),
        ("übermorgen um 10 Uhr", "2026-11-21 10:00"),
        ("ülehomme kell 10", "2026-11-21 10:00"),
        ("i overmorgen", "2026-11-21 09:00"),
        ("homme", "2026-11-20 09:00"),
        ("today 17:00", "2026-11-19 17:00"),
        ("next monday 9:00", "2026-11-23 09:00"),
        ("nächsten Montag 9 Uhr", "2026-11-23 09:00"),
        ("næste mandag", "2026-11-23 09:00"),
        ("järgmine esmaspäev 9", "2026-11-23 09:00"),
        ("thu", "2026-11-26 09:00"),
        ("fri 5pm", "2026-11-20 17:00"),
        ("14:00", "2026-11-20 14:00"),
        ("16:15", "2026-11-19 16:15"),
        ("24.12.", "2026-12-24 09:00"),
        ("3.1. 10:30", "2027-01-03 10:30"),
        ("24.12.2027", "2027-12-24 09:00"),
        ("2026-12-01 8:00", "2026-12-01 08:00"),
        ("1 dec", "2026-12-01 09:00"),
        ("Dec 1", "2026-12-01 09:00"),
        ("1. dezember 11", "2026-12-01 11:00"),
        ("", None),
        ("soon", None),
        ("31.2.", None),
        ("25:00", None),
        ("tomorrow banana", None),
        ("9999999d", None),
        ("9999 weeks", "2218-07-09 09:00"),
        ("3 bananas", None),
    ],
)
def test_what_is_typed_is_understood_or_not(typed, expected):
    found = whenever.parse(typed, NOW)
    assert (found.strftime("%Y-%m-%d %H:%M") if found else None) == expected


def test_the_clock_on_the_wall_counts_over_the_end_of_summer_time():
    found = whenever.parse("3d", datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN))
    assert found is not None
    assert found.isoformat() == "2026-10-27T09:00:00+01:00"


def test_nothing_typed_breaks_it():
    for typed in ["\0", "٣d", "²d", "0d", "a" * 10_000, "1.1.1.1.", "00.00.", "mon mon mon", "9999-99-99"]:
        whenever.parse(typed, NOW)
