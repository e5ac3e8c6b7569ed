"""Views: the lists agents work through."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.agents import queries as people
from shopbell.conversations import queries as conversations
from shopbell.integrations.models import Scope
from shopbell.lists import queries
from shopbell.lists.models import View
from shopbell.lists.operations import views as operations
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Line
from shopbell.web.api.problems import Problem, wrong

TAG = "Views"
Name = Annotated[str, Path(pattern="^v[1-9][0-9]{0,17}$", examples=["v12"])]
FILTER = {"match": "all", "of": [{"field": "state", "op": "is", "value": ["open"]}]}


class ViewShape(BaseModel):
    """A list agents work through."""

    name: str = Field(description="What lists are asked for by.", examples=["v12"])
    label: str = Field(examples=["Late parcels"])
    is_own: bool = Field(description="Of this agent alone.", examples=[True])
    team_id: int | None = Field(description="Shared with this team.", examples=[None])
    sort: str = Field(examples=["wait"])
    filter: dict[str, Any] | None = Field(description="null: a standard view.", examples=[FILTER])
    count: int | None = Field(description="null: not known yet, or very many.", examples=[12])


class Views(BaseModel):
    items: list[ViewShape]


@operation(TAG, "GET", "/views", scope=Scope.DESK_READ, may=permissions.may_read, shape=Views)
def list_views(request: ApiRequest) -> HttpResponse:
    """The standard views and those agents made, with how many conversations the agent has in each."""
    counts = conversations.counts(request.agent)
    standard = [_standard(name, counts.get(name)) for name in conversations.VIEWS]
    rows = list(queries.views(request.agent))
    numbers = queries.counts(request.agent, rows)
    return shown(Views(items=[*standard, *(_shape(row, numbers.get(row.id)) for row in rows)]))


def _standard(name: str, count: int | None) -> ViewShape:
    return ViewShape(name=name, label=name, is_own=False, team_id=None, sort="newest", filter=None, count=count)


def _shape(row: View, count: queries.Count | None = None) -> ViewShape:
    return ViewShape(
        name=f"v{row.id}",
        label=row.name,
        is_own=row.owner_id is not None,
        team_id=row.team_id,
        sort=row.sort,
        filter=row.filter,
        count=None if count is None or count.is_least else count.number,
    )


class NewView(Body):
    """A filter with a name, of this agent alone unless it is shared."""

    label: Line = Field(min_length=1, max_length=60, examples=["Late parcels"])
    filter: dict[str, Any] = Field(examples=[FILTER])
    sort: Literal["newest", "oldest", "wait", "priority", "snoozed"] = Field(default="newest", examples=["wait"])
    is_shared: bool = Field(default=False, description="For everybody, or a team; by leads.", examples=[False])
    team_id: Id | None = Field(default=None, description="Of a shared one: for this team only.", examples=[None])


@operation(TAG, "POST", "/views", scope=Scope.DESK_WRITE, may=permissions.may_read, shape=ViewShape, status=201)
def create_view(request: ApiRequest, body: NewView) -> HttpResponse:
    """Make a view of the token's agent, or, as a lead, one that is shared."""
    return shown(_shape(_save(request, View(), body)), 201)


@operation(TAG, "PUT", "/views/{name}", scope=Scope.DESK_WRITE, may=permissions.may_read, shape=ViewShape)
def replace_view(request: ApiRequest, name: Name, body: NewView) -> HttpResponse:
    """Change a view of the token's agent, or, as a lead, one that is shared."""
    return shown(_shape(_save(request, _editable(request, name), body)))


@operation(TAG, "DELETE", "/views/{name}", scope=Scope.DESK_WRITE, may=permissions.may_read, shape=None, status=204)
def delete_view(request: ApiRequest, name: Name) -> HttpResponse:
    """Take a view of the token's agent away, or, as a lead, one that is shared: then for everybody."""
    operations.delete_view(_editable(request, name), actor=request.agent)
    return done()


def _editable(request: ApiRequest, name: str) -> View:
    """One's own; a shared one by who may share."""
    found = queries.find_view(request.agent, name)
    if found is None:
        raise Problem(404, "This agent has no such view.")
    if found.owner_id is None and not permissions.may_share_views(request.agent):
        raise Problem(403, "Shared views are changed by leads and admins.")
    return found


def _save(request: ApiRequest, view: View, body: NewView) -> View:
    if body.is_shared and not permissions.may_share_views(request.agent):
        raise wrong("/is_shared", "Leads and admins share views.")
    team = people.teams(request.agent).filter(id=body.team_id).first() if body.team_id else None
    if body.team_id and (team is None or not body.is_shared):
        raise wrong("/team_id", "A shared view is for a team that there is.")
    try:
        return operations.save_view(
            view,
            actor=request.agent,
            name=body.label,
            owner=None if body.is_shared else request.agent,
            team=team,
            filter=body.filter,
            sort=body.sort,
        )
    except operations.Refused as refused:
        raise wrong("/filter", str(refused)) from None
    except operations.TooMany:
        raise Problem(409, "This agent has too many views.") from None
    except ValueError:
        raise wrong("/label", "A view needs a name.") from None
