"""Tells agents what happened, after the fact."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.utils import timezone

from shopbell.agents import availability
from shopbell.channels import events as channel_events
from shopbell.commerce import events as commerce_events
from shopbell.conversations import events as conversation_events
from shopbell.events import bus
from shopbell.events.models import Event
from shopbell.knowledge import events as knowledge_events
from shopbell.notifications import audience, events, operations, push, ways
from shopbell.notifications.models import Notification, PushAddress
from shopbell.notifications.ways import Way

# The two that come with every message are owed only where `audience` could name somebody.
_CONCERNS_SOMEBODY = f"""
CASE %(name)s
WHEN '{conversation_events.CustomerReplied.name}' THEN EXISTS (
    SELECT FROM conversations_conversation WHERE id = %(conversation)s AND assignee_id IS NOT NULL
) OR EXISTS (SELECT FROM conversations_follower WHERE conversation_id = %(conversation)s)
WHEN '{conversation_events.ConversationOpened.name}' THEN EXISTS (
    SELECT FROM conversations_conversation WHERE id = %(conversation)s AND channel_type = '{audience.CHAT}'
)
ELSE TRUE END
"""


@bus.read_log(
    conversation_events.Noted,
    conversation_events.ConversationAssigned,
    conversation_events.ConversationOpened,
    conversation_events.CustomerReplied,
    conversation_events.SideAnswered,
    conversation_events.ConversationWoken,
    conversation_events.MessageStateChanged,
    knowledge_events.ReviewAsked,
    knowledge_events.ArticleStateChanged,
    channel_events.ChannelFailing,
    commerce_events.ConnectionFailing,
    where=_CONCERNS_SOMEBODY,
)
def tell(event: Event) -> None:
    """Write a notification for everybody concerned."""
    operations.tell(audience.of(event))


_WANTS_MORE = """
EXISTS (SELECT FROM notifications_pushaddress WHERE agent_id = (%(data)s::jsonb->>'agent_id')::bigint)
OR EXISTS (SELECT FROM agents_agent WHERE id = (%(data)s::jsonb->>'agent_id')::bigint AND ways <> '{}')
"""


@bus.subscribe(events.Notified, where=_WANTS_MORE)
def reach(event: events.Notified) -> None:
    """Tell in the ways the agent chose: each browser once; what they do not want in the desk is read at once."""
    row = Notification.objects.select_related("agent").filter(id=event.notification_id, read_at=None).first()
    if row is None:
        return
    chosen = ways.chosen(row.agent, row.kind)
    if Way.PUSH in chosen and not availability.is_quiet(row.agent, timezone.now()):
        for number in PushAddress.objects.filter(agent=row.agent).values_list("id", flat=True):
            owed = events.PushOwed(notification_id=row.id, address_id=number)
            bus.publish(owed, key=f"push:{row.id}:{number}")
    if Way.DESK not in chosen:
        operations.mark_read(row.agent, ids=[row.id])


@bus.subscribe(events.PushOwed, outside=True)
def deliver_push(event: events.PushOwed) -> None:
    """Send it; a browser that is gone, or whose session has ended, is forgotten."""
    address = PushAddress.objects.select_related("agent").filter(id=event.address_id).first()
    if address is None or not Notification.objects.filter(id=event.notification_id).exists():
        return
    if not address.agent.is_active or not Session.objects.filter(session_key=address.session_key).exists():
        operations.forget_address(address.id)
        return
    try:
        push.send(address, event.notification_id)
    except push.Gone:
        operations.forget_address(address.id)
