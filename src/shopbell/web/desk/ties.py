"""What the panel beside a conversation says of those it has to do with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.conversations import candidates, locking, operations, queries
from shopbell.conversations.models import Conversation, Draft, Link, State
from shopbell.web import times
from shopbell.web.desk import listing, parts
from shopbell.web.desk.request import AgentRequest, view_name


@dataclass
class Tied:
    """A conversation this one has to do with."""

    row: listing.Row
    relation: str
    state: str


@dataclass
class MergedHere:
    """A conversation that went into this one."""

    number: int
    url: str
    subject: str
    undo_url: str  # "" when it is too late
    until: str


def build(request: AgentRequest, found: Conversation, has: parts.Parts) -> dict[str, Any]:
    """Links (those of what was merged in, too), what was merged in, and where this one went itself."""
    return {
        "links": links(request, found) if has.links or has.merged else [],
        "merged_here": _merged_here(request, found) if has.merged else [],
        "merged_away": _merged_away(request, found) if found.state == State.MERGED else None,
        "left_drafts": _left_drafts(request, found) if found.state == State.MERGED else [],
    }


def links(request: AgentRequest, found: Conversation) -> list[Tied]:
    """The links the agent may see, said from this side."""
    known = candidates.ties(request.user, found)
    rows = listing.rows([tie.conversation for tie in known], set(), view=view_name(request))
    return [
        Tied(row, relation(tie.relation, tie.is_from_here), str(State(tie.conversation.state).label))
        for row, tie in zip(rows, known, strict=True)
    ]


def relation(name: str, is_from_here: bool) -> str:
    """How this conversation has to do with the other."""
    if is_from_here:
        return str(Link.Relation(name).label)
    return {
        Link.Relation.FOLLOW_UP: _("followed by"),
        Link.Relation.CAUSED_BY: _("cause of"),
        Link.Relation.SPLIT: _("split off here"),
    }.get(Link.Relation(name), str(Link.Relation(name).label))


def _merged_here(request: AgentRequest, found: Conversation) -> list[MergedHere]:
    now = timezone.now()
    told = []
    for row in candidates.merged_here(found):
        until = row.merged_at + operations.UNDO_MERGE_FOR
        url = reverse("desk:undo_merge", args=[row.id]) if until > now else ""
        place = reverse("desk:conversation", args=[row.child_id])
        told.append(MergedHere(row.child_id, place, row.child.subject, url, times.moment(until, now)))
    return told


def _merged_away(request: AgentRequest, found: Conversation) -> dict[str, Any]:
    """Where it went, with a link where the agent may see that one, and how long that can be undone."""
    number = locking.final(found.id)
    row = found.merges.filter(undone_at=None).first()
    until = row.merged_at + operations.UNDO_MERGE_FOR if row else timezone.now()
    is_seen = queries.visible(request.user).filter(id=number).exists()
    may_undo = row is not None and is_seen and until > timezone.now()
    return {
        "number": number,
        "url": reverse("desk:conversation", args=[number]) if is_seen else "",
        "undo_url": reverse("desk:undo_merge", args=[row.id]) if row is not None and may_undo else "",
        "until": times.moment(until, timezone.now()),
    }


def _left_drafts(request: AgentRequest, found: Conversation) -> list[str]:
    """What the agent had begun here while they had begun something in the other one too: it is not lost."""
    rows = Draft.objects.filter(conversation=found, agent=request.user).exclude(text="")
    return list(rows.values_list("text", flat=True))
