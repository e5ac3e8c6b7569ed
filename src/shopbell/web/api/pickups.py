"""The counter of a store: orders that are collected there, found and handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.commerce.models import Order
from shopbell.commerce.operations import collecting
from shopbell.core import text
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Number
from shopbell.web.api.orders import all_of
from shopbell.web.api.problems import Problem
from shopbell.web.desk import store

TAG = "Orders"
READ, WRITE = Scope.ORDERS_READ, Scope.ORDERS_WRITE


class PickupShape(BaseModel):
    """An order that is collected in a store: what a counter needs, and no more of the customer than a name."""

    id: int = Field(examples=[501])
    number: str = Field(examples=["1042"])
    name: str = Field(examples=["Anna Saar"])
    shop_id: int = Field(examples=[1])
    place: str = Field(description="The store, as the shop calls it.", examples=["Tallinn"])
    placed_at: datetime = Field(examples=[WHEN])
    fulfilment: str = Field(examples=["ready"])
    is_cancelled: bool = Field(examples=[False])
    currency: str = Field(examples=["EUR"])
    total: int = Field(examples=[4990])
    paid: int = Field(examples=[4990])
    payment: str = Field(examples=["paid"])
    collected_at: datetime | None = Field(examples=[None])


class Pickups(BaseModel):
    items: list[PickupShape]


@operation(TAG, "GET", "/pickups", scope=READ, may=permissions.may_serve_in_store, shape=Pickups)
def find_pickups(
    request: ApiRequest,
    q: Annotated[str, Query(max_length=500, description="A number, what a QR code says, a telephone.")],
) -> HttpResponse:
    """Orders to be collected that something names, ten at most; for who serves in a store."""
    rows = store.matching(request.agent, text.clean(q))[: store.SHOWN] if q.strip() else []
    return shown(Pickups(items=all_of(PickupShape, rows)))


@operation(TAG, "POST", "/pickups/{number}/collect", scope=WRITE, may=permissions.may_serve_in_store, shape=PickupShape)
def collect_order(request: ApiRequest, number: Number) -> HttpResponse:
    """It was handed over. Said again it is the same."""
    row = _pickup(request, number)
    try:
        collecting.collect(row.id, request.agent)
    except collecting.CannotCollect:
        raise Problem(409, "There is nothing to hand over.") from None
    return shown(PickupShape.model_validate(_pickup(request, number), from_attributes=True))


@operation(
    TAG, "POST", "/pickups/{number}/give-back", scope=WRITE, may=permissions.may_serve_in_store, shape=PickupShape
)
def give_order_back(request: ApiRequest, number: Number) -> HttpResponse:
    """It was not handed over after all, and waits in the store again."""
    collecting.give_back(_pickup(request, number).id, request.agent)
    return shown(PickupShape.model_validate(_pickup(request, number), from_attributes=True))


def _pickup(request: ApiRequest, number: int) -> Order:
    found = store.visible(request.agent).filter(id=number).first()
    if found is None:
        raise Problem(404)
    return found
