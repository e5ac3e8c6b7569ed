"""The form of a view: lines of conditions, some of them in groups, as they are typed and as a filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.conversations import queries
from shopbell.core import numbers
from shopbell.core.ids import as_id
from shopbell.customers.models import Customer
from shopbell.lists.filters import fields
from shopbell.lists.filters.fields import CUSTOMER, DATE, FIELDS, NUMBER, SOME, TAGS, TEXT, TIME, UNITS, Choices, Field
from shopbell.lists.filters.tree import RELATIVE, Path, Tree

MOST_LINES = 60
MOST_TICKS = 20
START = {"field": "folder", "op": "is", "value": ["open"]}


@dataclass
class Line:
    """One condition as it stands in the form."""

    number: int
    group: int  # 0: in none
    name: str = ""
    op: str = ""
    chosen: list[str] = field(default_factory=list)
    text: str = ""
    n: str = ""
    unit: str = "h"
    error: str = ""
    offered: Choices = field(default_factory=list)
    named: str = ""  # a choice by its name, where there are too many to tick

    @property
    def field(self) -> Field | None:
        return fields.lookup(self.name)

    @property
    def kind(self) -> str:
        """Which input the value needs."""
        if self.field is None:
            return ""
        if self.field.kind == TIME:
            return "length" if self.op in RELATIVE else "day"
        return self.field.kind

    @property
    def operators(self) -> list[tuple[str, str]]:
        return [(key, str(label)) for key, label in self.field.operators.items()] if self.field else []

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """What can be ticked, and what is ticked but not there any more; of many choices only what is chosen."""
        known = {value for value, _label in self.offered}
        gone = [
            (value, _("{value} (is gone)").format(value=value), True) for value in self.chosen if value not in known
        ]
        ticks = [(value, label, value in self.chosen) for value, label in self.offered] + gone
        return [one for one in ticks if one[2]] if self.is_long else ticks

    @property
    def is_long(self) -> bool:
        """Whether the choices are named one by one, since to tick them would be a long way."""
        return len(self.offered) > MOST_TICKS

    def take_named(self) -> None:
        """What was typed becomes chosen: a choice's name, or the beginning of one only."""
        typed = self.named.strip().casefold()
        found = [value for value, label in self.offered if typed == label.casefold()]
        begun = [value for value, label in self.offered if label.casefold().startswith(typed)]
        taken = found or (begun if len(begun) == 1 else [])
        if typed and not taken:
            self.error = _("“{value}” is not one of the choices.").format(value=self.named.strip()[:50])
        elif typed:
            self.chosen += [value for value in taken if value not in self.chosen]
            self.named = ""

    def condition(self) -> dict[str, Any]:
        """As the filter keeps it."""
        return {"field": self.name, "op": self.op, "value": self._value()}

    def _value(self) -> Any:
        if self.kind in (SOME, TAGS, CUSTOMER):
            return self.chosen
        if self.kind == "length":
            return {"n": int(self.n) if self.n.isdecimal() and len(self.n) < 9 else 0, "unit": self.unit}
        if self.kind == "day":
            return _instant(self.text)
        if self.kind == NUMBER:
            return self._number()
        return self.text if self.kind in (TEXT, DATE) else None

    def _number(self) -> float | None:
        try:
            return float(numbers.read(self.text))
        except numbers.NotNumber as error:
            self.error = str(error)
            return None


def _instant(typed: str) -> str:
    """The beginning of a day by the agent's clock; "" for what is none."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(typed), time.min)).isoformat()
    except (ValueError, OverflowError):
        return ""


@dataclass
class Form:
    """The conditions of a view while they are worked on."""

    match: str = "all"
    lines: list[Line] = field(default_factory=list)
    matches: dict[int, str] = field(default_factory=dict)  # of the groups
    error: str = ""

    def parts(self) -> list[tuple[int, list[Line]]]:
        """Lines in their order; those of a group together, where its first one is."""
        found: dict[int, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.group or -line.number - 1, []).append(line)
        return [(max(key, 0), lines) for key, lines in found.items()]

    def shown(self) -> Iterator[dict[str, Any]]:
        """The parts for the template."""
        for group, lines in self.parts():
            yield {"group": group, "match": self.matches.get(group, "any"), "lines": lines}

    def tree(self) -> Tree:
        """The filter."""
        entries: list[dict[str, Any]] = []
        for group, lines in self.parts():
            inner = [line.condition() for line in lines]
            entries += [{"match": self.matches.get(group, "any"), "of": inner}] if group else inner
        return {"match": self.match, "of": entries}

    def at(self, path: Path) -> Line | None:
        """The line a path of the filter means."""
        parts = self.parts()
        if not path or path[0] >= len(parts):
            return None
        lines = parts[path[0]][1]
        return lines[path[1]] if len(path) > 1 and path[1] < len(lines) else lines[0]

    def do(self, what: str) -> None:
        """A button that changes the form: add, add:GROUP, group, remove:LINE."""
        verb, _sep, number = what.partition(":")
        place = as_id(number) or 0
        if verb == "remove":
            self.lines = [line for line in self.lines if line.number != place]
        elif verb in ("add", "group") and len(self.lines) < MOST_LINES:
            group = place if verb == "add" else max((line.group for line in self.lines), default=0) + 1
            fresh = max((line.number for line in self.lines), default=-1) + 1
            after = max((at for at, line in enumerate(self.lines) if group and line.group == group), default=None)
            self.lines.insert(len(self.lines) if after is None else after + 1, Line(fresh, group))


def read(post: QueryDict) -> Form:
    """The form as it was sent."""
    numbers = [int(each) for each in post.getlist("line")[:MOST_LINES] if each.isdecimal() and len(each) < 4]
    form = Form("any" if post.get("match") == "any" else "all")
    for number in dict.fromkeys(numbers):
        group = post.get(f"g{number}", "")
        line = Line(number, int(group) if group.isdecimal() and len(group) < 4 else 0)
        line.name, line.op = post.get(f"f{number}", ""), post.get(f"o{number}", "")
        if post.get(f"k{number}", line.name) == line.name:  # what was ticked of another field is none of this one's
            line.chosen = list(dict.fromkeys(post.getlist(f"v{number}")))
        line.text, line.n = post.get(f"t{number}", ""), post.get(f"n{number}", "")
        line.unit, line.named = post.get(f"u{number}", "h"), post.get(f"w{number}", "")
        form.lines.append(line)
        if line.group:
            form.matches[line.group] = "all" if post.get(f"m{line.group}") == "all" else "any"
    return form


def from_tree(tree: Tree) -> Form:
    """The form of a filter that was kept."""
    form = Form(tree["match"])
    group = 0
    for entry in tree["of"]:
        if "of" in entry:
            group += 1
            form.matches[group] = entry["match"]
        for one in entry.get("of", [entry]):
            form.lines.append(_line(len(form.lines), group if "of" in entry else 0, one))
    return form


def _line(number: int, group: int, one: dict[str, Any]) -> Line:
    line, value = Line(number, group, one["field"], one["op"]), one["value"]
    if isinstance(value, list):
        line.chosen = value
    elif isinstance(value, dict):
        line.n, line.unit = str(value["n"]), value["unit"]
    elif line.kind == "day":
        line.text = timezone.localtime(datetime.fromisoformat(value)).date().isoformat()
    elif isinstance(value, str | float | int) and not isinstance(value, bool):
        line.text = value if isinstance(value, str) else numbers.written(value)
    return line


def prepare(form: Form, agent: Agent) -> None:
    """Fill in what can be chosen, and the first way to compare of a field that was just chosen."""
    offered: dict[str, Choices] = {}
    for line in form.lines:
        if line.field is None:
            continue
        if line.op not in line.field.operators:
            line.op = next(iter(line.field.operators))
        if line.kind == CUSTOMER:
            _find_customer(line, agent)
        if line.name not in offered:
            offered[line.name] = fields.choices(line.field, agent)
        line.offered = offered[line.name]
        line.take_named()


def _find_customer(line: Line, agent: Agent) -> None:
    """What was typed, as the number of a customer the agent may know of; a number as who it is."""
    typed = line.text.strip()
    if not typed and line.chosen:
        line.text = line.chosen[0]
        return
    rows = Customer.objects.filter(id=as_id(typed) or 0)
    if not queries.is_limited(agent) and "@" in typed:
        rows = Customer.objects.filter(identities__value=typed.lower())
    found = rows.values_list("id", flat=True).first()
    if found is not None and queries.visible(agent).filter(customer=found).exists():
        line.chosen = [str(found)]
    else:
        line.chosen = []
        line.error = _("No customer has this number or address.") if typed else ""


def units() -> list[tuple[str, str]]:
    """Of a length of time."""
    return [(key, str(label)) for key, (label, _seconds) in UNITS.items()]


def all_fields() -> list[tuple[str, str]]:
    """What can be asked."""
    own = [(one.name, str(one.label)) for one in fields.own_fields()]
    return [(name, str(one.label)) for name, one in FIELDS.items()] + own
