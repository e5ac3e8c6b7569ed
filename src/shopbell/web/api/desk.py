"""What names the ids in conversations: agents, teams, shops, channels, tags, macros, views; and who the token is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.agents.models import Agent, Team
from shopbell.channels.models import Channel
from shopbell.conversations.models import Tag
from shopbell.fields.models import Field as OwnField
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
    lead_ids: list[int] = Field(description="Whom to ask.", examples=[[7]])
    masks: bool = Field(description="Of an outsourced team: personal data is masked.", examples=[True])
    names: str = Field(description="How it sees customers' names: full, short or none.", examples=["short"])
    files: str = Field(description="Which files of customers it opens: all, pictures or none.", examples=["pictures"])
    reveals: bool = Field(description="May look behind the mask, with a reason.", examples=[False])


class ShopShape(BaseModel):
    """The brand a customer writes to."""

    id: int = Field(examples=[1])
    name: str = Field(examples=["Hallik"])
    slug: str = Field(examples=["hallik"])
    language: str = Field(examples=["et"])
    time_zone: str = Field(examples=["Europe/Tallinn"])
    website: str = Field(examples=["https://hallik.example"])
    languages: list[str] = Field(description="Customers may choose from; []: every one.", examples=[[]])
    accent: str = Field(description="Of pages for customers; empty: ours.", examples=["#8a5a00"])
    phone: str = Field(examples=["+372 600 1234"])
    phone_hours: str = Field(examples=["Mon–Fri 9–17"])
    controller: str = Field(description="Who is responsible for the data.", examples=["Hallik OÜ, Tallinn"])
    privacy_contact: str = Field(examples=["privacy@hallik.example"])
    privacy_url: str = Field(examples=["https://hallik.example/privacy"])
    retention_months: int = Field(examples=[36])
    hosts: list[str] = Field(description="Host names of its own.", examples=[["help.hallik.example"]])


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
    colour: str = Field(description="red, amber, green, blue, violet, or empty.", examples=["blue"])
    description: str = Field(description="When to use it.", examples=["Parcels that are late"])
    uses: int = Field(description="Conversations with it, counted now and then.", examples=[412])
    becomes: str | None = Field(
        description="It is leaving: for this tag, or for none (empty). null: it stays.", examples=[None]
    )


class MacroShape(BaseModel):
    """A prepared answer; `{customer.name}` and the like stand for what is filled in."""

    id: int = Field(examples=[4])
    name: str = Field(examples=["Parcel is late"])
    shop_id: int | None = Field(description="null: every shop.", examples=[None])
    language: str = Field(examples=["en"])
    body: str = Field(examples=["Dear {customer.first_name}, …"])


class FieldShape(BaseModel):
    """A field of the shop's own."""

    id: int = Field(examples=[6])
    key: str = Field(examples=["size"])
    subject: str = Field(description="customer or conversation.", examples=["conversation"])
    kind: str = Field(description="text, number, date, yes_no, choice, choices or url.", examples=["choice"])
    labels: dict[str, str] = Field(description="By language.", examples=[{"en": "Size", "de": "Größe"}])
    options: list[str] = Field(examples=[["S", "M", "L"]])
    is_required: bool = Field(description="Needed before a conversation is resolved.", examples=[False])
    is_beside: bool = Field(description="Shown beside the conversation.", examples=[True])
    is_archived: bool = Field(description="Hidden; its values are kept.", examples=[False])


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
    rows = Team.objects.prefetch_related("leads").order_by("id")
    rows = rows if teams is None else rows.filter(id__in=teams)
    return shown(Teams(items=[team_shape(row) for row in rows]))


def team_shape(row: Team) -> TeamShape:
    """As it is shown. Reads its `leads`: prefetch them."""
    names = [name for name in TeamShape.model_fields if name != "lead_ids"]
    leads = sorted(one.pk for one in row.leads.all())
    return TeamShape(**{name: getattr(row, name) for name in names}, lead_ids=leads)


@_reading("/shops", Shops)
def list_shops(request: ApiRequest) -> HttpResponse:
    """All shops the agent may see."""
    rows = permissions.scope(request.agent).of_shops(Shop.objects.order_by("id"), "id").prefetch_related("domains")
    return shown(Shops(items=[shop_shape(row) for row in rows]))


def shop_shape(row: Shop) -> ShopShape:
    """As it is shown. Reads its `domains`: prefetch them."""
    hosts = [one.host for one in sorted(row.domains.all(), key=lambda one: one.pk)]
    names = [name for name in ShopShape.model_fields if name != "hosts"]
    return ShopShape(**{name: getattr(row, name) for name in names}, hosts=hosts)


@_reading("/channels", Channels)
def list_channels(request: ApiRequest) -> HttpResponse:
    """The mailboxes and forms of the shops the agent may see. No settings, no secrets."""
    rows = permissions.scope(request.agent).of_shops(Channel.objects.defer("settings", "cursor").order_by("id"))
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
    return shown(Tags(items=[tag_shape(row) for row in Tag.objects.order_by("name")]))


def tag_shape(row: Tag) -> TagShape:
    """As it is shown."""
    return TagShape(**{name: getattr(row, name) for name in TagShape.model_fields})


@_reading("/macros", Macros)
def list_macros(request: ApiRequest) -> HttpResponse:
    """The prepared answers of the shops the agent may see."""
    sees = permissions.scope(request.agent).has_shop
    seen = [row for row in Macro.objects.order_by("name", "id") if sees(row.shop_id)]
    return shown(Macros(items=[macro_shape(row) for row in seen]))


def macro_shape(row: Macro) -> MacroShape:
    """As it is shown."""
    return MacroShape(id=row.id, name=row.name, shop_id=row.shop_id, language=row.language, body=row.body)


@_reading("/fields", Fields)
def list_fields(
    request: ApiRequest, archived: Annotated[bool, Query(description="Those that were put away, too.")] = False
) -> HttpResponse:
    """The fields the shop made for its customers and conversations: what `custom` may hold."""
    rows = OwnField.objects.order_by("subject", "position", "id")
    rows = rows if archived else rows.filter(archived_at=None)
    return shown(Fields(items=[field_shape(row) for row in rows]))


def field_shape(row: OwnField) -> FieldShape:
    """As it is shown."""
    names = [name for name in FieldShape.model_fields if name != "is_archived"]
    return FieldShape(**{name: getattr(row, name) for name in names}, is_archived=row.archived_at is not None)
