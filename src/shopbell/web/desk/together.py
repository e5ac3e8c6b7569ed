"""What stands beside a conversation about those who work on it: who takes part, who follows, what is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import masking
from shopbell.conversations.models import ChecklistItem, Conversation, Follower, Participant
from shopbell.core import covering
from shopbell.web import times
from shopbell.web.desk import parts


@dataclass(slots=True)
class Person:
    """Somebody outside who takes part."""

    id: int
    name: str
    address: str
    is_active: bool


@dataclass(slots=True)
class Step:
    """One item of the checklist."""

    id: int
    text: str
    is_done: bool
    done: str  # by whom and when


def load(found: Conversation, has: parts.Parts = parts.ALL) -> None:
    """Fetch what there is of it, each in one query however much it is."""
    rows: dict[str, QuerySet[Any]] = {
        "participants": Participant.objects.order_by("-is_active", "id"),
        "followers": Follower.objects.select_related("agent").order_by("id"),
        "checklist": ChecklistItem.objects.select_related("done_by").order_by("position", "id"),
    }
    missing = {name: one.none() for name, one in rows.items() if not getattr(has, name)}
    found.__dict__.setdefault("_prefetched_objects_cache", {}).update(missing)
    prefetch_related_objects([found], *(Prefetch(name, one) for name, one in rows.items() if name not in missing))


def build(found: Conversation, viewer: Agent) -> dict[str, Any]:
    """For the page and the dialogs; `load` it first."""
    followers = [row.agent for row in found.followers.all()]
    steps = [_step(item) for item in found.checklist.all()]
    return {
        "participants": participants(found, viewer),
        "followers": followers,
        "is_following": viewer in followers,
        "steps": steps,
        "steps_done": sum(step.is_done for step in steps),
    }


def participants(found: Conversation, viewer: Agent) -> list[Person]:
    """Everybody outside who is written down, as the viewer may see them."""
    rules = permissions.masking(viewer)
    people = [Person(row.id, row.name, row.address, row.is_active) for row in found.participants.all()]
    if rules is not None:
        for person in people:
            person.name = masking.name(person.name, rules) if person.name else ""
            person.address = covering.address(person.address)
    return people


def _step(item: ChecklistItem) -> Step:
    done = ""
    if item.done_at is not None:
        when = times.short(item.done_at, timezone.now())
        done = ", ".join(part for part in (str(item.done_by or ""), when) if part)
    return Step(item.id, item.text, item.done_at is not None, done)
