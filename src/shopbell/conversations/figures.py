"""Digits in a text that are likely something else than the number of an order: dates, prices, postcodes, telephones."""

from __future__ import annotations

import re

_BEFORE_LENGTH, _BEHIND_LENGTH = 40, 12  # signs looked at around a number
_LONG = 8  # digits of a number that stands in links on purpose: a parcel's
_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(
    rf"{_YEAR}(?P<a>[./-]?){_MONTH}(?:(?P=a){_DAY})?|{_DAY}(?P<b>[./-]?){_MONTH}(?P=b){_YEAR}"
    rf"|\d\d?[./-]\d\d?[./-]\d\d|{_YEAR}-{_YEAR}"
)
_FIGURE = re.compile(r"\d{1,3}(?:[.,]\d{3})*[.,]\d{1,2}|\d{1,3}(?:\.\d{1,3}){3}|\d{5}-\d{4}")  # a price, an IP, ZIP+4
_PROSE = re.compile(r"[^\W\d_A-Z]+[ -]\d.*")  # "in 20195", "and 400"
_BEFORE = re.compile(r"(?:[€$£+]\s?|\d:|\b[A-Z]{1,2}[ -])$")
_IN_ADDRESS = re.compile(r"(?:://|\S@)\S*$")
_CALLED = re.compile(
    r"\b(?:tel|phone|telefon|mob|mobil|mobile|fax|hotline|plz|zip|postcode|postnr|p\.?o\.? box|postfach)\w*[\s.:]*"
    r"[\d ()+/-]*$",
    re.IGNORECASE,
)
_BEHIND = re.compile(r":\d|\s?(?:[€$£%@]|(?:eur|usd|gbp|kr|dkk|sek|nok|zł|km|kb|mb|px|mm|cm|kg)\b|,-)", re.IGNORECASE)
_TOWN = re.compile(r"[ \u00a0]+[^\W\d_a-z][\w-]")


def is_something_else(body: str, start: int, end: int) -> bool:
    """Whether what stands there is rather a date, an amount, a postcode with its town, a telephone number, or a part of
    an address of the net.
    """
    written = body[start:end]
    if not any(map(str.isdecimal, written)) or re.search(r"[^\W\d_]", written):
        return bool(_PROSE.fullmatch(written))
    before, behind = body[max(0, start - _BEFORE_LENGTH) : start], body[end : end + _BEHIND_LENGTH]
    if _DATE.fullmatch(written) or _FIGURE.fullmatch(written) or _BEFORE.search(before) or _CALLED.search(before):
        return True
    if len(written) < _LONG and (_IN_ADDRESS.search(before) or behind[:1] == "@"):
        return True
    is_postcode = 4 <= len(written) <= 6 and written.isdecimal() and bool(_TOWN.match(behind))
    return is_postcode or bool(_BEHIND.match(behind))
