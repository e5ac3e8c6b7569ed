"""Customers who do not want to be written to first."""

from __future__ import annotations

from shopbell.commerce.models import Order
from shopbell.core.transactions import retried
from shopbell.watching.models import Objection
from shopbell.watching.operations.telling import address_of, addresses_of


@retried
def object_to(order: Order) -> None:
    """The shop no longer writes to this order's customer by itself. Said twice it is the same."""
    address = address_of(order)
    if address:
        Objection.objects.bulk_create([Objection(shop_id=order.shop_id, address=address)], ignore_conflicts=True)


@retried
def allow_again(order: Order) -> None:
    """It may write again, to all of the customer's addresses."""
    Objection.objects.filter(shop=order.shop_id, address__in=addresses_of(order)).delete()
