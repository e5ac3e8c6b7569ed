"""What happens in chats beyond what happens in their conversations."""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.conversations.events import ConversationEvent
from shopbell.events import bus


@bus.event_type("chats.verified")
@dataclass(frozen=True, kw_only=True)
class VisitorVerified(bus.DomainEvent):
    """A visitor proved who they are, by a code or by the shop's vouching."""

    visit_id: int
    customer_id: int
    conversation_id: int | None


@bus.event_type("chats.ended")
@dataclass(frozen=True, kw_only=True)
class ChatEnded(ConversationEvent):
    """The visitor ended the chat."""


@bus.event_type("chats.missed_mailed")
@dataclass(frozen=True, kw_only=True)
class MissedMailed(ConversationEvent):
    """A visitor who had left was mailed the answers they missed, up to a line."""

    visit_id: int
    seq: int
    message_id: int


@bus.event_type("chats.transcript_mailed")
@dataclass(frozen=True, kw_only=True)
class TranscriptMailed(ConversationEvent):
    """A visitor was mailed what was said."""

    visit_id: int
    seq: int
    message_id: int
