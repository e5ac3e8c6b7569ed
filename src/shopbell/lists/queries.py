"""Reads: which views an agent has, what is in one, and how much."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import queries as conversations
from shopbell.conversations.models import Conversation, Folder, Tag, TagColour, Touched
from shopbell.lists import ordering
from shopbell.lists.filters import compiling
from shopbell.lists.filters.fields import lookup
from shopbell.lists.filters.tree import about_agent, about_now, conditions
from shopbell.lists.models import STANDARD, Choice, Sort, View, ViewCount

PAGE = 30
# What a row shows and is sorted by: half of a conversation's columns.
SHOWN = (
    *("customer_name", "subject", "preview", "channel_type", "folder", "tags", "priority", "assignee"),
    *("last_message_at", "last_message_id", "last_inbound_id", "last_from_customer", "waiting_since"),
    *("snoozed_until", "has_attachments", "has_failure"),
)
# Read for themselves: joined, PostgreSQL may sort what it could walk, for it takes what lies behind a place for few.
PEOPLE = Prefetch("assignee", Agent.objects.only("name", "email"))
MOST_SUGGESTED = 6  # tags
MOST_MEMBERS = 2_000  # above this many, a view's conversations are found by reading on, and not counted exactly
FRESH = timedelta(seconds=90)  # what time alone brings to a view may be missing from its list for so long
_NAME = re.compile(r"v(\d{1,18})")
STANDARD_FOLDERS = {"snoozed": Folder.SNOOZED, "resolved": Folder.RESOLVED, "spam": Folder.SPAM}
OF_OPEN = {"unassigned", "open"}


@dataclass
class Place:
    """A list somebody works in: a standard view or one they made."""

    name: str
    rows: QuerySet[Conversation]
    sort: str
    folders: list[str]  # read one by one; []: all at once, for they are few
    saved: View | None = None
    skipped: list[str] = made(default_factory=list)  # what its filter asks for is gone


@dataclass
class Page:
    """Rows of a list and where the next page begins; None: this was the last."""

    rows: list[Conversation]
    next: ordering.Place | None = None
    unread: set[int] = made(default_factory=set)


@dataclass(frozen=True)
class Count:
    """How many a view holds; `is_least`: at least so many. `number` None: not known yet, or too slow to find out."""

    number: int | None = None
    is_least: bool = False
    looked_at: datetime | None = None


def views(agent: Agent) -> QuerySet[View]:
    """The views this agent may use: their own, their teams', and for who sees everything everybody's."""
    mine = Q(owner=agent) | Q(owner=None, team__in=agent.teams.all())
    if not conversations.is_limited(agent):
        mine |= Q(owner=None, team=None)
    if permissions.may_share_views(agent):
        mine |= Q(owner=None)
    shared_first = Case(When(owner=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    return View.objects.filter(mine).order_by(shared_first, "position", "id")


def find_view(agent: Agent, name: str) -> View | None:
    """The view called v12, if it exists and is for this agent."""
    found = _NAME.fullmatch(name)
    return views(agent).filter(id=int(found[1])).first() if found else None


def choices(agent: Agent) -> Choice:
    """How they like their lists; not saved where they never chose."""
    return Choice.objects.select_related("bulk").filter(agent=agent).first() or Choice(agent=agent)


def place(agent: Agent, name: str, sorts: dict[str, str], saved: View | None = None) -> Place:
    """Where the agent is: a standard view, or `saved`. Raises KeyError for an unknown name without one."""
    if saved is None:
        sort = sorts.get(name, Sort.NEWEST)
        return Place(name, conversations.view(agent, name), _sort(sort), _folders(name))
    sort = _sort(sorts.get(name, saved.sort))
    known = compiling.look_up(saved.filter)
    rows = asked(saved, agent, known)
    members = _members(saved, agent, known)
    if members is not None:
        pending = Touched.objects.values("conversation_id")
        return Place(name, rows.filter(Q(id__in=members) | Q(id__in=pending)), sort, [], saved, skipped(saved, known))
    return Place(name, rows, sort, compiling.folders(saved.filter), saved, skipped(saved, known))


def _sort(name: str) -> str:
    return name if name in ordering.ORDERS else Sort.NEWEST


def _folders(name: str) -> list[str]:
    """Of a standard view that may hold most of a folder; the others are little, and found by what they ask."""
    if name in OF_OPEN:
        return [Folder.OPEN]
    return [STANDARD_FOLDERS[name]] if name in STANDARD_FOLDERS else []


def asked(view: View, agent: Agent | None, known: compiling.Known) -> QuerySet[Conversation]:
    """What a view holds for an agent, of what they may see; without an agent, for all who see everything."""
    return _visible(agent).filter(compiling.compile(view.filter, agent, known))


def _visible(agent: Agent | None) -> QuerySet[Conversation]:
    return Conversation.objects.all() if agent is None else conversations.visible(agent)


def skipped(view: View, known: compiling.Known) -> list[str]:
    """What the filter asks for and is not there any more, in words."""
    told = []
    for _path, one in conditions(view.filter):
        field = lookup(one["field"])
        if field is None:
            told.append(_("a field that is gone ({name})").format(name=one["field"]))
        elif gone := known.missing(one["field"], one["value"] if isinstance(one["value"], list) else []):
            told.append(f"{field.label} {', '.join(gone)}")
    return told


def whose(view: View, agent: Agent, is_everything: bool) -> Agent | None:
    """For whom it is counted: one count serves all who see everything, unless the filter is about who asks."""
    return None if is_everything and not about_agent(view.filter) else agent


def signature(view: View, agent: Agent | None, known: compiling.Known) -> str:
    """Of the question a count answers: when it is another one, the count is worth nothing."""
    named = [one for _path, one in conditions(view.filter) if one["field"] in known.values]
    gone = [known.missing(one["field"], one["value"]) for one in named]
    may_see = _as_text(_visible(agent).order_by().values("id"))
    return hashlib.md5(json.dumps([view.filter, gone, may_see]).encode(), usedforsecurity=False).hexdigest()


def _as_text(rows: QuerySet[Conversation, Any]) -> str:
    """A question as SQL; "" for one that cannot have an answer, such as a partner agent's without a team."""
    try:
        return str(rows.query)
    except EmptyResultSet:
        return ""


def _members(view: View, agent: Agent, known: compiling.Known) -> list[int] | None:
    """The conversations in it as last counted, where they are few and the count is of this very question."""
    who = whose(view, agent, not conversations.is_limited(agent))
    rows = ViewCount.objects.filter(view=view, agent=who, counted_at__isnull=False)
    if about_now(view.filter):
        rows = rows.filter(counted_at__gt=timezone.now() - FRESH)
    found = rows.filter(is_large=False, is_slow=False, signature=signature(view, who, known)).first()
    return found.members if found else None


def counts(agent: Agent, some: Iterable[View]) -> dict[int | str, Count]:
    """How many each of these views holds, and each of STANDARD by its name. One never counted is not in it."""
    is_everything = not conversations.is_limited(agent)
    keys = {view.id: whose(view, agent, is_everything) for view in some}
    shared = [number for number, of in keys.items() if of is None]
    own = [number for number, of in keys.items() if of is not None]
    rows = ViewCount.objects.filter(Q(view__in=shared, agent=None) | Q(view__in=own, agent=agent) | _standard(agent))
    length = Coalesce("members__len", 0)
    columns = ("view_id", "standard", "n", "is_large", "is_slow", "counted_at", "looked_at")
    return {
        number or standard: Count(_number(n, large, slow or at is None), large, looked)
        for number, standard, n, large, slow, at, looked in rows.annotate(n=length).values_list(*columns)
    }


def _standard(agent: Agent) -> Q:
    return Q(view=None, agent=agent, standard__in=list(STANDARD))


def _number(n: int, is_large: bool, is_unknown: bool) -> int | None:
    if is_unknown:
        return None
    return MOST_MEMBERS if is_large else n


def page(agent: Agent, where: Place, after: ordering.Place | None = None, size: int = PAGE) -> Page:
    """`size` rows behind a place; it costs the same however deep that lies."""
    found = ordering.page(where.rows.only(*SHOWN), where.sort, after, size + 1, where.folders)
    more, found = len(found) > size, found[:size]
    prefetch_related_objects(found, PEOPLE)
    following = ordering.place(found[-1], where.sort) if more else None
    return Page(found, following, conversations.unread(agent, found))


def following(where: Place, conversation: Conversation) -> int | None:
    """The conversation that comes next in a list, else its first one; None when it holds no other."""
    rows = where.rows.exclude(id=conversation.id)
    behind = ordering.page(rows, where.sort, ordering.place(conversation, where.sort), 1, where.folders)
    found = behind or ordering.page(rows, where.sort, None, 1, where.folders)
    return found[0].id if found else None


def colours(names: Iterable[str]) -> dict[str, str]:
    """Those of these tags that have a colour."""
    rows = Tag.objects.filter(name__in=set(names)).exclude(colour=TagColour.NONE)
    return dict(rows.values_list("name", "colour"))


def suggested_tags(agent: Agent, conversation: Conversation) -> list[tuple[str, str]]:
    """Tags that may fit, each with its colour: those of the customer, then the usual ones of the channel lately."""
    rows = conversations.visible(agent).exclude(id=conversation.id).order_by("-last_message_at", "-id")
    theirs = rows.filter(customer=conversation.customer_id).values_list("tags", flat=True)[:20]
    recent = rows.filter(folder=conversation.folder)[:200].values_list("channel_id", "tags")
    usual = Counter(tag for channel, tags in recent if channel == conversation.channel_id for tag in tags)
    ranked = [*Counter(tag for tags in theirs for tag in tags), *(tag for tag, _n in usual.most_common())]
    names = [name for name in dict.fromkeys(ranked) if name not in conversation.tags][:MOST_SUGGESTED]
    known = dict(Tag.objects.filter(name__in=names, becomes=None).values_list("name", "colour"))
    return [(name, known[name]) for name in names if name in known]
