"""One conversation goes into another; for a day it can be taken out again.

Its messages move, so later mail, receipts, search and answers find them where they are, without a rule of their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from shopbell.conversations import events
from shopbell.conversations.counters import SNOOZABLE, changing
from shopbell.conversations.locking import lock_all
from shopbell.conversations.models import Conversation, Folder, Merge, Message, State
from shopbell.conversations.operations import carrying, waits
from shopbell.conversations.operations.rows import renew
from shopbell.core.transactions import retried
from shopbell.events import bus

UNDO_FOR = timedelta(hours=24)  # domain.md 5.1
_TIMES = ("opened_at", "resolved_at", "snoozed_until", "broken_snooze_until", "last_message_at")
_PLAIN = (
    "state",
    "priority",
    "assignee_id",
    "sleeps_till_reply",
    "tags",
    "channel_id",
    "channel_type",
    "language",
    "last_from_customer",
    "last_inbound_id",
)
_LIVELIEST = (State.OPEN, State.PENDING_THIRD, State.PENDING_CUSTOMER, State.RESOLVED, State.CLOSED)


class CannotMerge(ValueError):
    """These two stay apart. `reason`: itself, gone, shop, spam, merged, target_merged, customer, late."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@retried
def merge(conversation_id: int, into_id: int, *, actor: int | None, across: bool = False) -> Merge:
    """Put everything of one conversation into another, whose number, subject and people stay. Twice is once.

    `across`: also where the customers differ, which is a lead's decision and never silent (domain.md 5.1).
    Raises CannotMerge.
    """
    rows = lock_all([conversation_id, into_id])
    child, parent = rows.get(conversation_id), rows.get(into_id)
    if child is None or parent is None:
        raise CannotMerge("gone")
    known = Merge.objects.filter(child=child, parent=parent, undone_at=None).first()
    if known is not None:
        return known
    check(child, parent, across=across)
    return _merge(child, parent, actor)


def check(child: Conversation, parent: Conversation, *, across: bool) -> None:
    """Whether the one may go into the other. Raises CannotMerge."""
    wrong = {
        "itself": child.id == parent.id,
        "merged": child.state == State.MERGED,
        "target_merged": parent.state == State.MERGED,
        "spam": State.SPAM in (child.state, parent.state),
        "shop": child.shop_id != parent.shop_id,
        "customer": child.customer_id != parent.customer_id and not across,
    }
    if reason := next((reason for reason, is_so in wrong.items() if is_so), ""):
        raise CannotMerge(reason)


def _merge(child: Conversation, parent: Conversation, actor: int | None) -> Merge:
    before: dict[str, Any] = {"child": _snapshot(child), "parent": _snapshot(parent)}
    ids = list(Message.objects.filter(conversation=child).order_by("id").values_list("id", flat=True))
    carrying.carry_messages(ids, child, parent)
    before["rows"] = carrying.carry_rows(child, parent)
    before["waits"] = carrying.unite_waits(child, parent)
    before["marks"] = carrying.unite_marks(child, parent)
    with changing(parent):
        _unite(parent, child)
    with changing(child):
        _empty(child, parent)
    before["after"] = _snapshot(parent)
    row = Merge.objects.create(child=child, parent=parent, merged_at=timezone.now(), message_ids=ids, before=before)
    bus.publish(events.ConversationMerged(conversation_id=child.id, into_id=parent.id), actor=actor)
    bus.publish(events.ConversationTookIn(conversation_id=parent.id, from_id=child.id), actor=actor)
    return row


def _unite(parent: Conversation, child: Conversation) -> None:
    """The row of the list: the newest of both, the livelier state, the earlier wait, everybody's tags."""
    if child.last_message_at > parent.last_message_at:
        for name in ("channel", "channel_type", "language", "preview", "last_message_at", "last_from_customer"):
            setattr(parent, name, getattr(child, name))
    parent.last_message_id = max(parent.last_message_id, child.last_message_id)
    parent.last_inbound_id = max(parent.last_inbound_id, child.last_inbound_id)
    parent.opened_at = min(parent.opened_at, child.opened_at)
    parent.tags = sorted({*parent.tags, *child.tags})
    parent.priority = max(parent.priority, child.priority)
    parent.has_failure = parent.has_failure or child.has_failure
    parent.has_attachments = parent.has_attachments or child.has_attachments
    parent.assignee = parent.assignee or _inherited(child)
    _enliven(parent, child)
    waits.show(parent)


def _enliven(parent: Conversation, child: Conversation) -> None:
    """Open is livelier than waiting, and that than done; what nobody had put aside is not put aside."""
    was_done = parent.state not in SNOOZABLE
    if _LIVELIEST.index(State(child.state)) < _LIVELIEST.index(State(parent.state)):
        parent.state, parent.resolved_at = child.state, child.resolved_at
    if was_done:
        parent.snoozed_until, parent.sleeps_till_reply = child.snoozed_until, child.sleeps_till_reply
    elif child.folder == Folder.OPEN:
        parent.snoozed_until, parent.sleeps_till_reply = None, False


def _inherited(child: Conversation) -> Any:
    """Whose it was goes on with it, but for a partner agent, who may not see the other team's conversation."""
    return None if child.assignee is None or child.assignee.is_partner else child.assignee


def _empty(child: Conversation, parent: Conversation) -> None:
    child.state, child.merged_into, child.resolved_at = State.MERGED, parent, None
    child.snoozed_until, child.sleeps_till_reply, child.waiting_since = None, False, None
    child.has_failure = False


@retried
def undo_merge(merge_id: int, *, actor: int | None) -> bool:
    """Take a conversation out again, as it was; what was written since stays with the other. False: it is out already.

    What was changed since in the other stays changed. Raises CannotMerge: late, after UNDO_FOR; target_merged, where
    the other went into a third one meanwhile and that has to be undone first; gone.
    """
    row = Merge.objects.filter(id=merge_id).first()
    rows = lock_all([row.child_id, row.parent_id]) if row else {}
    row = Merge.objects.filter(id=merge_id).first()  # as it is now that nobody else undoes it
    if row is None or len(rows) < 2:
        raise CannotMerge("gone")
    if row.undone_at is not None:
        return False
    child, parent = rows[row.child_id], rows[row.parent_id]
    if timezone.now() > row.merged_at + UNDO_FOR:
        raise CannotMerge("late")
    if parent.state == State.MERGED:
        raise CannotMerge("target_merged")
    _part(row, child, parent)
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    for one, other in ((child, parent), (parent, child)):
        bus.publish(events.MergeUndone(conversation_id=one.id, other_id=other.id), actor=actor)
    return True


def _part(row: Merge, child: Conversation, parent: Conversation) -> None:
    before = row.before
    carrying.carry_messages(row.message_ids, parent, child)
    carrying.carry_back(before["rows"], parent, child)
    carrying.part_waits(row, parent, child)
    carrying.part_marks(before["marks"], parent, child)
    with changing(child), changing(parent):
        child.merged_into, child.has_failure = None, parent.has_failure
        _restore(child, {**before["child"], "tags": child.tags})  # they may be called otherwise by now
        _restore(parent, before["parent"], unless_changed_since=before["after"])
        renew(child)
        renew(parent)
        waits.show(child)
        waits.show(parent)
    _forget_brought(row)


def _snapshot(conversation: Conversation) -> dict[str, Any]:
    times = {name: at.isoformat() if (at := getattr(conversation, name)) else None for name in _TIMES}
    return {**times, **{name: getattr(conversation, name) for name in _PLAIN}}


def _restore(
    conversation: Conversation, before: dict[str, Any], *, unless_changed_since: dict[str, Any] | None = None
) -> None:
    """Back to what it was; what somebody changed since the merge stays as it is."""
    for name, value in _snapshot(conversation).items():
        if unless_changed_since is None or value == unless_changed_since[name]:
            old = before[name]
            setattr(conversation, name, datetime.fromisoformat(old) if old and name in _TIMES else old)


def _forget_brought(row: Merge) -> None:
    """What went into the same conversation later, and is taken out later, leaves nothing of this one behind there."""
    brought, before = row.before["after"], row.before["parent"]
    child_began, parent_began = row.before["waits"]["began"]
    for later in Merge.objects.filter(parent=row.parent_id, id__gt=row.id, undone_at=None):
        kept, began = later.before["parent"], later.before["waits"]["began"]
        later.before["parent"] = {name: before[name] if kept[name] == brought[name] else kept[name] for name in kept}
        began[1] = parent_began if began[1] == child_began else began[1]
        later.save(update_fields=["before"])
