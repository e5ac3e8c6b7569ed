"""Give a new chat to somebody who is there: to whoever has the fewest chats, never to one who has as many as they can.

Only where the chat's settings say so. Where nobody has room the chat waits for the next turn; who waits longest is
first.
"""

from __future__ import annotations

from django.db import connection

from shopbell.channels.models import Channel
from shopbell.chats import waiting
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation
from shopbell.core.transactions import retried


@retried
def assign_waiting(channel: Channel) -> int:
    """Give away the chats that wait, as far as somebody has room; returns how many."""
    if not channel.settings.get("assigns"):
        return 0
    with connection.cursor() as cursor:  # two workers would give one agent more than they can have
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"chat:{channel.pk}"])
    given = 0
    for conversation_id in waiting.waiting(channel):
        free = waiting.free(channel)
        if not free:
            break
        conversation = Conversation.objects.select_related("team").get(id=conversation_id)
        conversations.assign(conversation_id, agent=free[0].agent, team=conversation.team, actor=None)
        given += 1
    return given
