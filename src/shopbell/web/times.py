"""How instants read: short beside a row, exact on hover, in the zone and language of whoever looks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86_400
AMBER_SECONDS = 4 * HOUR  # an open wait older than this wants somebody
FAR_DAYS = 300  # a date nearer than this is clear without its year
RED_SECONDS = 24 * HOUR  # and this is a day too long for anybody


def age(seconds: float) -> str:
    """How long ago, in the largest unit that says enough: now, 4 min, 3 h, 5 d."""
    if seconds < MINUTE:
        return _("now")
    if seconds < HOUR:
        return _("{n} min").format(n=int(seconds // MINUTE))
    if seconds < 2 * DAY:
        return _("{n} h").format(n=int(seconds // HOUR))
    return _("{n} d").format(n=int(seconds // DAY))


def short(at: datetime, now: datetime) -> str:
    """Beside a row: the age of a day, then the date; the year when it is another."""
    seconds = (now - at).total_seconds()
    if seconds < DAY:
        return age(seconds)
    local = timezone.localtime(at)
    if local.year == timezone.localtime(now).year:
        return date_format(local, pgettext("day and month", "j M"))
    return date_format(local, pgettext("day, month, year", "j M Y"))


def exact(at: datetime) -> str:
    """The whole instant, for a title."""
    local = timezone.localtime(at)
    return f"{_whole_day(local.date(), get_language() or '')}, {local:%H:%M:%S}"


@lru_cache(maxsize=4_000)
def _whole_day(of: date, language: str) -> str:
    """Kept: a list shows the same days over and over. `language` is the active one."""
    return date_format(of, pgettext("weekday and date with year", "l, j F Y"))


def day_and_time(at: datetime) -> str:
    """In a line of text: Friday, 20 November 2026, 20:07."""
    return f"{_whole_day(timezone.localtime(at).date(), get_language() or '')}, {clock(at)}"


def date_of(at: datetime) -> str:
    """The day alone, such as the one a customer is known since."""
    return date_format(timezone.localtime(at), pgettext("day, month, year", "j M Y"))


def clock(at: datetime) -> str:
    """The time of day, in the 24 hours all our languages use."""
    return f"{timezone.localtime(at):%H:%M}"


def moment(at: datetime, now: datetime) -> str:
    """In words: today 14:00, tomorrow 9:00, Mon 7 Dec 9:00; far away with its year: 7 Dec 2024, 9:00."""
    days = (timezone.localtime(at).date() - timezone.localtime(now).date()).days
    if days in (0, 1, -1):
        return f"{day(timezone.localtime(at).date(), timezone.localtime(now).date())}, {clock(at)}"
    if abs(days) >= FAR_DAYS:
        return f"{date_of(at)}, {clock(at)}"
    return date_format(timezone.localtime(at), pgettext("near date with time", "D j M, H:i"))


def day(of: date, today: date) -> str:
    """A day as a heading."""
    named = {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}.get((of - today).days)
    if named:
        return named
    if abs(of - today) < timedelta(days=FAR_DAYS):
        return date_format(of, pgettext("weekday and date", "l, j F"))
    return date_format(of, pgettext("weekday and date with year", "l, j F Y"))


def urgency(seconds: float) -> str:
    """How a wait of that age is coloured: calm, warn or bad."""
    return "bad" if seconds >= RED_SECONDS else "warn" if seconds >= AMBER_SECONDS else "calm"


def language_name(code: str) -> str:
    """A language in the viewer's words; the code itself where Django does not know it."""
    if not code:
        return ""
    try:
        return str(translation.get_language_info(code)["name_translated"])
    except KeyError:
        return code
