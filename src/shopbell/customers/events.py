"""What happens to customers."""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.events import bus


@bus.event_type("customers.changed")
@dataclass(frozen=True, kw_only=True)
class CustomerChanged(bus.DomainEvent):
    """Somebody edited the name, language or note of a customer."""

    customer_id: int
