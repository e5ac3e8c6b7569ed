"""Reads about customers."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from django.db.models import Q, QuerySet
from django.utils import timezone

from shopbell.core import text
from shopbell.customers.models import Customer, CustomerLink, SignIn


def with_merged(numbers: Iterable[int]) -> set[int]:
    """These customers and everybody who was merged into them: whose name older messages still bear."""
    found = set(numbers)
    newest = found
    while newest:
        rows = Customer.objects.filter(merged_into__in=newest).values_list("id", flat=True)
        newest = set(rows) - found
        found = found | newest
    return found


def self_of(customer: Customer) -> Customer:
    """Who this customer is now, through every merge."""
    while customer.merged_into_id is not None:
        customer = Customer.objects.get(id=customer.merged_into_id)
    return customer


def everybody(customer: Customer) -> set[int]:
    """All that are one person with this customer: who they are now, and everybody who was merged into that one."""
    return with_merged([self_of(customer).id])


def matching(typed: str) -> QuerySet[Customer]:
    """Customers by the beginning of any of their names or addresses, every word of what was typed."""
    groups = text.query(typed)
    if not groups:
        return Customer.objects.none()
    wanted = " & ".join("(" + " | ".join(f"'{variant}':*" for variant in group) + ")" for group in groups)
    return Customer.objects.extra(where=["search @@ %s::tsquery"], params=[wanted])


def links_of(numbers: Iterable[int]) -> QuerySet[CustomerLink]:
    """What was said of any of these customers."""
    return CustomerLink.objects.filter(Q(first__in=numbers) | Q(second__in=numbers))


def linked(customer_id: int) -> list[tuple[Customer, str]]:
    """Whom a customer has to do with, and how, in the reader's words: each as who they are now.

    What was said of two as they are counts before what came with a merge.
    """
    own = with_merged([customer_id])
    rows = links_of(own).select_related("first", "second").order_by("id")
    found: dict[int, tuple[Customer, str]] = {}
    for row in sorted(rows, key=lambda row: bool(row.first.merged_into_id) + bool(row.second.merged_into_id)):
        other = self_of(row.second if row.first_id in own else row.first)
        if other.id != customer_id:
            found.setdefault(other.id, (other, str(row.get_relation_display())))
    return list(found.values())


def signed_in(secret: str) -> SignIn | None:
    """The sign-in whose secret this is, with its identity and customer; None when it has ended."""
    rows = SignIn.objects.select_related("identity__customer", "shop").filter(expires_at__gt=timezone.now())
    return rows.filter(secret_hash=sha256(secret.encode()).hexdigest(), identity__verified_at__isnull=False).first()
