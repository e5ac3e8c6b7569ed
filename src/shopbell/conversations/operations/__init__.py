"""The verbs of conversations: everything that writes."""

from shopbell.conversations.operations.drafting import add_draft_file, discard_draft, remove_draft_file, save_draft
from shopbell.conversations.operations.handling import (
    assign,
    await_customer,
    change_subject,
    change_tags,
    mark_read,
    mark_spam,
    mark_unread,
    not_spam,
    prioritise,
    reopen,
    resolve,
    snooze,
    wake,
)
from shopbell.conversations.operations.importing import is_ours, record_sent
from shopbell.conversations.operations.receiving import receive
from shopbell.conversations.operations.replying import (
    NewerMessage,
    NoRecipient,
    Reply,
    acknowledge,
    note,
    record_outcome,
    reply,
    retry,
    undo,
)

__all__ = [
    "NewerMessage",
    "NoRecipient",
    "Reply",
    "acknowledge",
    "add_draft_file",
    "assign",
    "await_customer",
    "change_subject",
    "change_tags",
    "discard_draft",
    "is_ours",
    "mark_read",
    "mark_spam",
    "mark_unread",
    "not_spam",
    "note",
    "prioritise",
    "receive",
    "record_outcome",
    "record_sent",
    "remove_draft_file",
    "reopen",
    "reply",
    "resolve",
    "retry",
    "save_draft",
    "snooze",
    "undo",
    "wake",
]
