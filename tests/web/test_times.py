"""Instants in words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from shopbell.web import times

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "now"), (59, "now"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (172_799, "47 h"), (172_800, "2 d")],
)
def test_an_age_in_its_largest_unit(seconds, words):
    assert times.age(seconds) == words


@pytest.mark.parametrize(
    ("back", "words"),
    [(timedelta(hours=23), "23 h"), (timedelta(days=1), "20 Nov"), (timedelta(days=400), "17 Oct 2025")],
)
def test_beside_a_row(back, words):
    assert times.short(NOW - back, NOW) == words


def test_a_moment_near_today_is_named_in_the_viewers_zone():
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert times.moment(NOW, NOW) == "today, 21:00"
        assert times.moment(NOW + timedelta(hours=4), NOW) == "tomorrow, 01:00"
        assert times.moment(NOW - timedelta(days=1), NOW) == "yesterday, 21:00"
        assert times.moment(NOW + timedelta(days=9), NOW) == "Mon 30 Nov, 21:00"
        assert times.exact(NOW) == "Saturday, 21 November 2026, 21:00:00"


def test_days_as_headings():
    today = date(2026, 11, 21)
    named = [times.day(today + timedelta(days=n), today) for n in (-1, 0, 1, -2, -400)]
    assert named == ["yesterday", "today", "tomorrow", "Thursday, 19 November", "Friday, 17 October 2025"]


def test_in_another_language():
    with translation.override("de"):
        assert "Oktober" in times.day(date(2025, 10, 17), date(2026, 11, 21))
