"""Days and periods as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from shopbell.core import days


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-24",
        " 24.12.2026 ",
        "24. 12. 2026",
        "24 Dec 2026",
        "24. Dezember 2026",
        "24. december 2026",
        "24 dets 2026",
    ],
)
def test_a_day_is_read_in_every_way(typed: str):
    assert days.period(typed) == (date(2026, 12, 24), date(2026, 12, 24))
    assert days.day(typed) == date(2026, 12, 24)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-24 2026-12-31",
        "2026-12-24 .. 2026-12-31",
        "2026-12-24–2026-12-31",
        "24.12.2026-31.12.2026",
        "24.12.2026 bis 31.12.2026",
        "24 Dec 2026 to 31 Dec 2026",
        "24. detsember 2026 kuni 31. detsember 2026",
        "24.12.2026 til 31.12.2026",
    ],
)
def test_a_period_is_read_in_every_way(typed: str):
    assert days.period(typed) == (date(2026, 12, 24), date(2026, 12, 31))
    with pytest.raises(days.NotDays):
        days.day(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Christmas",
        "2026-02-30",
        "24.12.",
        "24 Dec",
        "11/12/2026",
        "2026-12-31 2026-12-24",
        "2026-12-24 to",
        "2026-12-24, 2026-12-26",
        "2026-12-24 2026-12-25 2026-12-26",
        "closed 2026-12-24",
        "12026-12-24",
    ],
)
def test_what_is_neither_is_refused(typed: str):
    with pytest.raises(days.NotDays):
        days.period(typed)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“soon” is no day and no period. Write 24 Dec 2026, or 24 Dec 2026 – 31 Dec 2026."),
        ("de", "„soon“ ist kein Tag und kein Zeitraum. Schreiben Sie 24.12.2026 oder 24.12.2026 – 31.12.2026."),
    ],
)
def test_it_is_said_in_the_readers_words(language: str, said: str):
    with translation.override(language), pytest.raises(days.NotDays) as refused:
        days.period(" soon ")
    assert str(refused.value) == said


@pytest.mark.parametrize("language", ["en", "de", "da", "et"])
@pytest.mark.parametrize("month", range(1, 13))
def test_what_is_written_is_read_again(language: str, month: int):
    with translation.override(language):
        assert days.day(days.written(date(2026, month, 9))) == date(2026, month, 9)
