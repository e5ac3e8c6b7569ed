"""Tells agents what happened, after the fact."""

from __future__ import annotations

from shopbell.conversations import events as conversation_events
from shopbell.events import bus
from shopbell.events.models import Event
from shopbell.notifications import audience, operations


@bus.read_log(
    conversation_events.Noted,
    conversation_events.ConversationAssigned,
    conversation_events.CustomerReplied,
    conversation_events.SideAnswered,
    conversation_events.ConversationWoken,
    conversation_events.MessageStateChanged,
)
def tell(event: Event) -> None:
    """Write a notification for everybody concerned."""
    operations.tell(audience.of(event))
