"""Which other conversations one may be meant together with: read when somebody merges or links."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from shopbell.agents.models import Agent
from shopbell.conversations import queries
from shopbell.conversations.models import Conversation, Folder, Link, Merge, State
from shopbell.conversations.search import finding

MOST = 8
FOUND = 12
_OVER = (State.MERGED, State.SPAM)


@dataclass(frozen=True)
class Candidate:
    """A conversation, and why it is offered: linked, same_subject, same_customer, found."""

    conversation: Conversation
    reason: str


@dataclass(frozen=True)
class Tie:
    """A link as one of its two conversations sees it; `is_from_here`: the relation is said of this one."""

    conversation: Conversation
    relation: str
    is_from_here: bool


def plausible(agent: Agent, found: Conversation) -> list[Candidate]:
    """What may be the same matter, likeliest first: linked ones, then the customer's own, open before done."""
    rows = others(agent, found).select_related("customer")
    linked = [tie.conversation.id for tie in ties(agent, found)]
    own = sorted(rows.filter(customer=found.customer_id).order_by("-last_message_at")[: 2 * MOST], key=_is_done)
    first = [row for row in rows.filter(id__in=linked) if row.customer_id != found.customer_id]
    return [Candidate(row, _reason(row, found, linked)) for row in [*first, *own]][:MOST]


def search(agent: Agent, found: Conversation, typed: str) -> list[Candidate]:
    """What somebody looks for by number, words or customer."""
    hits = [one.conversation for one in finding.named(agent, typed, FOUND).found]
    allowed = set(others(agent, found).filter(id__in=[row.id for row in hits]).values_list("id", flat=True))
    return [Candidate(row, _reason(row, found, [])) for row in hits if row.id in allowed]


def others(agent: Agent, found: Conversation) -> QuerySet[Conversation]:
    """Every other conversation of the shop that the agent sees, but for spam and what was merged."""
    return queries.visible(agent).filter(shop=found.shop_id).exclude(state__in=_OVER).exclude(id=found.id)


def ties(agent: Agent, found: Conversation) -> list[Tie]:
    """The links of a conversation and of those merged into it, newest first; one somebody may not see is left out."""
    here = Q(conversation=found) | Q(conversation__merged_into=found)
    there = Q(other=found) | Q(other__merged_into=found)
    rows = list(Link.objects.filter(here | there).order_by("-id")[:50])
    numbers = {number for row in rows for number in (row.conversation_id, row.other_id)}
    seen = {row.id: row for row in queries.visible(agent).filter(id__in=numbers - {found.id})}
    known = [_tie(row, found, seen) for row in rows]
    return [tie for tie in known if tie is not None]


def merged_here(found: Conversation) -> list[Merge]:
    """What went into this conversation and is still there, newest first."""
    return list(Merge.objects.filter(parent=found, undone_at=None).select_related("child").order_by("-id")[:20])


def _tie(row: Link, found: Conversation, seen: dict[int, Conversation]) -> Tie | None:
    """The end that is not this conversation, nor one merged into it."""
    ends = [(row.other_id, True), (row.conversation_id, False)]
    for number, is_from_here in ends:
        other = seen.get(number)
        if other is not None and other.merged_into_id != found.id:
            return Tie(other, row.relation, is_from_here)
    return None


def _is_done(row: Conversation) -> bool:
    return row.folder not in (Folder.OPEN, Folder.SNOOZED)


def _reason(row: Conversation, found: Conversation, linked: list[int]) -> str:
    if row.id in linked:
        return "linked"
    if row.customer_id != found.customer_id:
        return "found"
    same = row.subject and row.subject.casefold() == found.subject.casefold()
    return "same_subject" if same else "same_customer"
