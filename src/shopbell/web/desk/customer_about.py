"""What the page of a customer shows beside the timeline: addresses, notes, links, merges, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import masking, people
from shopbell.customers import operations as customers
from shopbell.customers import queries as customer_queries
from shopbell.customers import vouching
from shopbell.customers.models import Customer, CustomerLink, Evidence, Identity, Merge
from shopbell.web.desk import listing

NOTES = 50
ICONS = {"email": "mail", "phone": "phone", "external": "hash", vouching.ACCOUNT: "user-round-check"}


@dataclass
class Reach:
    """One address, ready to print."""

    id: int
    icon: str
    text: str
    kind: str
    is_proved: bool
    proof: str  # by what
    is_forged: bool
    is_blocked: bool
    is_removable: bool


def reaches(found: Customer) -> list[Reach]:
    """All addresses of a customer; what stands for a missing sender is none."""
    rows = [row for row in found.identities.order_by("id") if not row.kind.endswith("-unknown")]
    return [_reach(row) for row in rows]


def _reach(row: Identity) -> Reach:
    kind = row.kind.removesuffix("-unproven")
    labels = {"email": _("e-mail address"), "phone": _("telephone"), "external": _("customer number")}
    labels[vouching.ACCOUNT] = _("account at the shop")
    return Reach(
        id=row.id,
        icon=ICONS.get(kind, "at-sign"),
        text=_text(row),
        kind=labels.get(kind, kind),
        is_proved=row.verified_at is not None,
        proof=str(Evidence(row.evidence).label) if row.evidence else "",
        is_forged=row.kind.endswith("-unproven"),
        is_blocked=row.blocked_at is not None,
        is_removable=row.kind in customers.KINDS,
    )


def _text(row: Identity) -> str:
    if row.kind == vouching.ACCOUNT:
        return f"{vouching.own_id(row.value)} ({row.value.partition(':')[0]})"
    return row.shown


@dataclass
class Note:
    """A note as the page shows it."""

    id: int
    text: str
    author: str
    created_at: datetime
    is_removable: bool


def notes(viewer: Agent, found: Customer) -> list[Note]:
    """What colleagues wrote down, newest first."""
    rows = found.notes.select_related("author").order_by("-id")[:NOTES]
    return [
        Note(row.id, row.text, str(row.author or ""), row.created_at, people.may_delete_note(viewer, row))
        for row in rows
    ]


@dataclass
class Person:
    """Somebody they have to do with."""

    id: int
    name: str
    initials: str
    relation: str


def build(viewer: Agent, found: Customer) -> dict[str, Any]:
    """Everything beside the timeline."""
    doubles = people.open_doubles(viewer, found)[:3] if permissions.may_suggest_merge(viewer) else ()
    linked = people.linked(viewer, found)
    return {
        "reaches": reaches(found),
        "notes": notes(viewer, found),
        "linked": [Person(one.id, str(one), listing.initials(str(one)), how) for one, how in linked],
        "relations": CustomerLink.Relation.choices,
        "merges": [] if masking.is_masked(viewer) else merges(found),
        "may_edit": permissions.may_answer(viewer) and permissions.may_edit_customers(viewer),
        "may_suggest_merge": permissions.may_suggest_merge(viewer),
        "may_merge": permissions.may_merge_people(viewer),
        "doubles": [(one.second if one.first_id == found.id else one.first, one.confidence) for one in doubles],
    }


def merges(found: Customer) -> list[Merge]:
    """Who was merged into them, also by way of others; the newest first."""
    everybody = customer_queries.with_merged([found.id])
    if len(everybody) == 1:
        return []
    rows = Merge.objects.filter(gone__in=everybody, undone_at=None).select_related("gone", "actor")
    return list(rows.order_by("-id"))
