"""Cells and what they say. Nothing is guessed: what could be two things is refused, with words that say which.

All raise Unfit; the caller adds which column it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache, lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from babel.core import Locale

from shopbell.commerce.mapping import spoken
from shopbell.core import money

EMPTY = {"", "-", "–", "null", "none", "nan", "n/a", "\\n"}
_YES = {"1", "yes", "y", "true", "t", "ja", "j", "jah", "oui", "sand", "wahr", "tõene", "x"}
_NO = {"0", "no", "n", "false", "f", "nein", "nej", "ei", "falsch", "falsk", "väär"}
# What a sign of money may stand for, the likeliest first.
_SIGNS = {
    **{"€": ("EUR",), "£": ("GBP", "GIP", "FKP"), "¥": ("JPY", "CNY"), "zł": ("PLN",), "kč": ("CZK",), "ft": ("HUF",)},
    **{"$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD"), "us$": ("USD",), "₺": ("TRY",), "₴": ("UAH",)},
    **dict.fromkeys(("kr", "kr."), ("DKK", "SEK", "NOK", "ISK")),
    **{"lei": ("RON", "MDL"), "fr.": ("CHF",), "₽": ("RUB",), "₹": ("INR",)},
}
_ONE_ONLY = {sign for sign, codes in _SIGNS.items() if len(codes) == 1} | {"$", "£"}
_NUMBER = re.compile(r"\d[\d., '’\u00a0\u202f]*|[.,]\d+")
_WORD = re.compile("|".join(("[A-Z]{3}", *map(re.escape, sorted(_SIGNS, key=len, reverse=True)))), re.IGNORECASE)
_GROUPED = {
    mark: re.compile(rf"\d{{1,3}}(?:{gap}\d{{3}})+|\d+")
    for mark, gap in ((",", r"[. '’\u00a0\u202f]"), (".", r"[, '’\u00a0\u202f]"))
}
_ISO = re.compile(r"\d{4}-\d\d?-\d\d?(?:[T ]\d\d?:\d\d|$)|\d{8}T\d{4,6}")
_DOTTED = re.compile(r"(\d\d?)\.\s?(\d\d?)\.\s?(\d{4})(?:[ T,]+(\d\d?)[:.](\d\d)(?:[:.](\d\d))?)?")
_NAMED_UTC = re.compile(r" ?(UTC|GMT|Z)$")
_ZERO = re.compile(r"[0\-/.: T]+")
_TOKENS = {
    **{"YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "DD": "%d", "D": "%d"},
    **{"HH": "%H", "H": "%H", "hh": "%I", "h": "%I", "mm": "%M", "ss": "%S", "SSS": "%f", "AM": "%p", "ZZ": "%z"},
}
_TOKEN = re.compile("|".join(sorted(_TOKENS, key=len, reverse=True)))
_EXCEL_BEGINS = datetime(1899, 12, 30)  # day 0 of a spreadsheet's dates, which holds a 29 February 1900 to be a day
_EXCEL_LAST = 2_958_465  # 31 December 9999
OLDEST = 1970
AHEAD = timedelta(days=2)  # an order of tomorrow is a clock gone wrong, or a zone; later than that it is a mistake
Word = TypeVar("Word", bound=StrEnum)


class Unfit(ValueError):
    """The cell holds something else."""


def is_empty(cell: str) -> bool:
    return cell.lower() in EMPTY


def amount(cell: str, currency: str, decimal: str) -> int:
    """The smallest unit of the currency. `decimal`: its sign, "" where the mapping does not say.

    Groups of three are taken for thousands where the decimal sign is known; without it "1.234" could be both.
    More decimals than the currency has are rounded half up.
    """
    try:
        return money.minor(_decimal(cell, decimal, currency), currency)
    except money.NotMoney:
        raise Unfit(f"“{cell}” is no amount") from None


def _decimal(cell: str, decimal: str, currency: str) -> Decimal:
    sign, digits, word = _parts(cell)
    if word and currency not in _SIGNS.get(word.lower(), (word.upper(),)):
        raise Unfit(f"“{cell}” is not in {currency}")
    mark = decimal or _mark(digits, cell, money.decimals(currency))
    whole, _dot, rest = digits.rpartition(mark) if mark in digits else (digits, "", "")
    if not _is_grouped(digits, mark):
        other = "." if mark == "," else ","
        hint = f'; is “{other}” the decimal sign (numbers: {{decimal: "{other}"}})?' if other in digits else ""
        raise Unfit(f"“{cell}” is no amount with the decimal sign “{mark}”{hint}")
    if len(rest) == 3 and len(whole) <= 3 and whole.strip("0") and not money.decimals(currency):
        raise Unfit(f"“{cell}”: {currency} has no decimals; is “{mark}” not the decimal sign?")
    number = "".join(filter(str.isdigit, whole)) or "0"
    return Decimal(f"{sign}{number}.{rest or 0}")


def _parts(cell: str) -> tuple[str, str, str]:
    """("-", "1.234,50", "€") of "-1.234,50 €"."""
    found = _NUMBER.search(cell)
    if found is None:
        raise Unfit(f"“{cell}” is no amount")
    around = (cell[: found.start()] + cell[found.end() :]).strip()
    is_negative = bool(re.search(r"[-−–]", around)) or (around[:1] == "(" and around[-1:] == ")")
    word = re.sub(r"[-−–()+\s\u00a0]", "", around)
    if word and not _WORD.fullmatch(word):
        raise Unfit(f"“{cell}” is no amount")
    return "-" if is_negative else "", found[0].strip(" \u00a0\u202f"), word


def looks_like_amount(cell: str) -> bool:
    """Whether it can be an amount with one decimal sign or the other, in whatever currency."""
    try:
        _sign, digits, _word = _parts(cell)
    except Unfit:
        return False
    return any(_is_grouped(digits, mark) for mark in ".,")


def currency_of(cell: str) -> str:
    """The currency an amount names, by its code or a sign that is likely one currency's; "" for none, or "kr"."""
    try:
        word = _parts(cell)[2]
    except Unfit:
        return ""
    if word.lower() in _SIGNS:
        return _SIGNS[word.lower()][0] if word.lower() in _ONE_ONLY else ""
    return word.upper() if word.upper() in Locale.parse("en").currencies else ""


def _is_grouped(digits: str, mark: str) -> bool:
    whole, dot, rest = digits.rpartition(mark) if mark in digits else (digits, "", "")
    return not (dot and not rest.isdigit()) and bool(_GROUPED[mark].fullmatch(whole) or (dot and not whole))


def _mark(digits: str, cell: str, decimals: int) -> str:
    """The decimal sign of one number, where only one can be meant. `decimals`: how many its currency has."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rindex(".") > digits.rindex(",") else ","
    if points + commas == 0:
        return "."
    mark, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        return other
    before, _mark_, after = digits.partition(mark)
    if len(after) == 3 and before.isdigit() and len(before) <= 3 and before.strip("0"):
        if not decimals:
            return other
        raise Unfit(f"“{cell}” could be thousands or three decimals; say numbers: {{decimal: …}} in the mapping")
    return mark


def whole(cell: str, decimal: str) -> int:
    """A number of pieces: "2", "2,00"."""
    try:
        sign, digits, word = _parts(cell)
        mark = decimal or ("," if "," in digits else ".")
        before, _dot, after = digits.partition(mark)
        number = Decimal(f"{sign}{''.join(filter(str.isdigit, before)) or 0}.{after or 0}")
    except InvalidOperation:
        raise Unfit(f"“{cell}” is no whole number") from None
    if word or number != number.to_integral_value() or abs(number) > 2_000_000_000:
        raise Unfit(f"“{cell}” is no whole number")
    return int(number)


def is_zero_date(cell: str) -> bool:
    """ "0000-00-00", as databases write what there is not."""
    return bool(_ZERO.fullmatch(cell)) and not set("123456789") & set(cell)


def instant(cell: str, formats: Sequence[str], zone: ZoneInfo) -> datetime | None:
    """An aware instant; one without a zone is in `zone` (of an hour that comes twice, the first). None: all zeros.

    ISO 8601, day.month.year and months by name are always understood; other orders of day and month need a format.
    """
    if is_zero_date(cell):
        return None
    found = _instant(cell, tuple(formats))
    at = found if found.tzinfo else found.replace(tzinfo=zone)
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        raise Unfit(f"“{cell}” is no date") from None
    if at.year < OLDEST or at > datetime.now(UTC) + AHEAD:
        raise Unfit(f"“{cell}” lies in the {'past of before 1970' if at.year < OLDEST else 'future'}")
    return at


def day(cell: str, formats: Sequence[str], zone: ZoneInfo) -> date | None:
    """A day by the shop's calendar; it may lie in the future."""
    if is_zero_date(cell):
        return None
    found = _instant(cell, tuple(formats))
    return (found.astimezone(zone) if found.tzinfo else found).date()


@lru_cache(maxsize=10_000)
def _instant(cell: str, formats: tuple[str, ...]) -> datetime:
    for each in formats:
        if (found := _by_format(cell, each)) is not None:
            return found
    try:
        if _ISO.match(cell):
            return datetime.fromisoformat(_padded(_NAMED_UTC.sub("+00:00", re.sub(r" (?=[+-]\d\d)", "", cell))))
        if found_dotted := _DOTTED.fullmatch(cell):
            day_, month, year, hour, minute, second = (int(one or 0) for one in found_dotted.groups())
            return datetime(year, month, day_, hour, minute, second)
        if found_spoken := spoken.read(cell):
            return found_spoken
    except ValueError:
        raise Unfit(f"“{cell}” is no date there is") from None
    expected = f"; expected {' or '.join(formats)}" if formats else "; say dates: {formats: […]} in the mapping"
    raise Unfit(f"“{cell}” is not understood as a date{expected}")


def _padded(cell: str) -> str:
    """ "2026-1-5 9:05" with the zeros that ISO 8601 has."""
    return re.sub(r"(?<=[-T ])(\d)(?=[-T :]|$)", r"0\1", cell)


def _by_format(cell: str, given: str) -> datetime | None:
    try:
        if given in ("unix", "unix_ms"):
            return datetime.fromtimestamp(float(cell) / (1000 if given == "unix_ms" else 1), UTC)
        if given == "excel":
            return _of_spreadsheet(float(cell.replace(",", ".")))
        return datetime.strptime(cell, strptime_format(given))
    except (ValueError, OverflowError, OSError):
        return None


def _of_spreadsheet(days: float) -> datetime | None:
    """The day a spreadsheet counts, and the time as its fraction, to the second."""
    if not 1 <= days <= _EXCEL_LAST:
        return None
    return _EXCEL_BEGINS + timedelta(seconds=round(days * 86_400))


@cache
def strptime_format(given: str) -> str:
    """ "DD.MM.YYYY HH:mm" as strptime writes it; one with % is taken as it is."""
    return given if "%" in given else _TOKEN.sub(lambda token: _TOKENS[token[0]], given)


def yes(cell: str) -> bool:
    word = cell.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise Unfit(f"“{cell}” is neither yes nor no")


def word(cell: str, known: type[Word]) -> Word:
    """One of the contract's own words, in any case; anything else is unknown, never guessed."""
    wanted = re.sub(r"[\s-]+", "_", cell.lower())
    found = next((one for one in known if one.value == wanted), None)
    return found or known("unknown" if "unknown" in [one.value for one in known] else "other")


def currency(cell: str) -> str:
    try:
        return _SIGNS[cell.lower()][0] if cell.lower() in _ONE_ONLY else money.code(cell)
    except money.NotMoney:
        raise Unfit(f"“{cell}” is no currency; write EUR, DKK …") from None


def country(cell: str) -> str:
    """ISO 3166-1 alpha-2 of a code or of a name in English, German, Danish or Estonian; "" for what is neither."""
    if len(cell) == 2 and cell.isascii() and cell.isalpha():
        return {"UK": "GB", "EL": "GR"}.get(cell.upper(), cell.upper())
    return _countries().get(cell.lower(), "")


@cache
def _countries() -> dict[str, str]:
    names = {
        str(name).lower(): code
        for language in ("en", "de", "da", "et")
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    return names | {"usa": "US", "uk": "GB", "great britain": "GB", "deu": "DE", "est": "EE", "dnk": "DK"}


def language(cell: str) -> str:
    """A language's code: "de" of "de_DE" and of "Deutsch"; "" for what is none."""
    code = cell.lower().replace("_", "-").partition("-")[0]
    if re.fullmatch(r"[a-z]{2,3}", code):
        return code
    return _languages().get(cell.lower(), "")


@cache
def _languages() -> dict[str, str]:
    codes = ("de", "da", "et", "en", "fi", "sv", "no", "nl", "fr", "es", "it", "pl", "lv", "lt", "ru", "cs")
    written = ("de", "da", "et", "en")
    return {str(Locale.parse(own).languages.get(code, "")).lower(): code for own in written for code in codes} | {
        str(Locale.parse(code).display_name or "").lower(): code for code in codes
    }
