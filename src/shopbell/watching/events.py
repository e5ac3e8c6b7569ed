"""What the watch found, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.events import bus


@bus.event_type("watching.case_opened")
@dataclass(frozen=True, kw_only=True)
class CaseOpened(bus.DomainEvent):
    """Something is wrong with an order or parcel."""

    case_id: int
    order_id: int
    kind: str


@bus.event_type("watching.case_resolved")
@dataclass(frozen=True, kw_only=True)
class CaseResolved(bus.DomainEvent):
    """The reason is gone, or somebody settled it."""

    case_id: int
    order_id: int
    outcome: str


@bus.event_type("watching.case_reopened")
@dataclass(frozen=True, kw_only=True)
class CaseReopened(bus.DomainEvent):
    """It is to be looked at again."""

    case_id: int
    order_id: int


@bus.event_type("watching.case_changed")
@dataclass(frozen=True, kw_only=True)
class CaseChanged(bus.DomainEvent):
    """Somebody took a case, gave it to a colleague, or left a note."""

    case_id: int
    order_id: int


@bus.event_type("watching.choice_made")
@dataclass(frozen=True, kw_only=True)
class ChoiceMade(bus.DomainEvent):
    """The customer said what they want."""

    case_id: int
    order_id: int
    choice: str
    conversation_id: int | None = None


@bus.event_type("watching.notice_sent")
@dataclass(frozen=True, kw_only=True)
class NoticeSent(bus.DomainEvent):
    """A customer was written to first."""

    notice_id: int
    order_id: int
    conversation_id: int


@bus.event_type("watching.settings_changed")
@dataclass(frozen=True, kw_only=True)
class WatchSettingsChanged(bus.DomainEvent):
    """Somebody edited the rules, the hours, the texts or the messages of a shop."""

    shop_id: int


@bus.event_type("watching.incident_changed")
@dataclass(frozen=True, kw_only=True)
class IncidentChanged(bus.DomainEvent):
    """An incident was made, edited, told to all, or closed."""

    incident_id: int
    state: str
