"""Webhooks: set them up, look at what was sent, send it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.integrations import catalogue, operations
from shopbell.integrations.models import Attempt, Dispatch, Scope, Webhook
from shopbell.integrations.operations import webhooks
from shopbell.integrations.shapes import WHEN
from shopbell.shops.models import Shop
from shopbell.web.api import paging
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Instant, Line, Number, Word
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, wrong

TAG = "Webhooks"
SCOPE, MAY = Scope.WEBHOOKS, permissions.may_administer


class WebhookShape(BaseModel):
    """An address that is told what happens."""

    id: int = Field(examples=[2])
    url: str = Field(examples=["https://shop.example/hooks/desk"])
    name: str = Field(examples=["Warehouse"])
    types: list[str] = Field(description="[]: every type.", examples=[["conversation.resolved"]])
    shop_id: int | None = Field(description="null: every shop.", examples=[None])
    includes_object: bool = Field(description="The conversation, message or customer is sent too.", examples=[False])
    is_active: bool = Field(examples=[True])
    is_broken: bool = Field(description="Switched off by Shopbell: it failed for days.", examples=[False])
    failing_since: datetime | None = Field(examples=[None])
    error: str = Field(description="What the last try ended with.", examples=[""])
    created_at: datetime = Field(examples=[WHEN])


class SecretWebhookShape(WebhookShape):
    """A webhook with its secret, which is shown this once."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])


class Webhooks(BaseModel):
    items: list[WebhookShape]


class AttemptShape(BaseModel):
    """One call of the address."""

    at: datetime = Field(examples=[WHEN])
    milliseconds: int = Field(examples=[184])
    status: int | None = Field(description="null: no answer.", examples=[204])
    excerpt: str = Field(description="The beginning of the answer.", examples=[""])
    error: str = Field(examples=[""])


class DispatchShape(BaseModel):
    """One message to a webhook."""

    id: int = Field(examples=[7001])
    type: str = Field(examples=["conversation.resolved"])
    data: dict[str, Any] = Field(examples=[{"conversation_id": 1042, "actor_id": 5}])
    occurred_at: datetime = Field(examples=[WHEN])
    state: str = Field(description="pending, delivered or failed.", examples=["delivered"])
    due_at: datetime = Field(description="When it is tried next, while it is pending.", examples=[WHEN])
    attempts: list[AttemptShape]


class KindShape(BaseModel):
    """A type of message."""

    name: str = Field(examples=["conversation.resolved"])
    about: str = Field(examples=["Done."])


class Kinds(BaseModel):
    items: list[KindShape]


class NewWebhook(Body):
    """Where to send what."""

    url: Line = Field(min_length=9, examples=["https://shop.example/hooks/desk"])
    name: Line = Field(default="", max_length=100, examples=["Warehouse"])
    types: list[Word] = Field(
        default=[], max_length=100, description="[]: every type.", examples=[["conversation.resolved"]]
    )
    shop_id: Id | None = Field(default=None, examples=[None])
    includes_object: bool = Field(default=False, examples=[False])


class WebhookChange(Body):
    """What is named is changed, the rest stays."""

    url: Line = Field(default="", examples=["https://shop.example/hooks/desk"])
    name: Line = Field(default="", max_length=100, examples=["Warehouse"])
    types: list[Word] = Field(default=[], max_length=100, examples=[["conversation.resolved"]])
    shop_id: Id | None = Field(default=None, examples=[None])
    includes_object: bool = Field(default=False, examples=[False])
    is_active: bool = Field(default=True, description="true also after it was switched off as broken.", examples=[True])


def _shape(row: Webhook) -> dict[str, Any]:
    names = WebhookShape.model_fields
    return {name: getattr(row, name) for name in names}


def _find(number: int) -> Webhook:
    found = Webhook.objects.filter(id=number).first()
    if found is None:
        raise Problem(404)
    return found


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    unknown = [name for name in values.get("types", ()) if name not in catalogue.KINDS]
    if unknown:
        raise wrong("/types", "There is no such type; see GET /api/v1/webhook-types.")
    if values.get("shop_id") and not Shop.objects.filter(id=values["shop_id"]).exists():
        raise wrong("/shop_id", "There is no such shop.")
    return values


@operation(TAG, "GET", "/webhook-types", scope=SCOPE, may=MAY, shape=Kinds)
def list_webhook_types(request: ApiRequest) -> HttpResponse:
    """What webhooks can be told."""
    return shown(Kinds(items=[KindShape(name=kind.name, about=kind.about) for kind in catalogue.KINDS.values()]))


@operation(TAG, "GET", "/webhooks", scope=SCOPE, may=MAY, shape=Webhooks)
def list_webhooks(request: ApiRequest) -> HttpResponse:
    """All webhooks, without their secrets."""
    rows = Webhook.objects.order_by("id")
    return shown(Webhooks(items=[WebhookShape.model_construct(**_shape(row)) for row in rows]))


@operation(TAG, "POST", "/webhooks", scope=SCOPE, may=MAY, shape=SecretWebhookShape, status=201)
def create_webhook(request: ApiRequest, body: NewWebhook) -> HttpResponse:
    """Set up a webhook. Its secret is shown in this answer, and never again."""
    values = _checked(body.model_dump())
    try:
        row = operations.make_webhook(actor=request.agent.pk, **values)
    except ValidationError as error:
        raise wrong("/url", error.messages[0]) from None
    row.refresh_from_db()
    shape = SecretWebhookShape.model_construct(**_shape(row), secret=row.secrets[0][0])
    return shown(shape, 201, Location=f"/api/v1/webhooks/{row.id}")


@operation(TAG, "GET", "/webhooks/{number}", scope=SCOPE, may=MAY, shape=WebhookShape)
def get_webhook(request: ApiRequest, number: Number) -> HttpResponse:
    """One webhook, without its secret."""
    return shown(WebhookShape.model_construct(**_shape(_find(number))))


@operation(TAG, "PATCH", "/webhooks/{number}", scope=SCOPE, may=MAY, shape=WebhookShape)
def change_webhook(request: ApiRequest, number: Number, body: WebhookChange) -> HttpResponse:
    """Change a webhook, or switch it off and on."""
    values = _checked(body.model_dump(include=body.model_fields_set))
    _find(number)
    try:
        row = operations.change_webhook(number, actor=request.agent.pk, **values)
    except ValidationError as error:
        raise wrong("/url", error.messages[0]) from None
    return shown(WebhookShape.model_construct(**_shape(row)))


@operation(TAG, "DELETE", "/webhooks/{number}", scope=SCOPE, may=MAY, shape=None, status=204)
def delete_webhook(request: ApiRequest, number: Number) -> HttpResponse:
    """Take a webhook away, with its log."""
    operations.delete_webhook(_find(number).id, actor=request.agent.pk)
    return done()


@operation(TAG, "POST", "/webhooks/{number}/secret", scope=SCOPE, may=MAY, shape=SecretWebhookShape)
def rotate_webhook_secret(request: ApiRequest, number: Number) -> HttpResponse:
    """A new secret, shown in this answer. For 24 hours messages are signed with the former one too."""
    row = operations.rotate_secret(_find(number).id, actor=request.agent.pk)
    return shown(SecretWebhookShape.model_construct(**_shape(row), secret=row.secrets[0][0]))


class SentShape(BaseModel):
    """A test message on its way."""

    dispatch_id: int = Field(examples=[7001])


@operation(TAG, "POST", "/webhooks/{number}/test", scope=SCOPE, may=MAY, shape=SentShape, status=202)
def test_webhook(request: ApiRequest, number: Number) -> HttpResponse:
    """Send a message of type `webhook.test`; look for it in the log."""
    return shown(SentShape(dispatch_id=operations.ping(_find(number)).id), 202)


@operation(TAG, "GET", "/webhooks/{number}/log", scope=SCOPE, may=MAY, shape=Page[DispatchShape])
def list_webhook_log(request: ApiRequest, number: Number, limit: Limit = 50, after: After = "") -> HttpResponse:
    """What was sent in the last thirty days and what became of it, the newest first."""
    rows = Dispatch.objects.filter(webhook=_find(number)).order_by("-id")
    rows = rows.prefetch_related(Prefetch("tries", Attempt.objects.order_by("id")))
    behind = paging.number(after)
    if behind is not None:
        rows = rows.filter(id__lt=behind)
    found, more = paging.cut(rows, limit)
    items = [_dispatch(row) for row in found]
    following = paging.cursor(found[-1].id) if more else None
    return paging.shown(request, Page[DispatchShape].model_construct(items=items, next=following))


def _dispatch(row: Dispatch) -> DispatchShape:
    names = ("id", "type", "data", "occurred_at", "state", "due_at")
    tries = [
        AttemptShape.model_construct(**{name: getattr(one, name) for name in AttemptShape.model_fields})
        for one in row.tries.all()
    ]
    return DispatchShape.model_construct(**{name: getattr(row, name) for name in names}, attempts=tries)


class Replay(Body):
    """What to send again: one message, or all of a time."""

    dispatch_id: Id | None = Field(default=None, examples=[7001])
    since: Instant | None = Field(default=None, examples=[WHEN])
    until: Instant | None = Field(default=None, examples=["2026-11-23T09:00:00Z"])
    only_failed: bool = Field(default=True, examples=[True])


class ReplayedShape(BaseModel):
    """How much is sent again."""

    count: int = Field(examples=[12])


@operation(TAG, "POST", "/webhooks/{number}/replay", scope=SCOPE, may=MAY, shape=ReplayedShape, status=202)
def replay_webhook(request: ApiRequest, number: Number, body: Replay) -> HttpResponse:
    """Send messages once more, with the same ids, so that a receiver who had them knows.

    Either `dispatch_id`, or `since` and `until` (10,000 messages at most).
    """
    found, actor = _find(number), request.agent.pk
    if body.dispatch_id is not None:
        return shown(ReplayedShape(count=int(webhooks.replay_one(found.id, body.dispatch_id, actor=actor))), 202)
    if body.since is None or body.until is None:
        raise wrong("/since", "Name a dispatch_id, or since and until.")
    count = operations.replay(found.id, actor=actor, since=body.since, until=body.until, only_failed=body.only_failed)
    return shown(ReplayedShape(count=count), 202)
