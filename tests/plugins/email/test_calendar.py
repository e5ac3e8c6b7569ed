from __future__ import annotations

import pytest

from shopbell.plugins.email import calendar
from shopbell.plugins.email.parsed import Event
from tests import corpora

INVITATION = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:1@x.example
DTSTAMP:20260301T090000Z
DTSTART:20260303T090000Z
DTEND:20260303T093000Z
SUMMARY:Abholung der Retoure
LOCATION:Lager 3
ORGANIZER;CN=Anna:mailto:anna@kunde.example
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_read() -> None:
    assert calendar.read(INVITATION) == Event(
        summary="Abholung der Retoure",
        start="2026-03-03T09:00:00+00:00",
        end="2026-03-03T09:30:00+00:00",
        location="Lager 3",
        organizer="anna@kunde.example",
        method="REQUEST",
    )


def test_a_whole_day_has_no_time() -> None:
    found = calendar.read(INVITATION.replace("DTSTART:20260303T090000Z", "DTSTART;VALUE=DATE:20260303"))
    assert found is not None
    assert found.start == "2026-03-03"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "BEGIN:VCALENDAR",
        "BEGIN:VCALENDAR\nEND:VCALENDAR",
        INVITATION[:120],
        "BEGIN:VCALENDAR\n" * 1000,
        INVITATION.replace("END:VEVENT\n", ""),
        "\x00" * 100,
        "BEGIN:VCALENDAR\n" + "x" * 600_000,
    ],
)
def test_what_is_no_calendar_gives_nothing(text: str) -> None:
    assert calendar.read(text) is None


def test_every_calendar_of_the_corpus_is_read_or_refused_without_error() -> None:
    files = sorted(corpora.folder("mail", "icalendar").rglob("*.ics"))
    read = [calendar.read(path.read_bytes().decode("utf-8", "replace")) for path in files]
    assert len(files) > 150
    assert sum(each is not None for each in read) > 60
