"""What stands between the salutation of a letter and its closing formula."""

from __future__ import annotations

import pytest

from shopbell.core import letters


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hello Anna,\n\nit is on its way.\n\nKind regards\nMari Maasikas", "It is on its way."),
        ("Dear Ms Saar,\nOne.\n\nTwo.\n\nBest regards,  \nMari\nKaubamaja\n+372 5555 1234", "One.\n\nTwo."),
        ("Guten Tag Frau Groß,\n\ndas ist so.\n\nMit freundlichen Grüßen\n\nMari", "Das ist so."),
        ("Hej Mads\n\nDet er på vej.\n\nVenlig hilsen\nMari Maasikas", "Det er på vej."),
        ("Tere, Anna!\n\nPakk on teel.\n\nLugupidamisega\nMari Maasikas", "Pakk on teel."),
        ("thirty days.\n\n– Mari", "thirty days."),
        ("Thirty days.\n-- \nMari Maasikas, Kaubamaja", "Thirty days."),
        ("Thirty days.\n\n**Mari Maasikas**", "Thirty days."),
    ],
)
def test_salutation_and_closing_go(source: str, expected: str) -> None:
    assert letters.body(source, "Mari Maasikas") == expected


@pytest.mark.parametrize(
    "source",
    [
        "Dear Anna, order 1042 is on its way.",
        "Hello, your parcel is late\nand that is a pity.",
        "Liebe Grüße soll die Karte sagen.\nDas geht.",
        "Ask Mari",
        "Thirty days.\n\nKind regards\nPlease keep the receipt until the money is with you.",
        "Best\n\nFirst this.\n\nThen that.\n\nThen something else.\n\nAnd more.\n\nAnd the end.",
        "Thirty days.\n\nAnna",
        "Hi Anna,\n",
        "Kind regards\nMari",
        "",
    ],
)
def test_what_is_not_certain_stays(source: str) -> None:
    assert letters.body(source, "Mari Maasikas") == source
