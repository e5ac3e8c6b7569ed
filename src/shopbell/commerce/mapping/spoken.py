"""Dates with the month's name: "2. November 2026", "Mon, 02 Nov 2026 14:05:00 +0200", "2 de noviembre de 2026"."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from babel.core import Locale

_LANGUAGES = ("en", "de", "da", "sv", "nb", "et", "fi", "nl", "fr", "es", "it", "pl", "pt", "lv", "lt")
_NAME = r"[^\W\d_]{3,}\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|er)?"
_FORM = re.compile(
    rf"(?:[^\W\d_]+\.?,?\s+)?"
    rf"(?:(?P<day>{_DAY})\.?[\s/-]*(?:de\s|of\s)?(?P<month>{_NAME})|(?P<first>{_NAME})\s+(?P<second>{_DAY}),?)"
    r"[\s,/-]*(?:del?\s)?(?P<year>\d{4})"
    r"(?:[\s,T]+(?:(?:at|um|kl\.?|kell|om|à)\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second_of>\d\d))?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT)?\s*(?P<off>[+-]\d\d:?\d\d)?(?:\s*\([\w\s]+\))?)?"
)


def read(cell: str) -> datetime | None:
    """The date, without a zone where none is named; None for what is none. Raises ValueError for a 31 November."""
    found = _FORM.fullmatch(cell.strip())
    month = _months().get(_folded(found["month"] or found["first"])) if found else None
    if found is None or month is None:
        return None
    day = int(re.sub(r"\D", "", found["day"] or found["second"]))
    hour = _hour(int(found["hour"] or 0), (found["half"] or "").lower()[:1])
    minute, second = int(found["minute"] or 0), int(found["second_of"] or 0)
    zone = _zone(found["off"] or "") if found["off"] else UTC if found["zone"] else None
    return datetime(int(found["year"]), month, day, hour, minute, second, tzinfo=zone)


def _hour(hour: int, half: str) -> int:
    """Of a clock of twelve hours: 12 am is midnight. Raises ValueError."""
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "p" else 0)


def _zone(offset: str) -> timezone:
    digits = offset[1:].replace(":", "")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-away if offset[0] == "-" else away)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().rstrip("."))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@cache
def _months() -> dict[str, int]:
    """Names of months, long and short; one that is another month elsewhere is left out."""
    found: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for way in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in Locale.parse(language).months[way][width].items():
                    found.setdefault(_folded(str(name)), set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1 and len(name) > 2}
