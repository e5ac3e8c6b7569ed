"""Whom a note about a conversation can name, for the completion behind @."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent, Team
from shopbell.agents.permissions import may_read
from shopbell.conversations import mentions, queries
from shopbell.web.desk.request import AgentRequest, find_conversation, reading


@reading
def names(request: AgentRequest, number: int) -> HttpResponse:
    """Agents who may see the conversation, and teams with one of them; a partner agent is shown their own teams'."""
    found = find_conversation(request, number)
    agents = list(Agent.objects.filter(is_active=True).prefetch_related("teams", "shops").order_by("name"))
    teams = list(Team.objects.order_by("name"))
    seeing = {one.pk for one in agents if may_read(one) and queries.sees(one, found)}
    shown = _known_to(request.user, agents, teams)
    reached = {team.id for one in agents if one.pk in seeing for team in one.teams.all()}
    offered = [
        {"handle": one.handle, "name": one.label, "kind": _("team") if one.kind == "team" else ""}
        for one in mentions.everybody(agents, teams)
        if (one.kind, one.id) in shown and one.id in (reached if one.kind == "team" else seeing)
    ]
    return JsonResponse({"names": offered}, headers={"Cache-Control": "no-store"})


def _known_to(viewer: Agent, agents: list[Agent], teams: list[Team]) -> set[tuple[str, int]]:
    """Colleagues and teams the viewer may know of."""
    own = {team.id for team in viewer.teams.all()}
    people = {one.pk for one in agents if not viewer.is_partner or own & {team.id for team in one.teams.all()}}
    groups = own if viewer.is_partner else {team.id for team in teams}
    return {("agent", number) for number in people} | {("team", number) for number in groups}
