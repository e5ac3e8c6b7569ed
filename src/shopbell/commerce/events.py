"""What happens in the mirror of the shops."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from shopbell.events import bus


class Step(StrEnum):
    """What may happen to an order, as its customer would call it."""

    RECEIVED = "received"
    PAID = "paid"
    PAYMENT_FAILED = "payment_failed"
    SHIPPED = "shipped"  # the first parcel left
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY = "ready"  # for pickup, in the store or a parcel shop
    COLLECTED = "collected"
    DELIVERED = "delivered"  # the last parcel
    CANCELLED = "cancelled"
    REFUNDED = "refunded"  # money went back


@bus.event_type("commerce.order_moved")
@dataclass(frozen=True, kw_only=True)
class OrderMoved(bus.DomainEvent):
    """Something happened to an order, once per order and step."""

    order_id: int
    step: str


@bus.event_type("commerce.order_changed")
@dataclass(frozen=True, kw_only=True)
class OrderChanged(bus.DomainEvent):
    """Something new is known of an order: pages that show it are stale. Its customer may be new."""

    logged: ClassVar[bool] = False
    order_id: int


@bus.event_type("commerce.order_given")
@dataclass(frozen=True, kw_only=True)
class OrderGiven(bus.DomainEvent):
    """An agent said whose an order is, or took that back."""

    order_id: int
    customer_id: int | None
    former_id: int | None


@bus.event_type("commerce.shipment_moved")
@dataclass(frozen=True, kw_only=True)
class ShipmentMoved(bus.DomainEvent):
    """A parcel has another state."""

    shipment_id: int
    order_id: int
    state: str


@bus.event_type("commerce.push_stored")
@dataclass(frozen=True, kw_only=True)
class PushStored(bus.DomainEvent):
    """A shop or carrier pushed something; it lies there raw."""

    logged: ClassVar[bool] = False
    push_id: int


@bus.event_type("commerce.connection_changed")
@dataclass(frozen=True, kw_only=True)
class ConnectionChanged(bus.DomainEvent):
    """Somebody made or edited a connection to a shop system."""

    connection_id: int


@bus.event_type("commerce.carrier_account_changed")
@dataclass(frozen=True, kw_only=True)
class CarrierAccountChanged(bus.DomainEvent):
    """Somebody made or edited an account with a carrier."""

    account_id: int


@bus.event_type("commerce.connection_failing")
@dataclass(frozen=True, kw_only=True)
class ConnectionFailing(bus.DomainEvent):
    """A shop system could not be read for as long as the alarm allows."""

    connection_id: int


@bus.event_type("commerce.import_ended")
@dataclass(frozen=True, kw_only=True)
class ImportEnded(bus.DomainEvent):
    """What a shop had before is in the mirror: a first import is complete, or a file of orders was read."""

    logged: ClassVar[bool] = False
    connection_id: int
    shop_id: int


@bus.event_type("commerce.action_asked")
@dataclass(frozen=True, kw_only=True)
class ActionAsked(bus.DomainEvent):
    """Somebody asked for something to be done in a shop, or a second person agreed; `state`: waiting or requested."""

    action_id: int
    ability: str
    state: str
    conversation_id: int | None = None


@bus.event_type("commerce.action_due")
@dataclass(frozen=True, kw_only=True)
class ActionDue(bus.DomainEvent):
    """It is time to do it, or to read back whether it was done."""

    logged: ClassVar[bool] = False
    action_id: int


@bus.event_type("commerce.action_settled")
@dataclass(frozen=True, kw_only=True)
class ActionSettled(bus.DomainEvent):
    """It was done in the shop, refused, withdrawn, or nobody knows."""

    action_id: int
    ability: str
    state: str
    conversation_id: int | None = None


@bus.event_type("commerce.order_collected")
@dataclass(frozen=True, kw_only=True)
class OrderCollected(bus.DomainEvent):
    """Somebody in a store says that an order was fetched, or was not after all."""

    order_id: int
    is_collected: bool


@bus.event_type("commerce.allowance_changed")
@dataclass(frozen=True, kw_only=True)
class AllowanceChanged(bus.DomainEvent):
    """Up to which amount a role gives money away alone; without one there is no limit of its own."""

    role: str
    currency: str
    amount: int | None
