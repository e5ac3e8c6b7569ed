"""What webhooks are told: which lines of the log, under which public name.

A public name and the fields of its data are a promise: fields may be added, none is renamed or taken away.
"""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.conversations import events as conversations
from shopbell.customers import events as customers
from shopbell.events import bus


@dataclass(frozen=True)
class Kind:
    """A type of message."""

    name: str
    about: str
    source: type[bus.DomainEvent]


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
)
PING = "webhook.test"
KINDS = {kind.name: kind for kind in _KINDS}
SOURCES = [kind.source for kind in _KINDS]
NAME_OF = {kind.source.name: kind.name for kind in _KINDS}
