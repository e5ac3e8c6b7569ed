"""Some messages of a conversation become one of their own."""

from __future__ import annotations

from collections.abc import Iterable

from shopbell.conversations import events
from shopbell.conversations.counters import changing
from shopbell.conversations.locking import lock
from shopbell.conversations.models import Conversation, Link, Mention, Message, ReadMark, State
from shopbell.conversations.operations import carrying, waits
from shopbell.conversations.operations.rows import renew
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.events import bus


class CannotSplit(ValueError):
    """`reason`: nothing (was picked), all (nothing would be left), moved (meanwhile), spam."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@retried
def split(conversation_id: int, message_ids: Iterable[int], *, subject: str, actor: int | None) -> Conversation:
    """Move messages into a new conversation of the customer who wrote the first of them, linked to this one.

    It begins when that message arrived (domain.md 2.2 rule 13) and who still waits for an answer waits there. The same
    messages split off twice are one conversation. Raises CannotSplit, and Merged.
    """
    ids = sorted(set(message_ids))
    conversation = lock(conversation_id)
    rows = list(Message.objects.filter(conversation=conversation, id__in=ids, side=None).order_by("occurred_at", "id"))
    if len(rows) < len(ids) and (before := _split_before(conversation, ids)):
        return before
    _check(conversation, rows, ids)
    new = _begin(conversation, rows, text.preview(subject, 500))
    _carry(ids, conversation, new)
    Link.objects.create(conversation=new, other=conversation, relation=Link.Relation.SPLIT)
    bus.publish(events.ConversationSplit(conversation_id=conversation.id, new_id=new.id), actor=actor)
    event = events.ConversationSplitOff(conversation_id=new.id, from_id=conversation.id, message_id=rows[0].id)
    bus.publish(event, actor=actor)
    return new


def _split_before(conversation: Conversation, ids: list[int]) -> Conversation | None:
    """Where all of them went when they were split off from here before."""
    links = Link.objects.filter(other=conversation, relation=Link.Relation.SPLIT)
    rows = Message.objects.filter(id__in=ids, conversation__in=links.values("conversation"))
    places = set(rows.values_list("conversation_id", flat=True))
    is_whole = len(places) == 1 and rows.count() == len(ids)
    return Conversation.objects.get(id=places.pop()) if is_whole else None


def _check(conversation: Conversation, rows: list[Message], ids: list[int]) -> None:
    if not ids:
        raise CannotSplit("nothing")
    if len(rows) < len(ids):
        raise CannotSplit("moved")
    if conversation.state == State.SPAM:
        raise CannotSplit("spam")
    if not Message.objects.filter(conversation=conversation).exclude(id__in=ids).exists():
        raise CannotSplit("all")


def _begin(conversation: Conversation, rows: list[Message], subject: str) -> Conversation:
    first = next((row for row in rows if row.customer_id), rows[0])
    is_same = first.customer_id in (None, conversation.customer_id)
    new = Conversation(
        shop_id=conversation.shop_id,
        channel_id=conversation.channel_id,
        channel_type=conversation.channel_type,
        customer_id=first.customer_id or conversation.customer_id,
        customer_name=conversation.customer_name if is_same else (first.sender_name or first.sender_address)[:200],
        subject=subject or text.preview(first.subject, 500) or conversation.subject,
        language=first.language or conversation.language,
        priority=conversation.priority,
        assignee_id=conversation.assignee_id,
        team_id=conversation.team_id,
        has_failure=conversation.has_failure,
        opened_at=rows[0].occurred_at,
        last_message_at=rows[0].occurred_at,
        last_inbound_id=conversation.last_inbound_id,
    )
    with changing(new):
        pass
    return new


def _carry(ids: list[int], conversation: Conversation, new: Conversation) -> None:
    carrying.carry_messages(ids, conversation, new)
    Mention.objects.filter(message__in=ids, conversation=conversation).update(conversation=new)
    marks = ReadMark.objects.filter(conversation=conversation).values_list("agent_id", "message_id")
    ReadMark.objects.bulk_create(
        [ReadMark(agent_id=agent, conversation=new, message_id=message) for agent, message in marks]
    )
    with changing(new), changing(conversation):
        renew(new)
        renew(conversation)
        waits.part(conversation, new)
