"""Instants in words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import formats, timezone, translation

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
        assert times.moment(NOW - timedelta(days=400), NOW) == "17 Oct 2025, 21:00"
        assert times.exact(NOW) == "Saturday, 21 November 2026, 21:00:00"


def test_days_as_headings():
    today = date(2026, 11, 21)
    named = [times.day(today + timedelta(days=n), today) for n in (-1, 0, 1, -2, -400)]
    assert named == ["yesterday", "today", "tomorrow", "Thursday, 19 November", "Friday, 17 October 2025"]


def test_in_another_language():
    with translation.override("de"):
        assert "Oktober" in times.day(date(2025, 10, 17), date(2026, 11, 21))


@pytest.mark.parametrize(
    ("language", "november", "march", "near"),
    [
        ("de", "20. Nov.", "3. März", "Mo, 30. Nov., 12:00"),
        ("da", "20. nov.", "3. marts", "man 30. nov. 12:00"),
        ("et", "20. nov", "3. märts", "esmasp., 30. nov 12:00"),
    ],
)
def test_a_month_cut_short_has_a_full_stop_where_the_language_wants_one(language, november, march, near):
    """A month that is written whole has none."""
    with translation.override(language):
        assert times.short(NOW - timedelta(days=1), NOW) == november
        assert times.short(datetime(2026, 3, 3, 12, 0, tzinfo=UTC), NOW) == march
        assert times.moment(NOW + timedelta(days=9), NOW) == near


WRITTEN = {
    "en": ("22 November 2026", "22 November 2026, 14:05", "22 Nov 2026, 14:05", "Sunday, 22 November 2026, 14:05:00"),
    "de": ("22. November 2026", "22. November 2026 14:05", "22.11.2026 14:05", "Sonntag, 22. November 2026, 14:05:00"),
    "da": ("22. november 2026", "22. november 2026 14:05", "22.11.2026 14:05", "søndag 22. november 2026, 14:05:00"),
    "et": (
        "22. november 2026",
        "22. november 2026, 14:05",
        "22.11.2026 14:05",
        "pühapäev, 22. november 2026, 14:05:00",
    ),
}


@pytest.mark.parametrize("language", WRITTEN)
def test_each_language_writes_dates_its_own_way(language):
    at = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)
    with translation.override(language), timezone.override(ZoneInfo("Europe/Tallinn")):
        local = timezone.localtime(at)
        written = [formats.date_format(local, f"{kind}_FORMAT") for kind in ("DATE", "DATETIME", "SHORT_DATETIME")]
        assert formats.time_format(local, "TIME_FORMAT") == times.clock(at) == "14:05"
        assert (*written, times.exact(at)) == WRITTEN[language]


def test_an_estonian_date_is_read_as_it_is_written():
    with translation.override("et"):
        assert forms.DateField(localize=True).clean("22.11.2026") == date(2026, 11, 22)
        assert formats.number_format(12345.5, 1, use_l10n=True, force_grouping=True) == "12\xa0345,5"
