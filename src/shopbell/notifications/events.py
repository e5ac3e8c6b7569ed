"""What happens to notifications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shopbell.events import bus


@bus.event_type("notifications.notified")
@dataclass(frozen=True, kw_only=True)
class Notified(bus.DomainEvent):
    """An agent has something new to know. Not in the log: what it is about is there already."""

    logged: ClassVar[bool] = False
    notification_id: int
    agent_id: int


@bus.event_type("notifications.push_owed")
@dataclass(frozen=True, kw_only=True)
class PushOwed(bus.DomainEvent):
    """One browser is to be told of one notification."""

    logged: ClassVar[bool] = False
    notification_id: int
    address_id: int
