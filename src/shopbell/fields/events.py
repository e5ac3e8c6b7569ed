"""What happens to the fields a shop makes itself."""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.events import bus


@bus.event_type("fields.changed")
@dataclass(frozen=True, kw_only=True)
class FieldChanged(bus.DomainEvent):
    """A field was made, changed, moved, archived or brought back."""

    field_id: int
