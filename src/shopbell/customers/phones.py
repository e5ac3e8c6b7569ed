"""Telephone numbers: one spelling to keep (E.164, ITU-T), one to show, and those that stand in a text."""

from __future__ import annotations

import phonenumbers

COUNTRIES = {"en": "GB", "da": "DK", "et": "EE", "nb": "NO", "sv": "SE"}  # others are spelt as their language
REGIONS = frozenset(phonenumbers.SUPPORTED_REGIONS)
SHORTEST = 8  # characters of a number that leads to a person, with + and country code
MOST = 20  # numbers looked at in one text


def country_of(language: str) -> str:
    """Where somebody of this language most likely dials from (ISO 3166-1); "" when the language is not known."""
    code = language.partition("-")[0].lower()
    country = COUNTRIES.get(code, code.upper())
    return country if country in REGIONS else ""


def read(typed: str, country: str = "") -> str:
    """+4930123456 for what was typed; numbers without a country code are of `country`. Raises ValueError."""
    try:
        number = phonenumbers.parse(typed[:100], country or None)
    except phonenumbers.NumberParseException as error:
        raise ValueError(str(error)) from None
    value = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if not phonenumbers.is_possible_number(number) or number.extension or len(value) < SHORTEST:
        raise ValueError("not a possible number")
    return value


def show(value: str) -> str:
    """+49 30 123456; what is no number is shown as it is."""
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def found_in(text: str, country: str = "") -> list[str]:
    """The valid numbers that stand in a text, each once."""
    matches = phonenumbers.PhoneNumberMatcher(text, country or None, max_tries=MOST)
    numbers = (phonenumbers.format_number(one.number, phonenumbers.PhoneNumberFormat.E164) for one in matches)
    return list(dict.fromkeys(str(number) for number in numbers))
