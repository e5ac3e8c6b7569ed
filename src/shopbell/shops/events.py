"""What happens to shops."""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.events import bus


@bus.event_type("shops.changed")
@dataclass(frozen=True, kw_only=True)
class ShopChanged(bus.DomainEvent):
    """A shop was made or edited."""

    shop_id: int
