"""What conversations do when something happens on a channel or to themselves."""

from __future__ import annotations

import logging
from typing import Any

from django.db import IntegrityError, OperationalError

from shopbell.agents import events as agent_events
from shopbell.channels import contract, delivery, ingress
from shopbell.channels import events as channel_events
from shopbell.channels.models import Inbound
from shopbell.commerce import events as commerce_events
from shopbell.conversations import events, operations
from shopbell.conversations.operations import handing_over
from shopbell.customers import events as customer_events
from shopbell.events import bus
from shopbell.events.delivery import Instead, Later

log = logging.getLogger(__name__)


@bus.subscribe(channel_events.InboundStored)
def file_inbound(event: channel_events.InboundStored) -> None:
    """Understand what came in and put it where it belongs; what cannot be understood waits for a person."""
    rows = Inbound.objects.select_for_update(of=("self",)).select_related("channel")
    inbound = rows.filter(id=event.inbound_id, state=Inbound.State.NEW).first()
    if inbound is None:  # filed meanwhile: locked, for a chat's line may be filed by its request just now
        return
    try:
        filed = [_file(inbound, item) for item in ingress.understand(inbound)]
    except (OperationalError, IntegrityError, OSError, Later):
        raise  # a race, a lost connection, a full disk: the bus tries again
    except Exception as error:
        log.exception("inbound %s could not be filed", inbound.id)
        reason = f"{type(error).__name__}: {error}"
        raise Instead(lambda: ingress.settle(inbound, Inbound.State.FAILED, reason)) from error
    _settle(inbound, filed)


def _settle(inbound: Inbound, filed: list[bool]) -> None:
    if not filed:
        ingress.settle(inbound, Inbound.State.FAILED, "nothing was understood")
    else:
        ingress.settle(inbound, Inbound.State.FILED if any(filed) else Inbound.State.DOUBLE)


def _file(inbound: Inbound, item: contract.Inbound) -> bool:
    if isinstance(item, contract.Receipt):
        delivery.receive_receipt(inbound.channel, item)
        return True
    file = operations.record_sent if operations.is_ours(inbound.channel, item) else operations.receive
    return file(inbound.channel, item, inbound) is not None


@bus.subscribe(channel_events.OutboundChanged)
def record_outcome(event: channel_events.OutboundChanged) -> None:
    """Show on the message what became of it."""
    operations.record_outcome(event.outbound_id)


@bus.subscribe(events.ReceiptOwed)
def acknowledge(event: events.ReceiptOwed) -> None:
    """Send the channel's automatic receipt."""
    operations.acknowledge(event.conversation_id, event.message_id)


@bus.subscribe(customer_events.CustomerChanged)
def show_customer_name(event: customer_events.CustomerChanged) -> None:
    """Lists show the new name."""
    operations.show_name(event.customer_id)


@bus.subscribe(agent_events.HandedOver, agent_events.HandOverOwed)
def hand_over(event: agent_events.HandedOver) -> None:
    """Give what somebody had open to others, a chunk each time, so that nothing is locked for long."""
    if handing_over.hand_over(event.agent_id, event.to_id):
        bus.publish(agent_events.HandOverOwed(agent_id=event.agent_id, to_id=event.to_id))


# Every number has a digit and every address an @. Digits of other scripts are beyond the letters of Europe.
_MAY_NAME_ORDERS = r"""
EXISTS (
    SELECT FROM conversations_message WHERE id = (%(data)s::jsonb->>'message_id')::bigint
        AND subject || text ~ '[0-9@]|[^\u0001-\u024f]'
)
"""


@bus.subscribe(
    *(events.ConversationOpened, events.CustomerReplied, events.ConversationStarted, events.AgentReplied),
    *(events.SideOpened, events.SideReplied, events.SideAnswered),
    where=_MAY_NAME_ORDERS,
)
def find_orders(event: Any) -> None:
    """See whether a message names an order or a parcel."""
    operations.find_orders(event.message_id)


@bus.subscribe(commerce_events.OrderChanged)
def note_order(event: commerce_events.OrderChanged) -> None:
    """An order has news: messages may have named it before it came, and pages show it."""
    operations.note_order(event.order_id)


@bus.subscribe(commerce_events.ImportEnded, events.LookBackOwed)
def look_back(event: Any) -> None:
    """Earlier messages may name what an import brought; a batch each time, so that nothing else waits for long."""
    further = operations.look_back(event.shop_id, getattr(event, "before_id", None))
    if further is not None:
        bus.publish(events.LookBackOwed(shop_id=event.shop_id, before_id=further))


@bus.subscribe(events.ConversationTookIn)
def carry_orders(event: events.ConversationTookIn) -> None:
    """What came in by a merge brings its orders."""
    operations.carry_orders(event.from_id, event.conversation_id)


@bus.subscribe(events.ConversationSplitOff)
def find_orders_of_part(event: events.ConversationSplitOff) -> None:
    """A part that was split off may speak of other orders."""
    operations.find_orders_of(event.conversation_id)
