"""What happens on channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shopbell.events import bus


@bus.event_type("channels.inbound_stored")
@dataclass(frozen=True, kw_only=True)
class InboundStored(bus.DomainEvent):
    """Something came in and lies there raw."""

    logged: ClassVar[bool] = False
    inbound_id: int


@bus.event_type("channels.inbound_failed")
@dataclass(frozen=True, kw_only=True)
class InboundFailed(bus.DomainEvent):
    """Something could not be understood; a person has to look."""

    inbound_id: int


@bus.event_type("channels.inbound_dismissed")
@dataclass(frozen=True, kw_only=True)
class InboundDismissed(bus.DomainEvent):
    """A person has looked at what could not be understood; nothing is to be done."""

    inbound_id: int


@bus.event_type("channels.outbound_queued")
@dataclass(frozen=True, kw_only=True)
class OutboundQueued(bus.DomainEvent):
    """A message is to be sent."""

    logged: ClassVar[bool] = False
    outbound_id: int


@bus.event_type("channels.outbound_changed")
@dataclass(frozen=True, kw_only=True)
class OutboundChanged(bus.DomainEvent):
    """A message was sent, delivered, or failed."""

    logged: ClassVar[bool] = False
    outbound_id: int
    state: str


@bus.event_type("channels.channel_changed")
@dataclass(frozen=True, kw_only=True)
class ChannelChanged(bus.DomainEvent):
    """Somebody made or edited a channel."""

    channel_id: int


@bus.event_type("channels.channel_failing")
@dataclass(frozen=True, kw_only=True)
class ChannelFailing(bus.DomainEvent):
    """A mailbox could not be read for as long as the alarm allows."""

    channel_id: int


@bus.event_type("channels.blob_forgotten")
@dataclass(frozen=True, kw_only=True)
class BlobForgotten(bus.DomainEvent):
    """Nothing refers to the bytes of a file any more."""

    logged: ClassVar[bool] = False
    sha256: str
