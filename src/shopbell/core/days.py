"""Days and periods as people type them: 2026-12-24, 24.12.2026, 24 Dec 2026, 24. Dezember 2026.

One rule for every place that takes them as text, whatever language the desk is in. A day has its year, for what is
typed may be kept as it is. 11/12/2026 is refused: it would be two different days to two readers.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from shopbell.core import whenever

_BETWEEN = frozenset(("", "..", "-", "–", "—", "to", "until", "bis", "til", "kuni"))


class NotDays(ValueError):
    """What was typed is no day and no period; in words for the one who typed it."""


def period(typed: str) -> tuple[date, date]:
    """The first and the last day of one line, both included; of one day twice the same. Raises NotDays."""
    try:
        first, rest = whenever.dated(typed.lower())
        second, between = whenever.dated(rest)
    except ValueError:
        raise _none(typed) from None
    last = second or first
    if first is None or last is None or last < first or between.strip() not in (_BETWEEN if second else ("",)):
        raise _none(typed)
    return first, last


def day(typed: str) -> date:
    """One day. Raises NotDays."""
    first, last = period(typed)
    if first != last:
        raise _none(typed)
    return first


def _none(typed: str) -> NotDays:
    said = _("“{line}” is no day and no period. Write {day}, or {day} – {last}.")
    return NotDays(str(example(said, typed.strip()[:40])))


def written(of: date) -> str:
    """In the reader's way, so that `day` reads the same again."""
    return formats.date_format(of, "SHORT_DATE_FORMAT")


def example(said: Any, line: str = "") -> Any:
    """A text, which may be lazy, with {day} and {last} in the reader's way."""
    shown = lazy(written, str)
    return format_lazy(said, line=line, day=shown(date(2026, 12, 24)), last=shown(date(2026, 12, 31)))
