"""What somebody who left had open goes to others."""

from __future__ import annotations

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations.models import Conversation, Folder
from shopbell.conversations.operations.handling import assign

CHUNK = 200


def hand_over(agent_id: int, to_id: int | None) -> bool:
    """Give a chunk of the open conversations of an agent to another, or to everybody; True while there are more.

    What the other may not see goes back to everybody. Each keeps its team.
    """
    to = Agent.objects.filter(pk=to_id, is_active=True).first() if to_id else None
    rows = Conversation.objects.filter(assignee=agent_id, folder__in=[Folder.OPEN, Folder.SNOOZED])
    places = list(rows.order_by("id").values_list("id", "shop_id", "team_id")[: CHUNK + 1])
    teams = {row.id: row.team for row in rows.filter(id__in=[number for number, *_ in places]).select_related("team")}
    for number, shop, team in places[:CHUNK]:
        taker = to if to is not None and to.pk != agent_id and permissions.scope(to).may_see(shop, team) else None
        assign(number, agent=taker, team=teams.get(number), actor=None)
    return len(places) > CHUNK
