"""How dates and amounts are written in a column, told from what stands there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from shopbell.commerce.mapping import spoken, values

# Read without a word about them: ISO 8601, and day.month.year with dots.
_PLAIN = re.compile(
    r"\d{4}-\d\d?-\d\d?(?:[T ]\d\d?:\d\d.*)?|\d{8}T\d{4,6}.*"
    r"|\d\d?\.\s?\d\d?\.\s?\d{4}(?:[ T,]+\d\d?[:.]\d\d.*)?"
)
_SHAPES = tuple(
    (re.compile(rf"{shape}(?P<clock>.*)"), form)
    for shape, form in (
        (r"(?P<a>\d\d?)(?P<sep>[/-])(?P<b>\d\d?)(?P=sep)\d{4}", "YYYY"),
        (r"(?P<a>\d\d?)(?P<sep>[./-])(?P<b>\d\d?)(?P=sep)\d\d(?!\d)", "YY"),
        (r"\d{4}/\d\d?/\d\d?", "YYYY/MM/DD"),
        (r"\d{4}\.\d\d?\.\d\d?", "YYYY.MM.DD"),
        (r"[A-Z][a-z]{2} \d\d?, \d{4}", "MMM DD, YYYY"),
        (r"[A-Z][a-z]{3,8} \d\d?, \d{4}", "MMMM DD, YYYY"),
        (r"\d\d? [A-Z][a-z]{2} \d{4}", "DD MMM YYYY"),
        (r"\d\d?-[A-Z][a-z]{2}-\d{4}", "DD-MMM-YYYY"),
    )
)
_CLOCKS = (
    (re.compile(r""), ""),
    (re.compile(r"(?P<gap>,? +|T)\d\d?:\d\d"), "HH:mm"),
    (re.compile(r"(?P<gap>,? +|T)\d\d?:\d\d:\d\d"), "HH:mm:ss"),
    (re.compile(r"(?P<gap>,? +)\d\d?:\d\d ?(?i:[ap]m)"), "hh:mm AM"),
    (re.compile(r"(?P<gap>,? +)\d\d?:\d\d:\d\d ?(?i:[ap]m)"), "hh:mm:ss AM"),
    (re.compile(r"(?P<gap>,? +)\d\d?:\d\d:\d\d ?[+-]\d\d:?\d\d"), "HH:mm:ss ZZ"),
)
# A whole number as a date: its form is said for its own column, as these read each other's numbers as well.
_NUMBERS = (
    (re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])"), "YYYYMMDD"),
    (re.compile(r"1\d{9}(\.\d+)?"), "unix"),
    (re.compile(r"1\d{12}"), "unix_ms"),
    (re.compile(r"[345]\d{4}(\.\d+)?"), "excel"),
)
_OTHER = {".": ",", ",": "."}
NUMBER_FORMS = frozenset(form for _shape, form in _NUMBERS)


def date_form(cell: str, is_month_first: bool = False) -> str | None:
    """The format that reads it; "" where none is needed, None where it is no date."""
    if _PLAIN.fullmatch(cell):
        return ""
    for shape, form in _NUMBERS:
        if shape.fullmatch(cell):
            return form
    for shape, form in _SHAPES:
        if (found := shape.fullmatch(cell)) and (clock := _clock(found["clock"])) is not None:
            return _ordered(form, found, is_month_first) + clock
    return "" if _is_spoken(cell) else None


def _is_spoken(cell: str) -> bool:
    """Whether its month is named, in whatever language."""
    try:
        return spoken.read(cell) is not None
    except ValueError:
        return False


def _ordered(form: str, found: re.Match[str], is_month_first: bool) -> str:
    if not form.strip("Y"):
        order = ("MM", "DD") if is_month_first else ("DD", "MM")
        return found["sep"].join((*order, form))
    return form


def _clock(written: str) -> str | None:
    for shape, form in _CLOCKS:
        if found := shape.fullmatch(written.rstrip()):
            gap = found["gap"] if form else ""
            is_close = form.endswith("AM") and not re.search(r" [apAP]", written.rstrip())
            return f"{gap}{form.replace(' AM', 'AM') if is_close else form}"
    return None


def day_and_month(cells: Iterable[str]) -> tuple[bool, bool]:
    """Whether the month stands before the day in these, and whether that is sure."""
    firsts, seconds = [], []
    for cell in cells:
        for shape, _form in _SHAPES[:2]:
            if found := shape.fullmatch(cell):
                firsts.append(int(found["a"]))
                seconds.append(int(found["b"]))
    is_month_first = any(one > 12 for one in seconds) and not any(one > 12 for one in firsts)
    return is_month_first, is_month_first or not firsts or any(one > 12 for one in firsts)


def decimal_sign(cells: Sequence[str], decimals: int = 2) -> str:
    """The decimal sign of these amounts; "" where nothing tells it: whole numbers, or "1.234" only.

    That one is thousands in a currency without `decimals`, and in one of three it is those.
    """
    votes = Counter[str]()
    for cell in cells:
        marks = re.findall(r"[.,]", digits := "".join(re.findall(r"[\d.,]+", cell)))
        is_open = bool(re.search(r"(?<![\d])[1-9]\d{0,2}[.,]\d{3}$", digits))
        if len(set(marks)) == 2 or (len(marks) == 1 and (not is_open or decimals == 3)):
            votes[marks[-1]] += 1
        elif len(marks) == 1 and not decimals:
            votes[_OTHER[marks[0]]] += 1
    return votes.most_common(1)[0][0] if votes else ""


def may_be_thousands(cells: Sequence[str]) -> bool:
    """Whether there is a "1.234" among them."""
    return any(re.search(r"(?<!\d)\d{1,3}[.,]\d{3}(?!\d)", cell) for cell in cells)


def currency(cells: Iterable[str]) -> str:
    """The one currency whose sign or code stands at these amounts; "" for none, or several."""
    found = {values.currency_of(cell) for cell in cells} - {""}
    return found.pop() if len(found) == 1 else ""
