"""Numbers as people type them: with a comma or a point before the decimals, and thousands apart or not.

"1.000" is a thousand to one reader and one to another, whatever language the desk speaks: it is refused, not guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

_APART = re.compile(r"['’\s]")  # \s has the spaces that do not break
_PLAIN = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?|[+-]?\.\d{1,30}")
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(?:\1\d{3})*")
_EITHER = re.compile(r"([+-]?[1-9]\d{0,2})[.,](\d{3})")


class NotNumber(ValueError):
    """What was typed is no number, or could be two; in words for the one who typed it."""


def read(typed: str) -> Decimal:
    """ "12,5", "12.5", "1 000", "1.234.567", "1.000,50". Raises NotNumber, also for "1.000" and "1,000"."""
    bare = _APART.sub("", typed).replace("−", "-")
    if either := _EITHER.fullmatch(bare):
        raise NotNumber(_ambiguous(typed, either[1], either[2], bare[-4]))
    plain = _plain(bare)
    if not _PLAIN.fullmatch(plain):
        raise NotNumber(_("This has to be a number."))
    return Decimal(plain)


def written(number: float | Decimal) -> str:
    """As it is put into a field, so that `read` has the same again: 1.125 is written 1.1250."""
    plain = f"{Decimal(str(number)):f}"
    return f"{plain}0" if _EITHER.fullmatch(plain) else plain


def percent(number: int) -> str:
    """A share in the words of the language: English writes no space before the sign."""
    return _("{n}%").format(n=number)


def _plain(bare: str) -> str:
    """With a point before the decimals and nothing between thousands, where the marks can be that."""
    mark = max(".,", key=bare.rfind)
    whole, rest = bare.split(mark) if bare.count(mark) == 1 else (bare, "")
    if _GROUPED.fullmatch(whole):
        whole = re.sub("[.,]", "", whole)
    return f"{whole}.{rest}" if rest else whole


def _ambiguous(typed: str, whole: str, rest: str, mark: str) -> str:
    decimals = rest.rstrip("0") or "0"
    if len(decimals) == 3:
        decimals += "0"
    said = _("“{typed}” can be read in two ways: write {thousands} or {decimals}.")
    return said.format(typed=typed.strip(), thousands=f"{whole}{rest}", decimals=f"{whole}{mark}{decimals}")
