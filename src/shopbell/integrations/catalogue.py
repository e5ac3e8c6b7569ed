"""What webhooks are told: which lines of the log, under which public name.

A public name and the fields of its data are a promise: fields may be added, none is renamed or taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shopbell.commerce import events as commerce
from shopbell.conversations import events as conversations
from shopbell.customers import events as customers
from shopbell.events import bus
from shopbell.events.models import Event
from shopbell.knowledge import events as knowledge
from shopbell.watching import events as watching


@dataclass(frozen=True)
class Kind:
    """A type of message."""

    name: str
    about: str
    source: type[bus.DomainEvent]
    names: Mapping[str, str] = field(default_factory=dict)  # of its data, where the public one is another

    def data(self, line: Event) -> dict[str, Any]:
        """What a line of the log says, under public names."""
        told = {self.names.get(name, name): value for name, value in line.data.items()}
        return {**told, "actor_id": line.actor_id}


_KINDS = (
    Kind("conversation.opened", "A customer began a conversation.", conversations.ConversationOpened),
    Kind("conversation.started", "An agent wrote to a customer first.", conversations.ConversationStarted),
    Kind("message.received", "A customer's message joined a conversation.", conversations.CustomerReplied),
    Kind(
        "message.automatic",
        "An automatic message (out of office, a bounce) joined a conversation; nobody waits for an answer.",
        conversations.AutomaticReceived,
    ),
    Kind("message.written", "An agent answered; the message is about to leave.", conversations.AgentReplied),
    Kind(
        "message.state_changed",
        "A message of ours was sent, delivered or failed; `state` says which.",
        conversations.MessageStateChanged,
    ),
    Kind("message.undone", "An agent took an answer back before it left.", conversations.ReplyUndone),
    Kind("note.written", "An agent left a note for colleagues.", conversations.Noted),
    Kind(
        "conversation.assigned", "The assignee or the team changed; null: nobody.", conversations.ConversationAssigned
    ),
    Kind("conversation.snoozed", "Put aside until an instant.", conversations.ConversationSnoozed),
    Kind("conversation.woken", "A snooze ended.", conversations.ConversationWoken),
    Kind(
        "conversation.state_changed",
        "Reopened, waiting for somebody, spam or not spam; `state` says which.",
        conversations.StateChanged,
    ),
    Kind("conversation.resolved", "Done.", conversations.ConversationResolved),
    Kind("conversation.changed", "Priority, tags, subject or the like changed.", conversations.ConversationChanged),
    Kind("conversation.merged", "Went into another one, `into_id`.", conversations.ConversationMerged),
    Kind("conversation.unmerged", "A merge was undone.", conversations.MergeUndone),
    Kind("conversation.linked", "Linked with another one, `other_id`.", conversations.ConversationLinked),
    Kind("conversation.deleted", "It is gone with all its messages.", conversations.ConversationDeleted),
    Kind("message.redacted", "A passage or a file was taken out of a message.", conversations.ConversationRedacted),
    Kind("side.opened", "Somebody else was asked about a conversation.", conversations.SideOpened),
    Kind("side.answered", "They answered.", conversations.SideAnswered),
    Kind("customer.merged", "Another customer became a part of this one.", customers.CustomersMerged),
    Kind("customer.unmerged", "A merge was taken apart.", customers.CustomersUnmerged),
    Kind("customer.changed", "Somebody edited what is known about a customer.", customers.CustomerChanged),
    Kind("conversation.rated", "The customer said how it was: `score`, 1 to 5.", conversations.CustomerRated),
    Kind(
        "order.moved",
        "Something happened to an order; `step`: received, paid, payment_failed, shipped, out_for_delivery, ready, "
        "collected, delivered, cancelled or refunded. Once for each order and step; a first import tells nothing.",
        commerce.OrderMoved,
    ),
    Kind("parcel.moved", "A parcel has another `state`.", commerce.ShipmentMoved, {"shipment_id": "parcel_id"}),
    Kind("order.given", "An agent said whose an order is; null: nobody's.", commerce.OrderGiven),
    Kind("order.collected", "A store handed an order over, or took that back.", commerce.OrderCollected),
    Kind(
        "order_action.asked",
        "Somebody asked for something in the shop; `state`: waiting for a second person, or requested.",
        commerce.ActionAsked,
    ),
    Kind("order_action.settled", "It was done, refused, withdrawn, or nobody knows.", commerce.ActionSettled),
    Kind("case.opened", "Something is wrong with an order or parcel; `kind` says what.", watching.CaseOpened),
    Kind("case.changed", "Somebody took a case, gave it away, or left a note.", watching.CaseChanged),
    Kind("case.chosen", "The customer said what they want: `choice`.", watching.ChoiceMade),
    Kind("case.resolved", "It is over; `outcome`: gone by itself, agent or incident.", watching.CaseResolved),
    Kind("case.reopened", "It is to be looked at again.", watching.CaseReopened),
    Kind("notice.sent", "A customer was written to first.", watching.NoticeSent),
    Kind("incident.changed", "An incident was made, edited, told to all, or closed.", watching.IncidentChanged),
    Kind("article.written", "Somebody wrote a version of an article.", knowledge.ArticleWritten),
    Kind("article.state_changed", "Sent to review, published, taken off the pages …", knowledge.ArticleStateChanged),
    Kind("article.deleted", "It is gone in every language.", knowledge.ArticleDeleted),
    Kind("policy.changed", "Proposed, approved or withdrawn; `step` says which.", knowledge.PolicyChanged),
    Kind("customer_import.ended", "A file of customers is done, or was stopped.", customers.ImportEnded),
)
PING = "webhook.test"
KINDS = {kind.name: kind for kind in _KINDS}
SOURCES = [kind.source for kind in _KINDS]
OF_EVENT = {kind.source.name: kind for kind in _KINDS}
