"""The languages Shopbell itself speaks, by their own names."""

from __future__ import annotations

import unicodedata

NAMES = {"en": "English", "de": "Deutsch", "da": "Dansk", "et": "Eesti"}

_LATIN = "abcdefghijklmnopqrstuvwxyz"
# Letters with a place of their own; Danish reads ä and ö of others as its æ and ø.
_ALPHABETS = {"da": f"{_LATIN}æøå", "et": "abcdefghijklmnopqrsšzžtuvwõäöüxy"}
_READ_AS = {"da": str.maketrans("äö", "æø")}


def nearest(code: str, default: str = "en") -> str:
    """The language of NAMES for a tag like de-AT or da_DK in any case (RFC 4647 lookup), else `default`."""
    primary = code.strip().replace("_", "-").partition("-")[0].lower()
    return primary if primary in NAMES else default


def place(word: str, language: str) -> tuple[int, ...]:
    """Where a word stands in a list by the language's alphabet: Åland is last in Danish, among the A in German."""
    letters = _ALPHABETS.get(language, _LATIN)
    plain = word.casefold().translate(_READ_AS.get(language, {}))
    return tuple(letters.find(one if one in letters else unicodedata.normalize("NFD", one)[0]) for one in plain)
