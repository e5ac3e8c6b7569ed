"""Which steps of orders customers are told of."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shopbell.commerce.models import Order
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
    if order is None or order.connection.imported_at is None:
        return None
    if not StatusMessage.objects.filter(shop=order.shop_id, step=step, channel_type="email").exists():
        return None
    notice, is_new = Notice.objects.get_or_create(
        key=f"{order.id}:step:{step}",
        defaults={"shop_id": order.shop_id, "order": order, "name": step, "due_at": timezone.now() + GATHER},
    )
    return notice if is_new else None
