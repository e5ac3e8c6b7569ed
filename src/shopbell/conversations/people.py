"""Customers as an agent may see them: who sees only some conversations, sees only the people of those."""

from __future__ import annotations

from django.db.models import QuerySet

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import masking, queries
from shopbell.customers.models import IS_SELF, Customer, CustomerNote


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


def may_delete_note(agent: Agent, note: CustomerNote) -> bool:
    """One's own; anybody's for those who may merge people."""
    return note.author_id == agent.pk or permissions.may_merge_people(agent)
