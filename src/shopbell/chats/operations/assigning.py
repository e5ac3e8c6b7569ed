"""Give a new chat to somebody who is there: to whoever has the fewest chats, never to one who has as many as they can.

Only where the chat's settings say so. Where nobody has room the chat waits for the next turn; who waits longest is
first.
"""

from __future__ import annotations

from django.db import connection

from shopbell.agents.models import Agent
from shopbell.channels.models import Channel
from shopbell.chats import waiting
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Conversation, Folder
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
        given += _give(conversation_id, free[0].agent)
    return given


def _give(conversation_id: int, agent: Agent) -> bool:
    """False where somebody took it, merged it or deleted it while we waited for it."""
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("team")
    held = rows.filter(id=conversation_id, assignee=None, folder=Folder.OPEN).first()
    if held is not None:
        conversations.assign(conversation_id, agent=agent, team=held.team, actor=None)
    return held is not None
