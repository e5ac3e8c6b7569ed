"""What the watch does when something happens."""

from __future__ import annotations

from shopbell.commerce import events as commerce
from shopbell.commerce.contract import Ability
from shopbell.commerce.models import Action
from shopbell.events import bus
from shopbell.watching.operations import cases, planning


@bus.subscribe(commerce.OrderMoved)
def tell_of_step(event: commerce.OrderMoved) -> None:
    """An order went on: its customer hears of it where the shop says so."""
    planning.plan_step(event.order_id, event.step)


@bus.subscribe(commerce.ActionSettled)
def settle_refunded(event: commerce.ActionSettled) -> None:
    """Whoever wanted their money back has it."""
    if (event.ability, event.state) == (Ability.REFUND, Action.State.DONE):
        cases.settle_refunded(Action.objects.values_list("order_id", flat=True).get(id=event.action_id))
