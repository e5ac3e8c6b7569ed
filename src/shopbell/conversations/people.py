"""Customers as an agent may see them: who sees only some conversations, sees only the people of those."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import masking, queries
from shopbell.conversations.models import Conversation
from shopbell.customers import operations as customers
from shopbell.customers import queries as customer_queries
from shopbell.customers.models import IS_SELF, Customer, CustomerNote, Double, Identity
from shopbell.fields.models import Field
from shopbell.fields.values import EMPTY

FACTS = ("name", "language", "salutation", "time_zone")


def visible_customers(agent: Agent) -> QuerySet[Customer]:
    """The people the agent may know of; those merged into another are not people of their own."""
    rows = masking.customers(Customer.objects.filter(IS_SELF), agent)
    if permissions.scope(agent).is_everything:
        return rows
    return rows.filter(id__in=queries.visible(agent).order_by().values("customer"))


def find_customer(agent: Agent, number: int) -> Customer | None:
    """One of them; of a customer that was merged, who they are now. None when the agent may not know of them."""
    found = current(number)
    if found is None or permissions.scope(agent).is_everything:
        return found
    return visible_customers(agent).filter(id=found.id).first()


def current(number: int) -> Customer | None:
    """The customer of this number, or who they were merged into."""
    found = Customer.objects.filter(id=number).first()
    while found is not None and found.merged_into_id is not None:
        found = Customer.objects.filter(id=found.merged_into_id).first()
    return found


def linked(agent: Agent, customer: Customer) -> list[tuple[Customer, str]]:
    """Whom they have to do with, as far as the agent may know of them."""
    found = customer_queries.linked(customer.id)
    if not found:
        return []
    known = visible_customers(agent).in_bulk([one.id for one, _how in found])
    return [(known[one.id], how) for one, how in found if one.id in known]


def open_doubles(agent: Agent, near: Customer | None = None) -> QuerySet[Double]:
    """Suggestions of one person twice, the surest first, of people the agent may know of."""
    rows = Double.objects.filter(state=Double.State.OPEN).select_related("first", "second", "suggested_by")
    if near is not None:
        rows = rows.filter(Q(first=near) | Q(second=near))
    if not permissions.scope(agent).is_everything:
        known = visible_customers(agent).values("id")
        rows = rows.filter(first__in=known, second__in=known)
    return rows.order_by("-confidence", "-id")


def may_delete_note(agent: Agent, note: CustomerNote) -> bool:
    """One's own; anybody's for those who may merge people."""
    return note.author_id == agent.pk or permissions.may_merge_people(agent)


@dataclass
class Preview:
    """What a merge would do."""

    identities: list[Identity] = field(default_factory=list)
    conversations: int = 0
    notes: int = 0
    filled: list[tuple[str, Any]] = field(default_factory=list)  # name of the fact or field, what comes over
    differing: list[tuple[str, Any, Any]] = field(default_factory=list)  # what stays, what is kept with who goes
    needs_reason: bool = False  # both have proved addresses of one kind


def preview(kept: Customer, gone: Customer, own: Iterable[Field]) -> Preview:
    """What would come over to `kept`, what is there already, and whether somebody has to say why."""
    identities = list(Identity.objects.filter(customer__in=[kept, gone]).order_by("id"))
    proved = customers.proved_kinds(identities, kept.id) & customers.proved_kinds(identities, gone.id)
    seen = Preview(
        identities=[one for one in identities if one.customer_id == gone.id],
        conversations=Conversation.objects.filter(customer=gone).count(),
        notes=gone.notes.count(),
        needs_reason=bool(proved),
    )
    facts = [(str(Customer._meta.get_field(name).verbose_name), name) for name in FACTS]  # type: ignore[union-attr]
    pairs = [(label, getattr(kept, name), getattr(gone, name)) for label, name in facts]
    pairs += [(one.label, kept.custom.get(one.key), gone.custom.get(one.key)) for one in own]
    seen.filled = [(label, theirs) for label, ours, theirs in pairs if ours in EMPTY and theirs not in EMPTY]
    seen.differing = [
        (label, ours, theirs) for label, ours, theirs in pairs if ours not in EMPTY and theirs not in (*EMPTY, ours)
    ]
    return seen


def addresses(agent: Agent, rows: Iterable[Customer]) -> list[tuple[int, str, str, bool]]:
    """(customer, kind, value, whether it is blocked) of all of them in one query; none where the agent sees masked."""
    if masking.is_masked(agent):
        return []
    found = Identity.objects.filter(customer__in=[row.id for row in rows]).order_by("id")
    return [(one.customer_id, one.kind, one.value, one.blocked_at is not None) for one in found]
