"""Conditions that can never hold together: said where they are made, instead of a list that is empty for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.conversations.counters import folder_of
from shopbell.conversations.models import Conversation, Folder, State
from shopbell.lists.filters.fields import (
    CUSTOMER,
    DATE,
    FLAG,
    ME,
    NUMBER,
    SOME,
    SOMEBODY,
    TAGS,
    TEXT,
    TIME,
    duration,
    lookup,
)
from shopbell.lists.filters.tree import Path, Problem, Tree

Placed = tuple[Path, dict[str, Any]]
OTHER = "…"  # any value that is not named
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def find(tree: Tree) -> list[Problem]:
    """Where nothing can fit. The tree has been checked."""
    plain: list[Placed] = [((place,), one) for place, one in enumerate(tree["of"]) if "of" not in one]
    groups = [(place, one) for place, one in enumerate(tree["of"]) if "of" in one]
    if tree["match"] == "any":
        return [problem for place, group in groups for problem in _in_group([], place, group)]
    if problem := _first(plain):
        return [problem]
    for place, group in groups:
        if found := _in_group(plain, place, group):
            return found
        if group["match"] == "all":
            plain = [*plain, *_placed(place, group)]
    return []


def _placed(place: int, group: Tree) -> list[Placed]:
    return [((place, inner), one) for inner, one in enumerate(group["of"])]


def _in_group(around: list[Placed], place: int, group: Tree) -> list[Problem]:
    """A group of which all must hold is part of its surroundings; of one with choices, one must be possible."""
    if group["match"] == "all":
        problem = _first([*around, *_placed(place, group)])
        return [problem] if problem else []
    found = [_first([*around, one]) for one in _placed(place, group)]
    return [each for each in found if each][:1] if all(found) else []


def _first(conditions: Sequence[Placed]) -> Problem | None:
    """The first condition that cannot hold together with those before it."""
    for count in range(1, len(conditions) + 1):
        if _is_impossible([one for _path, one in conditions[:count]]):
            text = _("Nothing can fit this together with the conditions above: they contradict each other.")
            return Problem(conditions[count - 1][0], text)
    return None


def _is_impossible(conditions: Iterable[dict[str, Any]]) -> bool:
    """Whether conditions that must all hold cannot."""
    by_field: dict[str, list[dict[str, Any]]] = {}
    for one in conditions:
        by_field.setdefault(one["field"], []).append(one)
    if any(_CHECKS[field.kind](some) for name, some in by_field.items() if (field := lookup(name))):
        return True
    return not _folders(by_field)


def folders_left(tree: Tree) -> set[str]:
    """The folders a conversation can be in for which this holds, as far as its outer conditions tell."""
    if tree["match"] == "any":
        return set(Folder.values)
    by_field: dict[str, list[dict[str, Any]]] = {}
    for one in tree["of"]:
        if "of" not in one and one["field"] in ("state", "folder", "snoozed_until", "waiting_since", "waits"):
            by_field.setdefault(one["field"], []).append(one)
    return _folders(by_field)


def _no_choice_left(conditions: list[dict[str, Any]]) -> bool:
    return not _allowed(conditions)


def _allowed(conditions: list[dict[str, Any]]) -> set[str]:
    """The values that remain. "Me" may be any of the people named, so it is never what rules them out."""
    named = {value for one in conditions for value in one["value"]}
    everything = named - {SOMEBODY} | {OTHER}
    if conditions[0]["field"] in _ENUMS:
        everything = set(_ENUMS[conditions[0]["field"]])
    left = everything
    for one in conditions:
        values = set(one["value"])
        if SOMEBODY in values:
            values = values | (everything - {"nobody"})
        if one["op"] == "is":
            left = left & (values | ({each for each in everything if each.isdecimal()} if ME in values else set()))
        else:
            left = left - values
    return left


_ENUMS = {"state": State.values, "folder": Folder.values}


def folders_of_states(states: set[str]) -> set[str]:
    """Where conversations in these states are listed (see counters.folder_of)."""
    aside = timezone.now()
    rows = (Conversation(state=state, snoozed_until=until) for state in states for until in (None, aside))
    return {str(folder_of(row).value) for row in rows}


def _folders(by_field: dict[str, list[dict[str, Any]]]) -> set[str]:
    """The folders that are left by state, folder, snooze and wait together."""
    left = set(Folder.values)
    if "state" in by_field:
        left &= folders_of_states(_allowed(by_field["state"]))
    if "folder" in by_field:
        left &= _allowed(by_field["folder"])
    if "snoozed_until" in by_field:
        left &= {Folder.SNOOZED}
    if "waiting_since" in by_field or any(one["op"] == "yes" for one in by_field.get("waits", [])):
        left &= {Folder.OPEN, Folder.SNOOZED}
    if "waiting_since" in by_field and any(one["op"] == "no" for one in by_field.get("waits", [])):
        return set()
    return left


def _tags_exclude(conditions: list[dict[str, Any]]) -> bool:
    banned = {tag for one in conditions if one["op"] == "none" for tag in one["value"]}
    needed = {tag for one in conditions if one["op"] == "all" for tag in one["value"]}
    return bool(needed & banned) or any(set(one["value"]) <= banned for one in conditions if one["op"] == "any")


def _words_exclude(conditions: list[dict[str, Any]]) -> bool:
    there = [one["value"].strip().lower() for one in conditions if one["op"] == "contains"]
    absent = [one["value"].strip().lower() for one in conditions if one["op"] == "lacks"]
    return any(word in text for text in there for word in absent)


def _times_exclude(conditions: list[dict[str, Any]]) -> bool:
    spans = [_span(one) for one in conditions]
    return max(begin for begin, _end in spans) >= min(end for _begin, end in spans)


def _span(one: dict[str, Any]) -> tuple[datetime, datetime]:
    op, value = one["op"], one["value"]
    if op in ("before", "from"):
        at = datetime.fromisoformat(value)
        return (FIRST, at) if op == "before" else (at, LAST)
    now = timezone.now().replace(second=0, microsecond=0)
    length = duration(value)
    if op == "soon":
        return now, now + length
    return (FIRST, now - length) if op == "older" else (now - length, LAST)


def _flags_exclude(conditions: list[dict[str, Any]]) -> bool:
    return len({one["op"] for one in conditions}) > 1


def _bounds_exclude(conditions: list[dict[str, Any]]) -> bool:
    """Numbers, or days as YYYY-MM-DD."""
    least = [one["value"] for one in conditions if one["op"] == "least"]
    most = [one["value"] for one in conditions if one["op"] == "most"]
    return bool(least and most) and max(least) > min(most)


_CHECKS: dict[str, Callable[[list[dict[str, Any]]], bool]] = {
    SOME: _no_choice_left,
    CUSTOMER: _no_choice_left,
    TAGS: _tags_exclude,
    TEXT: _words_exclude,
    TIME: _times_exclude,
    FLAG: _flags_exclude,
    NUMBER: _bounds_exclude,
    DATE: _bounds_exclude,
}
