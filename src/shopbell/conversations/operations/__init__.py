"""The verbs of conversations: everything that writes."""

from shopbell.conversations.locking import Merged, NewerMessage
from shopbell.conversations.operations.drafting import (
    DraftChanged,
    add_draft_file,
    check_version,
    discard_draft,
    remove_draft_file,
    save_draft,
    save_shared,
    share_draft,
    take_over_draft,
)
from shopbell.conversations.operations.following import CannotSee, follow, unfollow
from shopbell.conversations.operations.handling import (
    FieldsMissing,
    NewTag,
    assign,
    await_customer,
    change_custom,
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
from shopbell.conversations.operations.linking import NoSuchLink, link, unlink
from shopbell.conversations.operations.merging import UNDO_FOR as UNDO_MERGE_FOR
from shopbell.conversations.operations.merging import CannotMerge, merge, undo_merge
from shopbell.conversations.operations.merging import check as check_merge
from shopbell.conversations.operations.outcomes import record_outcome, retry
from shopbell.conversations.operations.receiving import receive
from shopbell.conversations.operations.replying import (
    NoRecipient,
    Reply,
    acknowledge,
    note,
    reply,
    undo,
)
from shopbell.conversations.operations.scheduling import (
    NotThen,
    put_off,
    send_later,
    send_scheduled,
    unschedule,
)
from shopbell.conversations.operations.siding import (
    Ask,
    NotThem,
    ask_third,
    await_third,
    reply_to_third,
    take_back_from_third,
)
from shopbell.conversations.operations.starting import start
from shopbell.conversations.operations.uniting import merge_customers, show_name, unmerge_customers

__all__ = [
    "UNDO_MERGE_FOR",
    "check_merge",
    "CannotMerge",
    "Ask",
    "CannotMerge",
    "CannotSee",
    "DraftChanged",
    "FieldsMissing",
    "Merged",
    "NewTag",
    "NewerMessage",
    "NoRecipient",
    "NoSuchLink",
    "NotThem",
    "NotThen",
    "Reply",
    "acknowledge",
    "add_draft_file",
    "ask_third",
    "assign",
    "await_customer",
    "await_third",
    "change_custom",
    "change_subject",
    "change_tags",
    "check_version",
    "discard_draft",
    "follow",
    "is_ours",
    "link",
    "mark_read",
    "mark_spam",
    "mark_unread",
    "merge",
    "merge_customers",
    "not_spam",
    "note",
    "prioritise",
    "put_off",
    "receive",
    "record_outcome",
    "record_sent",
    "remove_draft_file",
    "reopen",
    "reply",
    "reply_to_third",
    "resolve",
    "retry",
    "save_draft",
    "save_shared",
    "send_later",
    "send_scheduled",
    "share_draft",
    "show_name",
    "snooze",
    "take_back_from_third",
    "take_over_draft",
    "start",
    "undo",
    "undo_merge",
    "unfollow",
    "unlink",
    "unmerge_customers",
    "unschedule",
    "wake",
]
