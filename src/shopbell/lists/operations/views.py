"""Views agents make, and how they like their lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shopbell.agents.models import Agent, Team
from shopbell.conversations.queries import is_limited
from shopbell.core import text
from shopbell.core.rows import hold_row
from shopbell.events import bus
from shopbell.lists import events, queries
from shopbell.lists.filters import contradiction, tree
from shopbell.lists.models import STANDARD, Choice, Sort, View, ViewCount

MOST_OF_ONE_AGENT = 100
LOOKED_AGAIN = timedelta(minutes=5)


class Refused(ValueError):
    """The filter cannot be kept; `problems` say why, each with its place."""

    def __init__(self, problems: list[tree.Problem]) -> None:
        super().__init__("; ".join(each.text for each in problems))
        self.problems = problems


class TooMany(ValueError):
    """Nobody finds their way among so many views."""


def check(wanted: tree.Tree) -> None:
    """Raises Refused where a condition is incomplete or nothing could ever fit."""
    problems = tree.check(wanted) or contradiction.find(wanted)
    if problems:
        raise Refused(problems)


@transaction.atomic
def save_view(
    view: View, *, actor: Agent, name: str, owner: Agent | None, team: Team | None, filter: tree.Tree, sort: str
) -> View:
    """Make a view or change it. Raises Refused, TooMany, and ValueError for a name without a letter."""
    check(filter)
    view.name = text.preview(name, 60)
    if not view.name:
        raise ValueError("a view needs a name")
    if view.pk is None and View.objects.filter(owner=owner).count() >= MOST_OF_ONE_AGENT:
        raise TooMany
    if view.pk is None:
        view.position = View.objects.filter(owner=owner).count()
    view.owner, view.team, view.filter, view.sort = owner, None if owner else team, filter, Sort(sort)
    hold_row(view)
    view.save()
    bus.publish(events.ViewSaved(view_id=view.id), actor=actor.pk)
    return view


@transaction.atomic
def delete_view(view: View, *, actor: Agent) -> None:
    """It is gone for everybody who used it."""
    number = view.id
    view.delete()
    bus.publish(events.ViewDeleted(view_id=number), actor=actor.pk)


@transaction.atomic
def move_view(view: View, *, by: int) -> None:
    """Up (-1) or down (1) among those of the same owner."""
    rows = list(View.objects.select_for_update().filter(owner=view.owner_id).order_by("position", "id"))
    at = next(place for place, row in enumerate(rows) if row.id == view.id)
    to = min(max(at + by, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    for place, row in enumerate(rows):
        row.position = place
    View.objects.bulk_update(rows, ["position"])


def look(agent: Agent, views: Iterable[View], counts: Mapping[int | str, queries.Count] | None = None) -> None:
    """Somebody sees these views and the STANDARD ones: have them counted, and keep them so.

    `counts` are those they were just shown.
    """
    seen = queries.counts(agent, views) if counts is None else counts
    now, is_everything = timezone.now(), not is_limited(agent)
    missing = [view for view in views if view.id not in seen]
    rows = [ViewCount(view=view, agent=queries.whose(view, agent, is_everything)) for view in missing]
    rows += [ViewCount(standard=name, agent=agent) for name in STANDARD if name not in seen]
    if rows:
        ViewCount.objects.bulk_create(rows, ignore_conflicts=True)
    old = {key for key, count in seen.items() if count.looked_at and now - count.looked_at > LOOKED_AGAIN}
    if old:
        rows_of = Q(view__in=old - STANDARD.keys()) | Q(view=None, standard__in=old & STANDARD.keys())
        ViewCount.objects.filter(Q(agent=None) | Q(agent=agent), rows_of).update(looked_at=now)


def count_anew(agent_id: int) -> None:
    """What an agent may see or is called by changed: what is counted for them is counted as a whole."""
    ViewCount.objects.filter(agent=agent_id).update(counted_at=None)


@transaction.atomic
def choose_sort(agent: Agent, name: str, sort: str) -> None:
    """In which order the agent wants a view from now on. Raises ValueError for an order there is not."""
    choice = _choice(agent)
    choice.sorts = {**choice.sorts, name: Sort(sort).value}
    choice.save(update_fields=["sorts"])


@transaction.atomic
def choose_density(agent: Agent, density: str) -> None:
    """How close the rows stand. Raises ValueError for what there is not."""
    choice = _choice(agent)
    choice.density = Choice.Density(density)
    choice.save(update_fields=["density"])


def _choice(agent: Agent) -> Choice:
    Choice.objects.bulk_create([Choice(agent=agent)], ignore_conflicts=True)
    return Choice.objects.select_for_update().get(agent=agent)
