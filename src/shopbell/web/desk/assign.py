"""Give a conversation to somebody, to a team, or back to everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents import availability, permissions
from shopbell.agents import queries as people
from shopbell.agents.models import Agent, Status, Team
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation
from shopbell.web.desk import actions, conversation, dialog, page
from shopbell.web.desk.request import AgentRequest, asking, find_conversation

TEMPLATE = "desk/assign.html"


@asking
def assign(request: AgentRequest, number: int) -> HttpResponse:
    """Whom to give it to; `to` is me, nobody, agent:ID or team:ID."""
    found = find_conversation(request, number)
    agents = people.who_would_see(people.answering(request.user), found.shop_id, found.team_id)
    teams = list(people.teams(request.user))
    now = timezone.now()
    if request.method != "POST":
        for one in agents:
            one.there = availability.of(one, now)
        context = {"agents": agents, "teams": teams, "talk": conversation.head(found, request), "found": found}
        return dialog.show(request, TEMPLATE, context)
    target = _target(request.POST.get("to", ""), found, request.user, agents, teams)
    if target is None:
        return dialog.refuse(request, found, _("This agent or team does not exist any more. Choose another."))
    agent, team = target
    operations.assign(found.id, agent=agent, team=team, actor=request.user.id)
    if agent is not None and agent != request.user and (there := availability.of(agent, now)) != Status.ONLINE:
        page.tell(request, _("{name} has it now, but is {there}.").format(name=agent.name, there=there.label))
    return actions.back(request, found.id)


def _target(
    to: str, found: Conversation, me: Agent, agents: list[Agent], teams: list[Team]
) -> tuple[Agent | None, Team | None] | None:
    """The agent keeps the team, a team takes it from the agent; None for what is not offered.

    Who sees their teams only gives back to the team, else the conversation would vanish from their sight.
    """
    kind, _sep, number = to.partition(":")
    if kind == "me":
        return me, found.team
    if kind == "nobody":
        return None, None if permissions.scope(me).teams is None else found.team
    if kind == "agent":
        agent = next((one for one in agents if str(one.id) == number), None)
        return (agent, found.team) if agent else None
    if kind == "team":
        team = next((one for one in teams if str(one.id) == number), None)
        return (None, team) if team else None
    return None
