"""What names the ids in conversations: agents, teams, shops, channels, tags, macros, views; and who the token is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.agents.models import Agent, Team
from shopbell.channels.models import Channel
from shopbell.conversations.models import Tag
from shopbell.fields import queries as fields
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.knowledge.models import Macro
from shopbell.shops.models import Shop
from shopbell.web.api.door import ApiRequest, operation, shown

TAG = "Desk"
View = Callable[..., HttpResponse]


class MeShape(BaseModel):
    """The token, and the agent it acts as."""

    agent_id: int = Field(examples=[5])
    name: str = Field(examples=["Mari Maasikas"])
    role: str = Field(description="agent, partner, lead, privacy or admin.", examples=["agent"])
    scopes: list[str] = Field(examples=[["conversations:read"]])
    expires_at: datetime | None = Field(examples=[WHEN])


class AgentShape(BaseModel):
    """Somebody who works here."""

    id: int = Field(examples=[5])
    name: str = Field(examples=["Mari Maasikas"])
    role: str = Field(examples=["agent"])
    is_active: bool = Field(examples=[True])
    team_ids: list[int] = Field(examples=[[2]])


class TeamShape(BaseModel):
    """Agents who share a queue."""

    id: int = Field(examples=[2])
    name: str = Field(examples=["Returns"])
    is_partner: bool = Field(description="An outsourced team.", examples=[False])


class ShopShape(BaseModel):
    """The brand a customer writes to."""

    id: int = Field(examples=[1])
    name: str = Field(examples=["Hallik"])
    slug: str = Field(examples=["hallik"])
    language: str = Field(examples=["et"])
    time_zone: str = Field(examples=["Europe/Tallinn"])
    website: str = Field(examples=["https://hallik.example"])


class ChannelShape(BaseModel):
    """A configured way to be reached. Its settings and secrets are never shown."""

    id: int = Field(examples=[3])
    shop_id: int = Field(examples=[1])
    type: str = Field(examples=["email"])
    name: str = Field(examples=["Support"])
    address: str = Field(examples=["help@hallik.example"])
    is_active: bool = Field(examples=[True])
    failing_since: datetime | None = Field(description="It cannot be read since then.", examples=[None])


class TagShape(BaseModel):
    """A word conversations are sorted by."""

    id: int = Field(examples=[11])
    name: str = Field(examples=["delivery"])


class MacroShape(BaseModel):
    """A prepared answer; `{customer.name}` and the like stand for what is filled in."""

    id: int = Field(examples=[4])
    name: str = Field(examples=["Parcel is late"])
    shop_id: int | None = Field(description="null: every shop.", examples=[None])
    language: str = Field(examples=["en"])
    body: str = Field(examples=["Dear {customer.first_name}, …"])


class FieldShape(BaseModel):
    """A field of the shop's own."""

    key: str = Field(examples=["size"])
    subject: str = Field(description="customer or conversation.", examples=["conversation"])
    kind: str = Field(description="text, number, date, yes_no, choice, choices or url.", examples=["choice"])
    labels: dict[str, str] = Field(description="By language.", examples=[{"en": "Size", "de": "Größe"}])
    options: list[str] = Field(examples=[["S", "M", "L"]])
    is_required: bool = Field(description="Needed before a conversation is resolved.", examples=[False])


class Agents(BaseModel):
    items: list[AgentShape]


class Teams(BaseModel):
    items: list[TeamShape]


class Shops(BaseModel):
    items: list[ShopShape]


class Channels(BaseModel):
    items: list[ChannelShape]


class Tags(BaseModel):
    items: list[TagShape]


class Macros(BaseModel):
    items: list[MacroShape]


class Fields(BaseModel):
    items: list[FieldShape]


def _reading(path: str, shape: Any) -> Callable[[View], View]:
    return operation(TAG, "GET", path, scope=Scope.DESK_READ, may=permissions.may_read, shape=shape)


@operation(TAG, "GET", "/me", scope=Scope.DESK_READ, may=permissions.may_read, shape=MeShape)
def get_me(request: ApiRequest) -> HttpResponse:
    """Whom this token acts as, and what it may."""
    agent, token = request.agent, request.token
    return shown(
        MeShape(agent_id=agent.pk, name=agent.name, role=agent.role, scopes=token.scopes, expires_at=token.expires_at)
    )


@_reading("/agents", Agents)
def list_agents(request: ApiRequest) -> HttpResponse:
    """Everybody who works here, also those who have left; for a partner's agent the colleagues of their own teams."""
    rows = Agent.objects.order_by("id").prefetch_related("teams")
    teams = permissions.scope(request.agent).teams
    if teams is not None:
        rows = rows.filter(teams__in=teams).distinct()
    return shown(Agents(items=[_agent(row) for row in rows]))


def _agent(row: Agent) -> AgentShape:
    teams = sorted(team.id for team in row.teams.all())
    return AgentShape(id=row.pk, name=row.name, role=row.role, is_active=row.is_active, team_ids=teams)


@_reading("/teams", Teams)
def list_teams(request: ApiRequest) -> HttpResponse:
    """All teams the agent may see."""
    teams = permissions.scope(request.agent).teams
    rows = Team.objects.order_by("id") if teams is None else Team.objects.filter(id__in=teams).order_by("id")
    return shown(Teams(items=[TeamShape(id=row.id, name=row.name, is_partner=row.is_partner) for row in rows]))


@_reading("/shops", Shops)
def list_shops(request: ApiRequest) -> HttpResponse:
    """All shops the agent may see."""
    shops = permissions.scope(request.agent).shops
    rows = Shop.objects.order_by("id") if shops is None else Shop.objects.filter(id__in=shops).order_by("id")
    return shown(Shops(items=[_shop(row) for row in rows]))


def _shop(row: Shop) -> ShopShape:
    return ShopShape(
        id=row.id,
        name=row.name,
        slug=row.slug,
        language=row.language,
        time_zone=row.time_zone,
        website=row.website,
    )


@_reading("/channels", Channels)
def list_channels(request: ApiRequest) -> HttpResponse:
    """The mailboxes and forms of the shops the agent may see. No settings, no secrets."""
    shops = permissions.scope(request.agent).shops
    rows = Channel.objects.defer("settings", "cursor").order_by("id")
    rows = rows if shops is None else rows.filter(shop__in=shops)
    return shown(Channels(items=[_channel(row) for row in rows]))


def _channel(row: Channel) -> ChannelShape:
    return ChannelShape(
        id=row.id,
        shop_id=row.shop_id,
        type=row.type,
        name=row.name,
        address=row.address,
        is_active=row.is_active,
        failing_since=row.failing_since,
    )


@_reading("/tags", Tags)
def list_tags(request: ApiRequest) -> HttpResponse:
    """All tags."""
    return shown(Tags(items=[TagShape(id=row.id, name=row.name) for row in Tag.objects.order_by("name")]))


@_reading("/macros", Macros)
def list_macros(request: ApiRequest) -> HttpResponse:
    """The prepared answers of the shops the agent may see."""
    shops = permissions.scope(request.agent).shops
    rows = Macro.objects.order_by("name", "id")
    seen = [row for row in rows if shops is None or row.shop_id is None or row.shop_id in shops]
    return shown(Macros(items=[macro_shape(row) for row in seen]))


def macro_shape(row: Macro) -> MacroShape:
    """As it is shown."""
    return MacroShape(id=row.id, name=row.name, shop_id=row.shop_id, language=row.language, body=row.body)


@_reading("/fields", Fields)
def list_fields(request: ApiRequest) -> HttpResponse:
    """The fields the shop made for its customers and conversations: what `custom` may hold."""
    names = FieldShape.model_fields
    rows = [row for rows in fields.active().values() for row in rows]
    return shown(Fields(items=[FieldShape(**{name: getattr(row, name) for name in names}) for row in rows]))
