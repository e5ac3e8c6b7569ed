"""The conditions of a segment's form: each is compared with what its field takes, chosen where it can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from shopbell.core import text
from shopbell.customers import filtering
from shopbell.fields import values
from shopbell.fields.models import Field, Kind
from shopbell.web import times
from shopbell.web.desk.customer import SHOWN_LANGUAGES

MOST_LINES = 6
UNCOMPARED = ("set", "unset")
TYPED = {Kind.DATE: "date", Kind.NUMBER: "number"}


@dataclass
class Line:
    """One condition as it stands in the form; `own` is the shop's field it asks about, if it is one of those."""

    name: str = ""
    op: str = ""
    value: str = ""
    own: Field | None = None
    is_new: bool = False  # another field was just chosen: nobody saw yet what it can be compared with

    @property
    def kind(self) -> str:
        """What the value is given with: choice, days, number, date, text; "" without a value."""
        if not self.name or self.op in UNCOMPARED:
            return ""
        if self._offered():
            return "choice"
        return TYPED.get(Kind(self.own.kind), "text") if self.own else "days"

    @property
    def operators(self) -> list[tuple[str, str]]:
        """How it can be compared."""
        return [(key, str(filtering.OPERATORS[key])) for key in filtering.operators(self.name, self._known())]

    def _known(self) -> dict[str, Field]:
        return {self.name: self.own} if self.own else {}

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What can be chosen, and what was chosen and is not among it."""
        offered = self._offered()
        is_known = self.value in dict(offered) or not self.value
        return offered if is_known else [*offered, (self.value, times.language_name(self.value))]

    @property
    def day(self) -> str:
        """A date as a browser takes it, however it was written down; "" for what is none."""
        try:
            return str(values.read(self.own, self.value) or "") if self.own else ""
        except ValueError:
            return ""

    def problem(self) -> str:
        """Why it cannot be asked; "" when it can."""
        try:
            filtering.condition(self.name, self.op, self.value, self._known())
        except ValueError as error:
            return str(error)
        return _("Choose one.") if self.is_new and self.kind else ""

    def _offered(self) -> list[tuple[str, str]]:
        if self.own is not None:
            is_flag = self.own.kind == Kind.YES_NO
            return _yes_or_no() if is_flag else [(one, one) for one in self.own.options]
        return _FIXED[self.name]() if self.name in _FIXED else []


def _yes_or_no() -> list[tuple[str, str]]:
    return [("yes", _("yes")), ("no", _("no"))]


def _languages() -> list[tuple[str, str]]:
    return [*((code, times.language_name(code)) for code in SHOWN_LANGUAGES), ("", _("not known"))]


def _reaches() -> list[tuple[str, str]]:
    words = (_("e-mail address"), _("telephone"), _("customer number"))
    return list(zip(filtering.REACHES, words, strict=True))


_FIXED = {"language": _languages, "blocked": _yes_or_no, "reach": _reaches}


def read(post: QueryDict, own: Iterable[Field]) -> list[Line]:
    """The conditions as they were sent: how it was compared and with what stays while the field is the same."""
    known = _known(own)
    names, ops, typed = (post.getlist(name)[:MOST_LINES] for name in ("field", "op", "value"))
    lines = []
    for name, op, value, before in zip(names, ops, typed, post.getlist("was") or names, strict=False):
        line = Line(name[:60], op[:10], text.clean(value).strip()[:200], known.get(name))
        lines.append(line if before == name else _fresh(line))
    return [line for line in lines if line.name]


def _fresh(line: Line) -> Line:
    """A condition whose field was just chosen, with the first way to compare it."""
    line.is_new, line.op, line.value = True, next((key for key, _label in line.operators), ""), ""
    line.value = next((key for key, _label in line.choices), "")
    return line


def of(saved: Mapping[str, Any], own: Iterable[Field]) -> list[Line]:
    """The conditions as they are kept."""
    known = _known(own)
    return [Line(name, op, value, known.get(name)) for name, op, value in saved.get("conditions", [])]


def padded(lines: list[Line]) -> list[Line]:
    """And room for more."""
    return lines + [Line() for _place in range(MOST_LINES - len(lines))]


def _known(own: Iterable[Field]) -> dict[str, Field]:
    return {f"custom.{one.key}": one for one in own}


def all_fields(own: Iterable[Field]) -> list[tuple[str, str]]:
    """What can be asked."""
    fixed = [(name, str(label)) for name, label in filtering.FIXED.items()]
    return fixed + [(name, one.label) for name, one in _known(own).items()]
