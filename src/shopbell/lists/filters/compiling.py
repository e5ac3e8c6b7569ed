"""A filter as one question to the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from shopbell.agents.models import Agent, Team
from shopbell.channels.models import Channel
from shopbell.conversations import queries as conversations
from shopbell.conversations.models import Folder, ReadMark, Tag
from shopbell.core.ids import as_ids
from shopbell.customers.models import Customer
from shopbell.lists.filters.contradiction import folders_left
from shopbell.lists.filters.fields import (
    CUSTOMER,
    DATE,
    FIELDS,
    FLAG,
    ME,
    NOBODY,
    NONE,
    NUMBER,
    SOME,
    SOMEBODY,
    TAGS,
    TEXT,
    TIME,
    Field,
    duration,
    lookup,
)
from shopbell.lists.filters.tree import Tree, conditions
from shopbell.shops.models import Shop

ASIDE = {Folder.SPAM.value, Folder.MERGED.value}
WORDS = {"assignee": {ME, NOBODY, SOMEBODY}, "team": {NONE}}
ROWS: dict[str, Any] = {
    "shop": Shop.objects,
    "channel": Channel.objects,
    "assignee": Agent.objects.filter(is_active=True),
    "team": Team.objects,
    "customer": Customer.objects,
    "tags": Tag.objects.filter(becomes=None),
}


@dataclass
class Known:
    """Which of the things filters name are still there: field → values. A field not in it was not looked up."""

    values: dict[str, set[str]] = made(default_factory=dict)

    def missing(self, name: str, values: list[str]) -> list[str]:
        """Those that are gone."""
        if name not in self.values:
            return []
        return [value for value in values if value not in self.values[name] and value not in WORDS.get(name, ())]


def look_up(*trees: Tree) -> Known:
    """One question for each kind of thing these filters name."""
    wanted: dict[str, set[str]] = {}
    for tree in trees:
        for _path, one in conditions(tree):
            if one["field"] in ROWS:
                wanted.setdefault(one["field"], set()).update(one["value"])
    return Known({name: _existing(name, values) for name, values in wanted.items()})


def _existing(name: str, values: set[str]) -> set[str]:
    if name == "tags":
        return set(ROWS[name].filter(name__in=values).values_list("name", flat=True))
    numbers = as_ids(values)
    return {str(number) for number in ROWS[name].filter(id__in=numbers).values_list("id", flat=True)}


def compile(tree: Tree, agent: Agent | None, known: Known) -> Q:
    """The question. What is gone is left out: a condition that only names such things asks nothing.

    `agent` is who "me" means; without one, nobody. A filter of which nothing is left finds nothing.
    """
    asked = [_entry(entry, agent, known) for entry in tree["of"]]
    question = _join(tree["match"], [each for each in asked if each is not None])
    return Q(pk__in=[]) if question is None else question & Q(folder__in=folders(tree))


def _join(match: str, questions: list[Q]) -> Q | None:
    if not questions:
        return None
    joined = questions[0]
    for each in questions[1:]:
        joined = joined & each if match == "all" else joined | each
    return joined


def _entry(entry: dict[str, Any], agent: Agent | None, known: Known) -> Q | None:
    if "of" in entry:
        inner = [_entry(each, agent, known) for each in entry["of"]]
        return _join(entry["match"], [each for each in inner if each is not None])
    name, op, value = entry["field"], entry["op"], entry["value"]
    field = lookup(name)
    if field is None:
        return None
    kind = field.kind
    if kind in (SOME, TAGS, CUSTOMER):
        gone = known.missing(name, value)
        value = [each for each in value if each not in gone]
        if not value:
            return None
    if field.key:
        return _ask_own(field, op, value)
    return _ASK[kind](name, op, value, agent)


def _ask_own(field: Field, op: str, value: Any) -> Q:
    """Of a field of the shop's own. A conversation without a value is none of them, and does not contain it."""
    column, key = field.column, field.key
    if field.kind in (NUMBER, DATE):
        return Q(**{f"{column}__{key}__{'gte' if op == 'least' else 'lte'}": value})
    if field.kind == TEXT:
        holds = Q(**{f"{column}__{key}__icontains": value.strip()})
        return holds if op == "contains" else ~holds | Q(**{f"{column}__{key}__isnull": True})
    if field.kind == FLAG:
        holds = Q(**{f"{column}__contains": {key: True}})
        return holds if op == "yes" else ~holds
    each = [Q(**{f"{column}__contains": {key: one if field.kind == SOME else [one]}}) for one in value]
    holds = reduce(and_ if op == "all" else or_, each)
    return ~holds if op in ("is_not", "none") else holds


def _ask_some(name: str, op: str, value: list[str], agent: Agent | None) -> Q:
    if name == "assignee":
        asked = _people(value, agent)
    elif name == "team":
        numbers = [int(each) for each in value if each != NONE]
        asked = Q(team_id__in=numbers) | (Q(team_id=None) if NONE in value else Q(pk__in=[]))
    else:
        asked = Q(**{f"{FIELDS[name].column}__in": value})
    return asked if op == "is" else ~asked


def _people(value: list[str], agent: Agent | None) -> Q:
    numbers = [int(each) for each in value if each.isdecimal()]
    if ME in value and agent is not None:
        numbers.append(agent.pk)
    asked = Q(assignee_id__in=numbers)
    if NOBODY in value:
        asked |= Q(assignee_id=None)
    if SOMEBODY in value:
        asked |= Q(assignee_id__isnull=False)
    return asked


def _ask_tags(name: str, op: str, value: list[str], agent: Agent | None) -> Q:
    if op == "all":
        return Q(tags__contains=value)
    return Q(tags__overlap=value) if op == "any" else ~Q(tags__overlap=value)


def _ask_text(name: str, op: str, value: str, agent: Agent | None) -> Q:
    asked = Q(**{f"{FIELDS[name].column}__icontains": value.strip()})
    return asked if op == "contains" else ~asked


def _ask_time(name: str, op: str, value: Any, agent: Agent | None) -> Q:
    column = FIELDS[name].column
    if op in ("before", "from"):
        at = datetime.fromisoformat(value)
        return Q(**{f"{column}__lt" if op == "before" else f"{column}__gte": at})
    now, length = timezone.now(), duration(value)
    if op == "soon":
        return Q(**{f"{column}__gte": now, f"{column}__lte": now + length})
    return Q(**{f"{column}__lt" if op == "older" else f"{column}__gte": now - length})


def _ask_flag(name: str, op: str, value: None, agent: Agent | None) -> Q:
    if name == "unread":
        asked = _unread(agent)
    elif name == "followed":
        asked = Q(id__in=conversations.followed(agent)) if agent else Q(pk__in=[])
    elif name == "mentioned":
        asked = Q(id__in=conversations.mentioning(agent)) if agent else Q(pk__in=[])
    elif name == "waits":
        asked = Q(waiting_since__isnull=False)
    else:
        asked = Q(**{FIELDS[name].column: True})
    return asked if op == "yes" else ~asked


def _unread(agent: Agent | None) -> Q:
    if agent is None:
        return Q(pk__in=[])
    marks = ReadMark.objects.filter(agent=agent, conversation=OuterRef("id")).values("message_id")
    return Q(last_inbound_id__gt=Coalesce(Subquery(marks), Value(0)))


_ASK: dict[str, Callable[[str, str, Any, Agent | None], Q]] = {
    SOME: _ask_some,
    TAGS: _ask_tags,
    TEXT: _ask_text,
    TIME: _ask_time,
    FLAG: _ask_flag,
    CUSTOMER: _ask_some,
}


def folders(tree: Tree) -> list[str]:
    """The folders its conversations can be in: each is read through its own part of an index."""
    found = folders_left(tree)
    asks = any(one["field"] in ("state", "folder") for _path, one in conditions(tree))
    return sorted(found if asks else found - ASIDE)
