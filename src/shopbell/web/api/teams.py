"""Teams are made and changed. Who is in them is a person's access, and is decided in the administration."""

from __future__ import annotations

from django.http import HttpResponse
from pydantic import Field

from shopbell.agents import operations, permissions
from shopbell.agents.models import Agent, Role, Team
from shopbell.integrations.models import Scope
from shopbell.web.api.desk import TAG, TeamShape, team_shape
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Body, Id, Line, Number
from shopbell.web.api.problems import Problem, wrong

WRITE, MAY = Scope.SETTINGS_WRITE, permissions.may_administer


class TeamChange(Body):
    """What is named is changed, the rest stays. What an outsourced team sees is decided in the administration."""

    name: Line = Field(default="", max_length=80, examples=["Returns"])
    lead_ids: list[Id] = Field(default=[], max_length=50, examples=[[7]])


class NewTeam(TeamChange):
    """A team; an outsourced one sees customers masked until an admin decides otherwise."""

    name: Line = Field(min_length=1, max_length=80, examples=["Returns"])
    is_partner: bool = Field(default=False, examples=[False])


@operation(TAG, "POST", "/teams", scope=WRITE, may=MAY, shape=TeamShape, status=201)
def create_team(request: ApiRequest, body: NewTeam) -> HttpResponse:
    """Make a team without members."""
    return shown(_save(request, Team(is_partner=body.is_partner), body), 201)


@operation(TAG, "PATCH", "/teams/{number}", scope=WRITE, may=MAY, shape=TeamShape)
def change_team(request: ApiRequest, number: Number, body: TeamChange) -> HttpResponse:
    """Change a team's name, and who leads it."""
    row = Team.objects.filter(id=number).first()
    if row is None:
        raise Problem(404)
    return shown(_save(request, row, body))


def _save(request: ApiRequest, row: Team, body: TeamChange) -> TeamShape:
    named = body.model_fields_set
    if "name" in named:
        row.name = body.name.strip()
        if not row.name:
            raise wrong("/name", "A team needs a name.")
        if Team.objects.filter(name=row.name).exclude(pk=row.pk).exists():
            raise Problem(409, "Another team has this name already.")
    leads = _leads(body.lead_ids) if "lead_ids" in named else None
    saved = operations.save_team(row, actor=request.agent.pk, leads=leads)
    return team_shape(Team.objects.prefetch_related("leads").get(pk=saved.pk))


def _leads(numbers: list[int]) -> list[Agent]:
    rows = Agent.objects.filter(is_active=True).exclude(role__in=[Role.PARTNER, Role.PRIVACY]).in_bulk(numbers)
    for place, number in enumerate(numbers):
        if number not in rows:
            raise wrong(f"/lead_ids/{place}", "There is no such agent who can lead a team.")
    return list(rows.values())
