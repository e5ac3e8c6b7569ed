"""The verbs of conversations: everything that writes."""

from shopbell.conversations.locking import Merged, NewerMessage
from shopbell.conversations.operations.announcing import Announcement, announce, link_order
from shopbell.conversations.operations.by_customer import CannotRate, may_rate
from shopbell.conversations.operations.by_customer import close as close_by_customer
from shopbell.conversations.operations.by_customer import open_again as reopen_by_customer
from shopbell.conversations.operations.by_customer import rate as rate_by_customer
from shopbell.conversations.operations.by_customer import write as write_by_customer
from shopbell.conversations.operations.checking import (
    TooManyItems,
    add_items,
    apply_template,
    delete_item,
    delete_template,
    move_item,
    save_template,
    tick,
)
from shopbell.conversations.operations.deleting import delete
from shopbell.conversations.operations.drafting import (
    DraftChanged,
    add_draft_file,
    below,
    check_version,
    discard_draft,
    end_draft,
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
from shopbell.conversations.operations.looking_back import look_back
from shopbell.conversations.operations.mailing import mail
from shopbell.conversations.operations.merging import UNDO_FOR as UNDO_MERGE_FOR
from shopbell.conversations.operations.merging import CannotMerge, merge, undo_merge
from shopbell.conversations.operations.merging import check as check_merge
from shopbell.conversations.operations.orders import (
    carry_orders,
    choose_order,
    find_orders,
    find_orders_of,
    let_go_of_order,
    note_order,
)
from shopbell.conversations.operations.outcomes import record_outcome, retry
from shopbell.conversations.operations.receiving import receive
from shopbell.conversations.operations.recent import forget_searches, remember
from shopbell.conversations.operations.redacting import NothingFound, count_passage, redact_file, redact_passage
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
from shopbell.conversations.operations.splitting import CannotSplit, split
from shopbell.conversations.operations.starting import start
from shopbell.conversations.operations.taking_part import CannotTakePart, add_participants, leave_out, take_in
from shopbell.conversations.operations.uniting import merge_customers, show_name, sign, unmerge_customers

__all__ = [
    "Announcement",
    "announce",
    "link_order",
    "CannotRate",
    "may_rate",
    "rate_by_customer",
    "write_by_customer",
    "reopen_by_customer",
    "close_by_customer",
    "CannotSplit",
    "NothingFound",
    "count_passage",
    "delete",
    "redact_file",
    "redact_passage",
    "split",
    "UNDO_MERGE_FOR",
    "check_merge",
    "CannotMerge",
    "TooManyItems",
    "add_items",
    "apply_template",
    "delete_item",
    "delete_template",
    "move_item",
    "save_template",
    "tick",
    "CannotTakePart",
    "add_participants",
    "leave_out",
    "take_in",
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
    "below",
    "await_customer",
    "await_third",
    "carry_orders",
    "change_custom",
    "choose_order",
    "find_orders",
    "find_orders_of",
    "let_go_of_order",
    "note_order",
    "change_subject",
    "change_tags",
    "check_version",
    "discard_draft",
    "end_draft",
    "follow",
    "forget_searches",
    "is_ours",
    "link",
    "mail",
    "mark_read",
    "mark_spam",
    "mark_unread",
    "look_back",
    "merge",
    "merge_customers",
    "not_spam",
    "note",
    "prioritise",
    "put_off",
    "receive",
    "record_outcome",
    "record_sent",
    "remember",
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
    "sign",
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
