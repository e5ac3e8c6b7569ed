"""Parcels and what happened to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.commerce.keys import key
from shopbell.commerce.models import Shipment
from shopbell.conversations import orders
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN, ParcelShape
from shopbell.watching.operations import cases
from shopbell.web.api import paging
from shopbell.web.api.cases import CaseShape, shape_of
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Number
from shopbell.web.api.orders import OptionalId, all_of
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem

TAG = "Orders"
READ, WRITE = Scope.ORDERS_READ, Scope.ORDERS_WRITE
MOST_EVENTS = 200


class OwnParcelShape(ParcelShape):
    """A parcel by itself."""

    order_id: int = Field(examples=[501])
    carrier_name: str = Field(description="As the shop writes it.", examples=["DHL Paket"])
    tracking_url: str = Field(examples=["https://carrier.example/t/00340434161094015902"])
    country: str = Field(description="Where it goes.", examples=["DE"])
    reason: str = Field(description="Why the carrier could not go on.", examples=[""])
    shipped_at: datetime | None = Field(examples=[WHEN])
    handed_at: datetime | None = Field(description="The carrier's first scan.", examples=[WHEN])
    last_event_at: datetime | None = Field(examples=[WHEN])


class EventShape(BaseModel):
    """One thing that happened to a parcel."""

    occurred_at: datetime = Field(examples=[WHEN])
    state: str = Field(examples=["in_transit"])
    reason: str = Field(examples=[""])
    code: str = Field(description="The carrier's own.", examples=["AA"])
    text: str = Field(examples=["Sorted"])
    place: str = Field(examples=["Leipzig"])


class WholeParcelShape(OwnParcelShape):
    """A parcel with what happened to it, by the carrier's clock."""

    events: list[EventShape]


@operation(TAG, "GET", "/parcels", scope=READ, may=permissions.may_read, shape=Page[OwnParcelShape])
def list_parcels(
    request: ApiRequest,
    tracking_number: Annotated[str, Query(max_length=100, description="Exactly this one, however it is spaced.")] = "",
    order_id: OptionalId = None,
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Parcels of the orders the agent may see, the newest first."""
    rows = Shipment.objects.filter(order__in=orders.visible(request.agent).values("id"))
    if tracking_number:
        rows = rows.filter(tracking_key=key(tracking_number)).exclude(tracking_key="")
    rows = rows.filter(order=order_id) if order_id is not None else rows
    return paging.newest(request, rows, limit, after, _shape)


def _shape(row: Shipment) -> OwnParcelShape:
    return OwnParcelShape.model_validate(row, from_attributes=True)


def _find(request: ApiRequest, number: int) -> Shipment:
    row = Shipment.objects.filter(id=number).first()
    if row is None or not orders.visible(request.agent).filter(id=row.order_id).exists():
        raise Problem(404)
    return row


@operation(TAG, "GET", "/parcels/{number}", scope=READ, may=permissions.may_read, shape=WholeParcelShape)
def get_parcel(request: ApiRequest, number: Number) -> HttpResponse:
    """One parcel with what happened to it."""
    row = _find(request, number)
    events = all_of(EventShape, row.events.order_by("occurred_at", "id")[:MOST_EVENTS])
    return shown(WholeParcelShape(**_shape(row).__dict__, events=events))


@operation(TAG, "POST", "/parcels/{number}/not-there", scope=WRITE, may=permissions.may_answer, shape=CaseShape)
def deny_parcel(request: ApiRequest, number: Number) -> HttpResponse:
    """The customer says that a parcel said to be delivered is not there: a case, once for each parcel."""
    case = cases.deny(_find(request, number), actor=request.agent.pk)
    return shown(shape_of(request, case))
