"""What the watch does when something happens."""

from __future__ import annotations

from shopbell.commerce import events as commerce
from shopbell.events import bus
from shopbell.watching.operations import planning


@bus.subscribe(commerce.OrderMoved)
def tell_of_step(event: commerce.OrderMoved) -> None:
    """An order went on: its customer hears of it where the shop says so."""
    planning.plan_step(event.order_id, event.step)
