"""What somebody who left had open goes to others."""

from __future__ import annotations

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations.models import Conversation, Folder
from shopbell.conversations.operations.handling import assign
from shopbell.core.transactions import retried

CHUNK = 200


@retried
def hand_over(agent_id: int, to_id: int | None) -> bool:
    """Give a chunk of the open conversations of an agent to another, or to everybody; True while there are more.

    What the other may not see goes back to everybody. Each keeps its team.
    """
    to = Agent.objects.filter(pk=to_id, is_active=True).first() if to_id else None
    rows = Conversation.objects.filter(assignee=agent_id, folder__in=[Folder.OPEN, Folder.SNOOZED])
    held = list(rows.select_for_update(of=("self",)).select_related("team").order_by("id")[:CHUNK])
    for row in held:  # as they are now that we have waited for them: who took one meanwhile keeps it
        may = to is not None and to.pk != agent_id and permissions.scope(to).may_see(row.shop_id, row.team_id)
        assign(row.id, agent=to if may else None, team=row.team, actor=None)
    return len(held) == CHUNK
