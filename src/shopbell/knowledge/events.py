"""What happens to approved wording."""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.events import bus


@bus.event_type("knowledge.macro_changed")
@dataclass(frozen=True, kw_only=True)
class MacroChanged(bus.DomainEvent):
    """A macro was made or edited."""

    macro_id: int


@bus.event_type("knowledge.macro_deleted")
@dataclass(frozen=True, kw_only=True)
class MacroDeleted(bus.DomainEvent):
    """A macro is gone."""

    macro_id: int


@bus.event_type("knowledge.signature_changed")
@dataclass(frozen=True, kw_only=True)
class SignatureChanged(bus.DomainEvent):
    """A signature was made, edited or deleted; without an agent it is everybody's."""

    signature_id: int
    agent_id: int | None
