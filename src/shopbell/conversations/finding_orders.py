"""Orders by what somebody typed: a number, a tracking number, an address, a telephone number, a name."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from shopbell.agents.models import Agent
from shopbell.commerce.keys import key
from shopbell.commerce.models import Order, Shipment
from shopbell.conversations import masking, orders
from shopbell.core import cursors
from shopbell.core.cursors import Cursor
from shopbell.customers import phones
from shopbell.customers import queries as customers
from shopbell.customers.models import Customer

PAGE = 50
MOST = 200  # orders found by one thing that was typed
SHORTEST_NAME = 2


def matching(agent: Agent, typed: str) -> QuerySet[Order]:
    """The orders the agent may see that what was typed names. Masked: by numbers only, for a search would say what is
    hidden.
    """
    rows = orders.visible(agent)
    typed = typed.strip()
    if not typed:
        return rows
    named = _by_number(typed)
    if not masking.is_masked(agent):
        named += _by_person(typed)
    ids = named[0].union(*named[1:], all=True)
    return rows.filter(id__in=list(ids))


def exactly(agent: Agent, typed: str, limit: int = 5) -> list[Order]:
    """The orders whose number, or whose parcel's number, was typed; the newest first."""
    spelling = key(typed.strip())
    if len(spelling) < 2 or not any(sign.isdigit() for sign in spelling):
        return []
    named = _by_number(typed)
    ids = list(named[0].union(*named[1:], all=True))
    if not ids:
        return []
    rows = orders.visible(agent).filter(id__in=ids).select_related("shop")
    return list(rows.order_by("-placed_at", "-id")[:limit])


def _by_number(typed: str) -> list[Any]:
    spelling = key(typed)
    parcels = Shipment.objects.filter(tracking_key=spelling).exclude(tracking_key="")
    return [
        Order.objects.filter(number_key=spelling).values_list("id", flat=True)[:MOST],
        parcels.values_list("order_id", flat=True)[:MOST],
    ]


def _by_person(typed: str) -> list[Any]:
    if "@" in typed:
        return [Order.objects.filter(email=typed.lower()).exclude(email="").values_list("id", flat=True)[:MOST]]
    found: list[Any] = []
    numbers = [typed.replace(" ", "")] if typed.startswith("+") else phones.found_in(typed, "")
    if numbers:
        found.append(Order.objects.filter(phone__in=numbers).exclude(phone="").values_list("id", flat=True)[:MOST])
    if len(typed) >= SHORTEST_NAME and any(sign.isalpha() for sign in typed):
        people = customers.matching(typed).values("id")[:MOST]
        found.append(Order.objects.filter(customer__in=people).values_list("id", flat=True)[:MOST])
    return found


def of_customer(agent: Agent, customer: Customer) -> QuerySet[Order]:
    """A customer's orders, as far as the agent may see them."""
    return orders.visible(agent).filter(customer__in=customers.with_merged([customer.id]))


def page(rows: QuerySet[Order], cursor: Cursor | None) -> tuple[list[Order], Cursor | None]:
    """One page, the newest first, behind the cursor; and the next cursor."""
    if cursor is not None:
        rows = rows.filter(cursors.older(cursor, "placed_at"))
    found = list(rows.select_related("shop", "customer").defer("raw").order_by("-placed_at", "-id")[: PAGE + 1])
    following = (found[PAGE - 1].placed_at, found[PAGE - 1].id) if len(found) > PAGE else None
    return found[:PAGE], following
