"""Which steps of orders customers are told of."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, Min
from django.db.models.functions import Coalesce
from django.utils import timezone

from shopbell.commerce.contract import State
from shopbell.commerce.events import Step
from shopbell.commerce.models import Order, Shipment, TrackingEvent
from shopbell.core.transactions import retried
from shopbell.watching import texts
from shopbell.watching.models import Notice, StatusMessage

GATHER = timedelta(seconds=60)  # an order that takes several steps at once is told of the last only


@retried
def plan_step(order_id: int, step: str) -> Notice | None:
    """Have a step told, once per order, where the shop switched it on; None where it is not told (again)."""
    if step not in texts.STEPS:
        return None
    order = Order.objects.select_related("connection").filter(id=order_id).first()
    if order is None or order.connection.imported_at is None or _is_history(order, step):
        return None
    if not StatusMessage.objects.filter(shop=order.shop_id, step=step, channel_type="email").exists():
        return None
    notice, is_new = Notice.objects.get_or_create(
        key=f"{order.id}:step:{step}",
        defaults={"shop_id": order.shop_id, "order": order, "name": step, "due_at": timezone.now() + GATHER},
    )
    return notice if is_new else None


def _is_history(order: Order, step: str) -> bool:
    """Whether it happened before an import brought the order: its carrier may tell of last week's delivery only now."""
    happened = _happened_at(order, step)
    known = [at for at in (order.connection.imported_at, order.history_until) if at is not None]
    return happened is not None and happened < max(known)


def _happened_at(order: Order, step: str) -> datetime | None:
    """By the carrier's clock, or the shop's; None: nobody says."""
    if step in (Step.RECEIVED, Step.PAID):
        return order.placed_at if step == Step.RECEIVED else order.paid_at
    if step == Step.DELIVERED:
        return order.delivered_at
    parcels = Shipment.objects.filter(order=order).exclude(state=State.CANCELLED)
    if step == Step.SHIPPED:
        left: datetime | None = parcels.aggregate(at=Min(Coalesce("shipped_at", "handed_at")))["at"]
        return left
    states = {Step.OUT_FOR_DELIVERY: State.OUT_FOR_DELIVERY, Step.READY: State.AVAILABLE_FOR_PICKUP}
    scans = TrackingEvent.objects.filter(shipment__in=parcels, state=states[Step(step)])
    last: datetime | None = scans.aggregate(at=Max("occurred_at"))["at"]
    return last
