"""What happened to an order between two looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from shopbell.commerce.contract import Fulfilment, Payment, State
from shopbell.commerce.events import OrderChanged, OrderMoved, Step
from shopbell.commerce.models import Order, Shipment
from shopbell.events import bus

PAID = {Payment.PAID, Payment.PARTLY_REFUNDED, Payment.REFUNDED}
_GONE = {Fulfilment.PARTLY, Fulfilment.FULFILLED, Fulfilment.DELIVERED, Fulfilment.RETURNED}
MOVING = {
    *(State.HANDED_OVER, State.IN_TRANSIT, State.CUSTOMS, State.OUT_FOR_DELIVERY, State.AVAILABLE_FOR_PICKUP),
    *(State.DELIVERED, State.ATTEMPT_FAILED, State.EXCEPTION, State.RETURNING, State.RETURNED),
}
IS_OVER = {State.DELIVERED, State.RETURNED, State.LOST, State.CANCELLED}


Reached = Mapping[int, frozenset[Step]]  # order → what it has behind it


def reached(rows: QuerySet[Order]) -> Reached:
    """Where these orders are."""
    orders = list(rows.only("payment", "fulfilment", "is_cancelled", "refunded", "is_pickup"))
    parcels: dict[int, list[Shipment]] = {}
    for parcel in Shipment.objects.filter(order__in=orders).only("order_id", "state", "shipped_at"):
        parcels.setdefault(parcel.order_id, []).append(parcel)
    return {row.id: frozenset(_reached(row, parcels.get(row.id, []))) for row in orders}


def tell(before: Reached, after: Reached) -> None:
    """Publish what happened to orders meanwhile, in the order it happens to one, and that they changed."""
    for order_id, steps in after.items():
        for step in (one for one in Step if one in steps - before.get(order_id, frozenset())):
            bus.publish(OrderMoved(order_id=order_id, step=step), key=f"order:{order_id}:{step}")
        bus.publish(OrderChanged(order_id=order_id))


def _reached(order: Order, parcels: list[Shipment]) -> Iterable[Step]:
    states = {State(parcel.state) for parcel in parcels}
    has_left = bool(states & MOVING) or any(parcel.shipped_at for parcel in parcels)
    found = {
        Step.RECEIVED: True,
        Step.PAID: order.payment in PAID,
        Step.PAYMENT_FAILED: order.payment == Payment.FAILED,
        Step.SHIPPED: has_left or (not order.is_pickup and order.fulfilment in _GONE),
        Step.OUT_FOR_DELIVERY: State.OUT_FOR_DELIVERY in states,
        Step.READY: order.fulfilment == Fulfilment.READY or State.AVAILABLE_FOR_PICKUP in states,
        Step.COLLECTED: order.fulfilment == Fulfilment.COLLECTED,
        Step.DELIVERED: is_delivered(order, parcels),
        Step.CANCELLED: order.is_cancelled,
        Step.REFUNDED: order.refunded > 0,
    }
    return (step for step, is_so in found.items() if is_so)


def is_delivered(order: Order, parcels: list[Shipment]) -> bool:
    """The consumer has every parcel, and every line is in one as far as the shop says."""
    if parcels:
        arriving = [parcel for parcel in parcels if parcel.state != State.CANCELLED]
        has_all = order.fulfilment in (Fulfilment.FULFILLED, Fulfilment.DELIVERED, Fulfilment.UNKNOWN)
        return bool(arriving) and has_all and all(parcel.state == State.DELIVERED for parcel in arriving)
    return order.fulfilment == Fulfilment.DELIVERED
