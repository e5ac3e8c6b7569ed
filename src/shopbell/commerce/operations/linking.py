"""An agent says whose order it is, or that it is not; both can be undone, and the shop's next word changes neither."""

from __future__ import annotations

from shopbell.commerce import events
from shopbell.commerce.models import LinkedBy, Order
from shopbell.commerce.operations import accounts
from shopbell.core.transactions import retried
from shopbell.customers.models import Customer
from shopbell.customers.operations.resolving import recompare
from shopbell.events import bus


@retried
def give(order_id: int, customer_id: int | None, *, actor: int) -> bool:
    """Link an order with a customer, or with nobody; False when it is so already. Raises Order.DoesNotExist,
    Customer.DoesNotExist."""
    row = Order.objects.select_for_update(no_key=True).get(id=order_id)
    if customer_id is not None:
        Customer.objects.get(id=customer_id, merged_into=None)
    if (row.customer_id, row.linked_by) == (customer_id, LinkedBy.AGENT):
        return False
    _link(row, customer_id, LinkedBy.AGENT, actor)
    return True


@retried
def give_back(order_id: int, *, actor: int) -> bool:
    """Undo what an agent said: whose it is follows from account and addresses again. False when nobody said so."""
    rows = Order.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("connection__shop", "account").get(id=order_id)
    if row.linked_by != LinkedBy.AGENT:
        return False
    if row.account is not None and row.account.customer_id:
        _link(row, row.account.customer_id, LinkedBy.ACCOUNT, actor)
        return True
    keys = [(kind, value) for kind, value in (("email", row.email), ("phone", row.phone)) if value]
    owner = accounts.find_owners({"it": keys}, {"it": (row.name, row.language)}).get("it", accounts.NOBODY)
    _link(row, owner.customer, owner.by, actor)
    return True


def _link(row: Order, customer_id: int | None, by: str, actor: int) -> None:
    former = row.customer_id
    row.customer_id, row.linked_by = customer_id, by
    row.save(update_fields=["customer", "linked_by"])
    recompare(number for number in (former, customer_id) if number)
    bus.publish(events.OrderGiven(order_id=row.id, customer_id=customer_id, former_id=former), actor=actor)
    bus.publish(events.OrderChanged(order_id=row.id))
