"""Reads of the mirror of the shops."""

from __future__ import annotations

from django.db.models import QuerySet

from shopbell.commerce.models import Order
from shopbell.customers.queries import with_merged


def orders_of(customer_id: int) -> QuerySet[Order]:
    """A customer's orders, newest first, with those of the customers who were merged into them."""
    return Order.objects.filter(customer__in=with_merged([customer_id]), gone_at=None).order_by("-placed_at", "-id")
