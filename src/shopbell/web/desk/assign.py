"""Give a conversation to somebody, to a team, or back to everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent, Team
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation
from shopbell.web.desk import actions, conversation, dialog
from shopbell.web.desk.request import AgentRequest, asking, find_conversation

TEMPLATE = "desk/assign.html"


@asking
def assign(request: AgentRequest, number: int) -> HttpResponse:
    """Whom to give it to; `to` is me, nobody, agent:ID or team:ID."""
    found = find_conversation(request, number)
    agents, teams = _agents(request.user), _teams(request.user)
    if request.method != "POST":
        context = {"agents": agents, "teams": teams, "talk": conversation.head(found, request), "found": found}
        return dialog.show(request, TEMPLATE, context)
    target = _target(request.POST.get("to", ""), found, request.user, agents, teams)
    if target is None:
        return dialog.refuse(request, found, _("This agent or team does not exist any more. Choose another."))
    agent, team = target
    operations.assign(found.id, agent=agent, team=team, actor=request.user.id)
    return actions.back(request, found.id)


def _agents(viewer: Agent) -> list[Agent]:
    """Who can answer; a partner agent sees the colleagues of their own teams."""
    rows = Agent.objects.filter(is_active=True).order_by("name")
    scope = permissions.team_scope(viewer)
    if scope is not None:
        rows = rows.filter(teams__in=scope).distinct()
    return [agent for agent in rows if permissions.may_answer(agent)]


def _teams(viewer: Agent) -> list[Team]:
    rows = Team.objects.order_by("name")
    scope = permissions.team_scope(viewer)
    return list(rows if scope is None else rows.filter(id__in=scope))


def _target(
    to: str, found: Conversation, me: Agent, agents: list[Agent], teams: list[Team]
) -> tuple[Agent | None, Team | None] | None:
    """The agent keeps the team, a team takes it from the agent; None for what is not offered.

    A partner's conversation stays in its team when it is given back, else it would vanish from their sight.
    """
    kind, _sep, number = to.partition(":")
    if kind == "me":
        return me, found.team
    if kind == "nobody":
        return None, found.team if me.is_partner else None
    if kind == "agent":
        agent = next((one for one in agents if str(one.id) == number), None)
        return (agent, found.team) if agent else None
    if kind == "team":
        team = next((one for one in teams if str(one.id) == number), None)
        return (None, team) if team else None
    return None
