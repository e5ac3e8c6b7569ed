"""Reading and checking a filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from shopbell.lists.filters.fields import (
    CUSTOMER,
    DATE,
    FLAG,
    LONGEST,
    ME,
    NUMBER,
    SOME,
    TAGS,
    TEXT,
    UNITS,
    Field,
    lookup,
)

Tree = dict[str, Any]
Path = tuple[int, ...]  # (place,) or (place of the group, place in it)
MOST_CONDITIONS = 40
MOST_VALUES = 200
LONGEST_TEXT = 200
RELATIVE = {"older", "newer", "soon"}
OF_WHO_ASKS = ("unread", "followed", "mentioned")


@dataclass(frozen=True)
class Problem:
    """Why a filter cannot be kept; `path` names the condition, () the whole."""

    path: Path
    text: str


def conditions(tree: Tree) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every condition with its place."""
    for place, entry in enumerate(tree.get("of", [])):
        if "of" in entry:
            for inner, condition in enumerate(entry["of"]):
                yield (place, inner), condition
        else:
            yield (place,), entry


def about_agent(tree: Tree) -> bool:
    """Whether it holds something else for everybody who looks."""
    return any(
        one["field"] in OF_WHO_ASKS or (one["field"] == "assignee" and ME in (one["value"] or []))
        for _path, one in conditions(tree)
    )


def about_now(tree: Tree) -> bool:
    """Whether what it holds changes without its conversations: by time, or by what is known of a customer."""
    return any(one["op"] in RELATIVE or one["field"].startswith("attribute:") for _path, one in conditions(tree))


def check(tree: Any) -> list[Problem]:
    """What is wrong with a filter's form: unknown fields, missing values. Whether they exist is not asked here."""
    if not isinstance(tree, dict) or tree.get("match") not in ("all", "any") or not isinstance(tree.get("of"), list):
        return [Problem((), _("This is not a filter."))]
    if not tree["of"]:
        return [Problem((), _("Add at least one condition."))]
    found: list[Problem] = []
    for place, entry in enumerate(tree["of"]):
        found += _check_entry((place,), entry)
    if not found and sum(1 for _each in conditions(tree)) > MOST_CONDITIONS:
        found.append(Problem((), _("A view has at most {n} conditions.").format(n=MOST_CONDITIONS)))
    return found


def _check_entry(path: Path, entry: Any) -> list[Problem]:
    if isinstance(entry, dict) and "of" in entry:
        if len(path) > 1 or entry.get("match") not in ("all", "any") or not isinstance(entry["of"], list):
            return [Problem(path, _("This is not a filter."))]
        if not entry["of"]:
            return [Problem(path, _("Add at least one condition."))]
        return [each for place, inner in enumerate(entry["of"]) for each in _check_entry((*path, place), inner)]
    problem = _check_condition(entry)
    return [Problem(path, problem)] if problem else []


def _check_condition(entry: Any) -> str:
    field = lookup(str(entry.get("field"))) if isinstance(entry, dict) else None
    if field is None:
        return _("Choose what to ask.")
    if entry.get("op") not in field.operators:
        return _("Choose how to compare.")
    return _check_value(field, entry["op"], entry.get("value"))


def _check_value(field: Field, op: str, value: Any) -> str:
    if field.kind == FLAG:
        return ""
    if field.kind in (SOME, TAGS, CUSTOMER):
        is_list = isinstance(value, list) and all(isinstance(each, str) and len(each) <= LONGEST_TEXT for each in value)
        if not is_list or not value:
            return _("Choose a customer.") if field.kind == CUSTOMER else _("Choose at least one.")
        return _("Choose at most {n}.").format(n=MOST_VALUES) if len(value) > MOST_VALUES else ""
    if field.kind == TEXT:
        if not isinstance(value, str) or not value.strip():
            return _("Type what to look for.")
        return _("At most {n} letters.").format(n=LONGEST_TEXT) if len(value) > LONGEST_TEXT else ""
    if field.kind == NUMBER:
        return "" if isinstance(value, int | float) and not isinstance(value, bool) else _("Type a number.")
    if field.kind == DATE:
        return _check_date(value)
    return _check_duration(value) if op in RELATIVE else _check_instant(value)


def _check_duration(value: Any) -> str:
    is_right = isinstance(value, Mapping) and isinstance(value.get("n"), int) and value.get("unit") in UNITS
    if not is_right or not 0 < value["n"] <= LONGEST:
        return _("Type a number from 1 to {n}.").format(n=LONGEST)
    return ""


def _check_date(value: Any) -> str:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return _("Choose a day.")
    return ""


def _check_instant(value: Any) -> str:
    try:
        return "" if datetime.fromisoformat(value).tzinfo else _("Choose a day.")
    except (TypeError, ValueError):
        return _("Choose a day.")


def replace_tag(tree: Tree, old: str, new: str) -> Tree:
    """The tree with one tag called otherwise; without it when `new` is empty, unless nothing would be left to ask."""
    for _path, one in conditions(tree):
        if one["field"] == "tags" and old in one["value"]:
            renamed = dict.fromkeys(new if value == old else value for value in one["value"])
            one["value"] = [value for value in renamed if value] or [old]
    return tree
