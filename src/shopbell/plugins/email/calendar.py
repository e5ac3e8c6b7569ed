"""Calendar parts of a mail (RFC 5545, iMIP RFC 6047): what an agent wants to see of an invitation."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any

import icalendar

from shopbell.plugins.email.mime import words
from shopbell.plugins.email.parsed import Event

MAX_SIZE = 500_000  # characters; a longer calendar is an export, not an invitation
MAX_TEXT = 500

log = logging.getLogger(__name__)


def read(text: str) -> Event | None:
    """The first event (else to-do) in a calendar; None when there is none or it is broken. Never raises."""
    if "BEGIN:VCALENDAR" not in text.upper() or len(text) > MAX_SIZE:
        return None
    try:
        calendar = icalendar.Calendar.from_ical(text)
        found = [*calendar.walk("VEVENT"), *calendar.walk("VTODO")]
        return _event(found[0], calendar) if found else None
    except Exception as error:  # a foreign parser on foreign input raises what it likes; the file stays attached
        log.info("calendar part not readable: %s", type(error).__name__)
        return None


def _event(component: Any, calendar: Any) -> Event:
    return Event(
        summary=_text(component.get("SUMMARY")),
        start=_when(component.get("DTSTART")),
        end=_when(component.get("DTEND") or component.get("DUE")),
        location=_text(component.get("LOCATION")),
        organizer=_text(component.get("ORGANIZER")).removeprefix("mailto:").removeprefix("MAILTO:"),
        method=_text(calendar.get("METHOD")).upper(),
    )


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return words.one_line(str(value or ""))[:MAX_TEXT]


def _when(value: Any) -> str:
    """ISO 8601; a date without time stays a date."""
    moment = getattr(value, "dt", None)
    return moment.isoformat() if isinstance(moment, date | datetime) else ""
