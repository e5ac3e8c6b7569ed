"""Click & collect: our own store says that an order was fetched."""

from __future__ import annotations

from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.commerce import events
from shopbell.commerce.contract import Ability, Fulfilment
from shopbell.commerce.models import Action
from shopbell.commerce.operations import acting
from shopbell.core.transactions import retried
from shopbell.events import bus


class CannotCollect(Exception):
    """There is nothing to fetch: it is sent by parcel, cancelled, or the shop says that it was fetched."""


@retried
def collect(order_id: int, agent: Agent) -> bool:
    """It was fetched, and the shop is told where it can be; False when somebody noted that already.

    Raises CannotCollect, Order.DoesNotExist.
    """
    order = acting.held(order_id)
    if order.collected_at is not None:
        return False
    if not order.is_pickup or order.is_cancelled or order.fulfilment == Fulfilment.COLLECTED:
        raise CannotCollect(order.number)
    order.collected_at, order.collected_by = timezone.now(), agent
    order.save(update_fields=["collected_at", "collected_by"])
    step = events.Step.COLLECTED
    bus.publish(events.OrderMoved(order_id=order.id, step=step), actor=agent.pk, key=f"order:{order.id}:{step}")
    bus.publish(events.OrderCollected(order_id=order.id, is_collected=True), actor=agent.pk)
    acting.tell_collected(order, agent)
    bus.publish(events.OrderChanged(order_id=order.id))
    return True


@retried
def give_back(order_id: int, agent: Agent) -> bool:
    """It was not fetched after all; False when nobody here had said so. Raises Order.DoesNotExist."""
    order = acting.held(order_id)
    if order.collected_at is None:
        return False
    acting.take_back_collected(order.id, agent)
    order.collected_at = order.collected_by = None
    order.save(update_fields=["collected_at", "collected_by"])
    bus.publish(events.OrderCollected(order_id=order.id, is_collected=False), actor=agent.pk)
    bus.publish(events.OrderChanged(order_id=order.id))
    return True


def shop_was_told(order_id: int) -> bool:
    """Whether the shop heard that it was fetched: then it has to be set back there as well."""
    rows = Action.objects.filter(order=order_id, ability=Ability.COLLECT)
    return rows.exclude(state__in=[Action.State.REQUESTED, Action.State.WITHDRAWN, Action.State.FAILED]).exists()
