"""What chats do when something happens in a conversation."""

from __future__ import annotations

import uuid

from shopbell.channels.models import Channel
from shopbell.chats import operations
from shopbell.chats.models import OWES_MAIL, Visit
from shopbell.conversations import events
from shopbell.conversations.models import Message
from shopbell.events import bus
from shopbell.events.models import Event

HUB_SECONDS = 3
_IS_CHAT = """
EXISTS (SELECT FROM chats_visit WHERE conversation_id = %(conversation)s)
OR EXISTS (SELECT FROM conversations_conversation WHERE id = %(conversation)s AND channel_type = 'chat')
"""


_IS_NOT_THERE = """
EXISTS (
    SELECT FROM conversations_message m JOIN chats_visit v ON v.channel_id = m.channel_id
        AND v.key = CASE WHEN m.external_id ~ '^chat:[0-9a-f]{32}:' THEN split_part(m.external_id, ':', 2)::uuid END
    WHERE m.id = (%(data)s::jsonb->>'message_id')::bigint AND v.conversation_id IS DISTINCT FROM m.conversation_id
)
"""


@bus.read_log(events.ConversationOpened, events.CustomerReplied, where=_IS_NOT_THERE)
def take_in(event: Event) -> None:
    """What a worker filed, because the request that brought it was killed, belongs to its visit too."""
    message = Message.objects.filter(id=event.data["message_id"]).first()
    visit = _writer(message) if message is not None else None
    if visit is not None and message is not None and visit.conversation_id != message.conversation_id:
        operations.belong(visit, message)
        operations.number([visit.id])


def _writer(message: Message) -> Visit | None:
    """The visit a line of a chat was written in."""
    kind, _colon, rest = message.external_id.partition(":")
    key = rest.partition(":")[0]
    if kind != "chat" or len(key) != 32:
        return None
    return Visit.objects.filter(channel=message.channel_id, key=uuid.UUID(key)).first()


@bus.read_log(events.AgentReplied, events.MessageStateChanged, where=_IS_CHAT, after_seconds=HUB_SECONDS)
def release(event: Event) -> None:
    """An answer is numbered, if nobody was there to have it done at once; who has left is mailed.

    Those who stream have had it numbered by then: a worker that did it first would hold their visits until its batch
    ends, and they would wait for it.
    """
    visits = Visit.objects.filter(conversation=event.conversation_id).order_by("id").values_list("id", flat=True)
    operations.number(visits)
    for visit in visits.filter(OWES_MAIL):
        operations.follow(visit)


@bus.subscribe(events.ConversationOpened)
def give(event: events.ConversationOpened) -> None:
    """A new chat is given to somebody who is there, where the chat says so."""
    channel = Channel.objects.filter(type="chat", conversation=event.conversation_id).select_related("shop").first()
    if channel is not None:
        operations.assign_waiting(channel)


@bus.subscribe(events.ConversationMerged, events.MergeUndone, events.ConversationSplit)
def move(event: events.ConversationMerged | events.MergeUndone | events.ConversationSplit) -> None:
    """Visits follow what was written in them."""
    others = (getattr(event, name, None) for name in ("into_id", "other_id", "new_id"))
    operations.rehome([event.conversation_id, *(one for one in others if one is not None)])
