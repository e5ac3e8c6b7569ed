"""Reads of the mirror of the shops."""

from __future__ import annotations

from django.db.models import QuerySet

from shopbell.commerce.models import Broken, Connection, Order, Push
from shopbell.commerce.recommending import Recommendation as Recommendation
from shopbell.commerce.recommending import recommended as recommended
from shopbell.customers.queries import with_merged


def orders_of(customer_id: int) -> QuerySet[Order]:
    """A customer's orders, newest first, with those of the customers who were merged into them."""
    return Order.objects.filter(customer__in=with_merged([customer_id]), gone_at=None).order_by("-placed_at", "-id")


MOST_SHOWN = 50


def broken(connection: Connection) -> list[Broken]:
    """What of the shop's could not be understood, newest first."""
    return list(Broken.objects.filter(connection=connection).order_by("-id")[:MOST_SHOWN])


def failed_pushes(connection: Connection) -> list[Push]:
    """Pushes that could not be understood, newest first."""
    rows = Push.objects.filter(state=Push.State.FAILED, connection=connection).defer("body")
    return list(rows.order_by("-id")[:MOST_SHOWN])


def with_broken() -> set[int]:
    """Connections some of whose things could not be understood."""
    return set(Broken.objects.values_list("connection_id", flat=True).distinct())
