"""What happens to conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shopbell.events import bus


@dataclass(frozen=True, kw_only=True)
class ConversationEvent(bus.DomainEvent):
    """Something about one conversation."""

    conversation_id: int


@bus.event_type("conversations.opened")
@dataclass(frozen=True, kw_only=True)
class ConversationOpened(ConversationEvent):
    """A new conversation; its first message was stored with it."""

    message_id: int


@bus.event_type("conversations.started")
@dataclass(frozen=True, kw_only=True)
class ConversationStarted(ConversationEvent):
    """A new conversation that an agent began by writing to a customer."""

    message_id: int


@bus.event_type("conversations.receipt_owed")
@dataclass(frozen=True, kw_only=True)
class ReceiptOwed(ConversationEvent):
    """The channel of a new conversation promises an automatic receipt."""

    logged: ClassVar[bool] = False
    message_id: int


@bus.event_type("conversations.customer_replied")
@dataclass(frozen=True, kw_only=True)
class CustomerReplied(ConversationEvent):
    """A customer's message joined a conversation."""

    message_id: int


@bus.event_type("conversations.automatic_received")
@dataclass(frozen=True, kw_only=True)
class AutomaticReceived(ConversationEvent):
    """An automatic answer joined a conversation. Nobody waits, nobody answers it."""

    message_id: int


@bus.event_type("conversations.blocked_received")
@dataclass(frozen=True, kw_only=True)
class BlockedReceived(ConversationEvent):
    """A blocked address wrote: it is kept as spam, and nobody is told."""

    message_id: int


@bus.event_type("conversations.agent_replied")
@dataclass(frozen=True, kw_only=True)
class AgentReplied(ConversationEvent):
    """An agent answered; the message is queued."""

    message_id: int


@bus.event_type("conversations.reply_undone")
@dataclass(frozen=True, kw_only=True)
class ReplyUndone(ConversationEvent):
    """An agent took an answer back before it left."""


@bus.event_type("conversations.noted")
@dataclass(frozen=True, kw_only=True)
class Noted(ConversationEvent):
    """An agent left a note."""

    message_id: int


@bus.event_type("conversations.assigned")
@dataclass(frozen=True, kw_only=True)
class ConversationAssigned(ConversationEvent):
    """The assignee or the team changed."""

    agent_id: int | None
    team_id: int | None


@bus.event_type("conversations.snoozed")
@dataclass(frozen=True, kw_only=True)
class ConversationSnoozed(ConversationEvent):
    """Put aside until an instant (ISO 8601, UTC)."""

    until: str


@bus.event_type("conversations.woken")
@dataclass(frozen=True, kw_only=True)
class ConversationWoken(ConversationEvent):
    """A snooze ended."""


@bus.event_type("conversations.state_changed")
@dataclass(frozen=True, kw_only=True)
class StateChanged(ConversationEvent):
    """Reopened, waiting for somebody, spam or not spam."""

    state: str


@bus.event_type("conversations.resolved")
@dataclass(frozen=True, kw_only=True)
class ConversationResolved(ConversationEvent):
    """Done."""


@bus.event_type("conversations.customer_closed")
@dataclass(frozen=True, kw_only=True)
class CustomerClosed(ConversationEvent):
    """The customer said in the portal that it is settled."""

    customer_id: int


@bus.event_type("conversations.customer_reopened")
@dataclass(frozen=True, kw_only=True)
class CustomerReopened(ConversationEvent):
    """The customer said in the portal that it is not settled."""

    customer_id: int


@bus.event_type("conversations.customer_rated")
@dataclass(frozen=True, kw_only=True)
class CustomerRated(ConversationEvent):
    """The customer said in the portal how it was, 1 to 5; said again, the last one counts."""

    customer_id: int
    score: int


@bus.event_type("conversations.changed")
@dataclass(frozen=True, kw_only=True)
class ConversationChanged(ConversationEvent):
    """Priority, tags or subject changed."""


@bus.event_type("conversations.message_state_changed")
@dataclass(frozen=True, kw_only=True)
class MessageStateChanged(ConversationEvent):
    """A message of ours was sent, delivered, or failed."""

    message_id: int
    state: str


@bus.event_type("conversations.draft_shared")
@dataclass(frozen=True, kw_only=True)
class DraftShared(ConversationEvent):
    """A draft was opened to colleagues, or closed to them again."""

    draft_id: int
    is_shared: bool


@bus.event_type("conversations.reply_scheduled")
@dataclass(frozen=True, kw_only=True)
class ReplyScheduled(ConversationEvent):
    """An answer was written that leaves by itself at an instant (ISO 8601, UTC)."""

    draft_id: int
    send_at: str


@bus.event_type("conversations.reply_unscheduled")
@dataclass(frozen=True, kw_only=True)
class ReplyUnscheduled(ConversationEvent):
    """An answer that was to leave later is its writer's draft again; `reason`: by hand, or why it may not leave."""

    draft_id: int
    agent_id: int
    reason: str  # cancelled, edited, customer_wrote, spam, may_not, nobody, failed


@bus.event_type("conversations.followed")
@dataclass(frozen=True, kw_only=True)
class ConversationFollowed(ConversationEvent):
    """Somebody follows it now; who made them do so is the actor."""

    agent_id: int


@bus.event_type("conversations.unfollowed")
@dataclass(frozen=True, kw_only=True)
class ConversationUnfollowed(ConversationEvent):
    """Somebody follows it no longer."""

    agent_id: int


@bus.event_type("conversations.side_opened")
@dataclass(frozen=True, kw_only=True)
class SideOpened(ConversationEvent):
    """Somebody else is asked about it, out of the customer's sight."""

    side_id: int
    message_id: int


@bus.event_type("conversations.side_replied")
@dataclass(frozen=True, kw_only=True)
class SideReplied(ConversationEvent):
    """An agent wrote again in a side conversation."""

    side_id: int
    message_id: int


@bus.event_type("conversations.side_answered")
@dataclass(frozen=True, kw_only=True)
class SideAnswered(ConversationEvent):
    """Somebody else answered in a side conversation."""

    side_id: int
    message_id: int


@bus.event_type("conversations.participants_changed")
@dataclass(frozen=True, kw_only=True)
class ParticipantsChanged(ConversationEvent):
    """An agent added or removed somebody answers go to."""


@bus.event_type("conversations.checklist_changed")
@dataclass(frozen=True, kw_only=True)
class ChecklistChanged(ConversationEvent):
    """Steps were added, moved or deleted."""


@bus.event_type("conversations.checklist_ticked")
@dataclass(frozen=True, kw_only=True)
class ChecklistTicked(ConversationEvent):
    """A step was done, or not after all."""

    item_id: int
    is_done: bool


@bus.event_type("conversations.linked")
@dataclass(frozen=True, kw_only=True)
class ConversationLinked(ConversationEvent):
    """It has to do with another one; published for either."""

    other_id: int
    relation: str


@bus.event_type("conversations.order_linked")
@dataclass(frozen=True, kw_only=True)
class OrderLinked(ConversationEvent):
    """It speaks of an order; `reason`: number, tracking, address, agent."""

    order_id: int
    reason: str


@bus.event_type("conversations.order_unlinked")
@dataclass(frozen=True, kw_only=True)
class OrderUnlinked(ConversationEvent):
    """An agent said that it does not speak of that order."""

    order_id: int


@bus.event_type("conversations.unlinked")
@dataclass(frozen=True, kw_only=True)
class ConversationUnlinked(ConversationEvent):
    """The link was a mistake; published for either."""

    other_id: int


@bus.event_type("conversations.merged")
@dataclass(frozen=True, kw_only=True)
class ConversationMerged(ConversationEvent):
    """Its messages went into another one."""

    into_id: int


@bus.event_type("conversations.took_in")
@dataclass(frozen=True, kw_only=True)
class ConversationTookIn(ConversationEvent):
    """The messages of another one came to it."""

    from_id: int


@bus.event_type("conversations.look_back_owed")
@dataclass(frozen=True, kw_only=True)
class LookBackOwed(bus.DomainEvent):
    """Messages of a shop older than `before_id` are still to be looked through for orders that came by an import."""

    logged: ClassVar[bool] = False
    shop_id: int
    before_id: int


@bus.event_type("conversations.merge_undone")
@dataclass(frozen=True, kw_only=True)
class MergeUndone(ConversationEvent):
    """A merge was taken back; published for either."""

    other_id: int


@bus.event_type("conversations.split")
@dataclass(frozen=True, kw_only=True)
class ConversationSplit(ConversationEvent):
    """Some of its messages became a conversation of their own."""

    new_id: int


@bus.event_type("conversations.split_off")
@dataclass(frozen=True, kw_only=True)
class ConversationSplitOff(ConversationEvent):
    """It began as a part of another one."""

    from_id: int
    message_id: int


@bus.event_type("conversations.redacted")
@dataclass(frozen=True, kw_only=True)
class ConversationRedacted(ConversationEvent):
    """A passage or a file was removed for good. What it was is written nowhere."""

    message_id: int
    what: str  # passage or file
    places: int
    reason: str


@bus.event_type("conversations.deleted")
@dataclass(frozen=True, kw_only=True)
class ConversationDeleted(ConversationEvent):
    """It is gone with everything in it; what it counts for is kept here."""

    shop_id: int
    channel_id: int
    reason: str
    opened_at: str  # ISO 8601
    messages: int
    from_customer: int
    from_agents: int
    waits_answered: int
    waits_unanswered: int
    was_spam: bool


@bus.event_type("conversations.customer_replaced")
@dataclass(frozen=True, kw_only=True)
class CustomerReplaced(ConversationEvent):
    """Its customer was merged into another, or came out of one again."""

    customer_id: int
    before_id: int


@bus.event_type("conversations.checklist_template_changed")
@dataclass(frozen=True, kw_only=True)
class ChecklistTemplateChanged(bus.DomainEvent):
    """A template of a checklist was made, changed or deleted."""

    template_id: int
