"""The token's agent themselves: whether they are there, and what they should know about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import availability, operations, permissions
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.notifications import operations as notifying
from shopbell.notifications import queries
from shopbell.notifications.models import Notification
from shopbell.web.api import paging
from shopbell.web.api.desk import TAG
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id
from shopbell.web.api.paging import After, Limit, Page

MAY = permissions.may_read


class StatusShape(BaseModel):
    """Whether somebody is there."""

    status: str = Field(description="What they say: online, away or off.", examples=["online"])
    is_now: str = Field(description="With their hours, and whether they did anything lately.", examples=["away"])


class NewStatus(Body):
    """What one says of oneself."""

    status: Literal["online", "away", "off"] = Field(examples=["away"])


@operation(TAG, "GET", "/me/status", scope=Scope.DESK_READ, may=MAY, shape=StatusShape)
def get_status(request: ApiRequest) -> HttpResponse:
    """Whether the token's agent is there."""
    return shown(_status(request))


@operation(TAG, "PUT", "/me/status", scope=Scope.DESK_WRITE, may=MAY, shape=StatusShape)
def set_status(request: ApiRequest, body: NewStatus) -> HttpResponse:
    """Say that the token's agent is there, away, or off: a telephone system may do so."""
    operations.set_status(request.agent, body.status)
    return shown(_status(request))


def _status(request: ApiRequest) -> StatusShape:
    now = availability.of(request.agent, timezone.now())
    return StatusShape(status=request.agent.status, is_now=now.value)


class NotificationShape(BaseModel):
    """Something the token's agent should know about."""

    id: int = Field(examples=[410])
    kind: str = Field(examples=["assigned"])
    conversation_id: int | None = Field(examples=[1042])
    message_id: int | None = Field(examples=[5001])
    actor_id: int | None = Field(examples=[7])
    created_at: datetime = Field(examples=[WHEN])
    read_at: datetime | None = Field(examples=[None])


class Seen(Body):
    """Which ones; none named: all."""

    ids: list[Id] | None = Field(default=None, max_length=1_000, examples=[[410]])


@operation(TAG, "GET", "/me/notifications", scope=Scope.CONVERSATIONS_READ, may=MAY, shape=Page[NotificationShape])
def list_notifications(
    request: ApiRequest,
    unread: Annotated[bool, Query(description="Only what was not read yet.")] = False,
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """What the token's agent should know about, the newest first."""
    rows = queries.visible(request.agent)
    rows = rows.filter(read_at=None) if unread else rows
    return paging.newest(request, rows, limit, after, _shape)


def _shape(row: Notification) -> NotificationShape:
    return NotificationShape.model_construct(**{name: getattr(row, name) for name in NotificationShape.model_fields})


@operation(TAG, "POST", "/me/notifications/read", scope=Scope.CONVERSATIONS_WRITE, may=MAY, shape=None, status=204)
def read_notifications(request: ApiRequest, body: Seen) -> HttpResponse:
    """The token's agent has seen these, or all."""
    notifying.mark_read(request.agent, ids=body.ids)
    return done()
