"""Times to come as people type them: 3d, 90 min, tomorrow 14:00, next monday 9, 24.12., i morgen, homme.

English, German, Danish and Estonian are understood side by side, whatever language the desk is in.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

MORNING = time(9, 0)
_UNITS = {
    "minutes": "m min mins minute minutes minuten minut minutter minutit",
    "hours": "h hr hrs hour hours std stunde stunden t time timer tund tundi tunni",
    "days": "d day days tag tage tagen dag dage p päev päeva",
    "weeks": "w wk week weeks woche wochen uge uger n nädal nädalat nädala",
}
_DAYS = {
    0: "today tonight heute i_dag idag täna",
    1: "tomorrow morgen i_morgen imorgen homme",
    2: "übermorgen uebermorgen i_overmorgen overmorgen ülehomme",
}
_WEEKDAYS = (
    "monday mon montag mo mandag man esmaspäev esmaspäeval esmaspäevast e",
    "tuesday tue tues dienstag di tirsdag tirs teisipäev teisipäeval t",
    "wednesday wed mittwoch mi onsdag ons kolmapäev kolmapäeval k",
    "thursday thu thurs donnerstag do torsdag tors neljapäev neljapäeval n",
    "friday fri freitag fr fredag fre reede reedel r",
    "saturday sat samstag sa sonnabend lørdag lør laupäev laupäeval l",
    "sunday sun sonntag so søndag søn pühapäev pühapäeval p",
)
_MONTHS = (
    "jan january januar jaanuar jaanuaril",
    "feb february februar veebruar veebruaril",
    "mar march märz marts märts märtsil",
    "apr april aprill aprillil",
    "may mai maj mail",
    "jun june juni juuni juunil",
    "jul july juli juuli juulil",
    "aug august augustil",
    "sep sept september septembril",
    "oct october okt oktober oktoobril oktoober",
    "nov november novembril",
    "dec december dez dezember dets detsember detsembril",
)
_SKIPPED = """
in om at on um am kl klo kell klokken uhr the den der dem ab next nächsten nächster nächste naechsten kommenden næste på
järgmine järgmisel pärast von til until bis kuni
"""
_FILLERS = frozenset(_SKIPPED.split())

_UNIT = {word: unit for unit, line in _UNITS.items() for word in line.split()}
_DAY = {word.replace("_", " "): days for days, line in _DAYS.items() for word in line.split()}
_WEEKDAY = {word: number for number, line in enumerate(_WEEKDAYS) for word in line.split() if len(word) > 1}
_MONTH = {word: number for number, line in enumerate(_MONTHS, start=1) for word in line.split()}
_SPAN = re.compile(r"(\d{1,4}) ?([a-zäöüõæø]+)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?")


def parse(typed: str, now: datetime) -> datetime | None:
    """The instant meant, in the zone of `now`; None for what is not understood. It may have passed.

    A day alone means its morning; a time alone the next time the clock shows it.
    """
    words = " ".join(re.sub(r"[,;]", " ", typed.lower()).split())
    if not words or len(words) > 60:
        return None
    try:
        return _span(words, now) or _moment(words, now)
    except (ValueError, OverflowError):
        return None


def _span(words: str, now: datetime) -> datetime | None:
    """3d, in 2 weeks, 90 min, 3 päeva pärast. Days and weeks end in the morning of that day."""
    plain = " ".join(word for word in words.split() if word.rstrip(".") not in _FILLERS)
    found = _SPAN.fullmatch(plain)
    unit = _UNIT.get(found[2]) if found else None
    if found is None or unit is None:
        return None
    number = int(found[1])
    if unit in ("days", "weeks"):
        day = now.date() + timedelta(days=number * (7 if unit == "weeks" else 1))
        return _at(day, MORNING, now)
    return now + timedelta(**{unit: number})


def _moment(words: str, now: datetime) -> datetime | None:
    """A day, a time, or both."""
    day, rest = _day(words, now)
    rest = " ".join(word for word in rest.split() if word.rstrip(".") not in _FILLERS)
    clock = _clock(rest) if rest else None
    if (rest and clock is None) or (day is None and clock is None):
        return None
    if day is not None:
        return _at(day, clock or MORNING, now)
    assert clock is not None
    today = _at(now.date(), clock, now)
    return today if today > now else _at(now.date() + timedelta(days=1), clock, now)


def _day(words: str, now: datetime) -> tuple[date | None, str]:
    """The day that is named, and what is left of the words."""
    for name in sorted(_DAY, key=len, reverse=True):
        if re.search(rf"(?<!\w){name}(?!\w)", words):
            return now.date() + timedelta(days=_DAY[name]), re.sub(rf"(?<!\w){name}(?!\w)", " ", words, count=1)
    for word in words.split():
        if word.rstrip(".") in _WEEKDAY:
            ahead = (_WEEKDAY[word.rstrip(".")] - now.weekday() - 1) % 7 + 1
            return now.date() + timedelta(days=ahead), words.replace(word, " ", 1)
    return dated(words, now)


def dated(words: str, now: datetime | None = None) -> tuple[date | None, str]:
    """The first date in words in small letters, and what is left: 24.12., 24.12.2026, 2026-12-24, 24 dec, dec 24.

    Without a year it is the next such day after `now`. Raises ValueError for a day that is none, or has no year and
    there is no now.
    """
    if found := re.search(r"(\d{4})-(\d{1,2})-(\d{1,2})", words):
        return date(int(found[1]), int(found[2]), int(found[3])), words.replace(found[0], " ", 1)
    if found := re.search(r"(?<!\d)(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4}))?", words):
        return _coming(int(found[2]), int(found[1]), found[3], now), words.replace(found[0], " ", 1)
    months = "|".join(sorted(_MONTH, key=len, reverse=True))
    if found := re.search(rf"(?<!\w)(\d{{1,2}})\.? ({months})\.?(?!\w)(?: (\d{{4}}))?", words):
        return _coming(_MONTH[found[2]], int(found[1]), found[3], now), words.replace(found[0], " ", 1)
    if found := re.search(rf"(?<!\w)({months})\.? (\d{{1,2}})(?![\d:.])", words):
        return _coming(_MONTH[found[1]], int(found[2]), None, now), words.replace(found[0], " ", 1)
    return None, words


def _coming(month: int, day: int, year: str | None, now: datetime | None) -> date:
    """Without a year the next such day."""
    if year:
        return date(int(year), month, day)
    if now is None:
        raise ValueError("without a year")
    this = date(now.year, month, day)
    return this if this >= now.date() else date(now.year + 1, month, day)


def _clock(words: str) -> time | None:
    found = _CLOCK.fullmatch(words)
    if found is None:
        return None
    hour = int(found[1])
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, int(found[2] or 0))


def _at(day: date, clock: time, now: datetime) -> datetime:
    """By the clock on the wall, also over a change of summer time."""
    return datetime.combine(day, clock, tzinfo=now.tzinfo)
