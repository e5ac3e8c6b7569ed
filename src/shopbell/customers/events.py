"""What happens to customers."""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.events import bus


@bus.event_type("customers.changed")
@dataclass(frozen=True, kw_only=True)
class CustomerChanged(bus.DomainEvent):
    """Somebody edited the name, language or note of a customer."""

    customer_id: int


@bus.event_type("customers.identity_blocked")
@dataclass(frozen=True, kw_only=True)
class IdentityBlocked(bus.DomainEvent):
    """What comes from an address is spam from now on."""

    customer_id: int
    identity_id: int


@bus.event_type("customers.identity_unblocked")
@dataclass(frozen=True, kw_only=True)
class IdentityUnblocked(bus.DomainEvent):
    """An address is heard again."""

    customer_id: int
    identity_id: int
