"""Orders and parcels: read. What is done with them is done in the shop, or by an agent in the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.dateparse import parse_datetime
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.commerce.keys import key
from shopbell.commerce.models import Order, Shipment
from shopbell.conversations import masking, orders
from shopbell.conversations.finding_orders import after as behind
from shopbell.conversations.models import OrderLink
from shopbell.core import text
from shopbell.customers import operations as customers
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.web.api import find, paging
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Number
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, wrong

TAG = "Orders"
READ = Scope.ORDERS_READ


class ParcelShape(BaseModel):
    """A parcel of an order."""

    id: int = Field(examples=[9001])
    carrier: str = Field(description="Short name, where it is known.", examples=["dhl"])
    tracking_number: str = Field(examples=["00340434161094015902"])
    state: str = Field(description="See the documentation of parcels; unknown is no delay.", examples=["in_transit"])
    expected_on: date | None = Field(description="The carrier's forecast.", examples=["2026-11-24"])
    delivered_at: datetime | None = Field(examples=[None])


class OrderLineShape(BaseModel):
    """A line of an order."""

    title: str = Field(examples=["Red mug"])
    sku: str = Field(examples=["MUG-RED"])
    quantity: int = Field(examples=[2])
    total: int = Field(description="In the currency's smallest unit.", examples=[2480])


class OrderShape(BaseModel):
    """An order as the shop has it. Amounts are in the currency's smallest unit."""

    id: int = Field(examples=[501])
    number: str = Field(description="As the customer knows it.", examples=["1042"])
    shop_id: int = Field(examples=[1])
    customer_id: int | None = Field(examples=[77])
    email: str = Field(examples=["anna@customer.example"])
    name: str = Field(examples=["Anna Saar"])
    placed_at: datetime = Field(examples=[WHEN])
    currency: str = Field(examples=["EUR"])
    total: int = Field(examples=[4990])
    paid: int = Field(examples=[4990])
    refunded: int = Field(examples=[0])
    payment: str = Field(examples=["paid"])
    fulfilment: str = Field(examples=["fulfilled"])
    is_cancelled: bool = Field(examples=[False])
    is_pickup: bool = Field(description="Click & collect.", examples=[False])
    source: str = Field(examples=["web"])
    promised_on: date | None = Field(examples=["2026-11-25"])
    delivered_at: datetime | None = Field(examples=[None])
    collected_at: datetime | None = Field(description="A store of ours says it was fetched.", examples=[None])


class WholeOrderShape(OrderShape):
    """An order with its lines and parcels."""

    lines: list[OrderLineShape]
    parcels: list[ParcelShape]


class LinkedOrderShape(BaseModel):
    """An order a conversation speaks of. What was quoted is not proved to be the customer's."""

    order_id: int = Field(examples=[501])
    number: str = Field(examples=["1042"])
    reason: str = Field(description="number, tracking, address or agent.", examples=["number"])
    is_proved: bool = Field(description="The customer's own, or an agent says so.", examples=[True])


class LinkedOrders(BaseModel):
    """All of them."""

    items: list[LinkedOrderShape]


@operation(TAG, "GET", "/orders", scope=READ, may=permissions.may_read, shape=Page[OrderShape])
def list_orders(
    request: ApiRequest,
    number: Annotated[str, Query(max_length=60, description="Exactly this order number.")] = "",
    email: Annotated[str, Query(max_length=320, description="Exactly this e-mail address.")] = "",
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Orders, the newest first. A token whose agent sees part of the desk finds the orders of that part."""
    rows = orders.visible(request.agent).defer("raw").order_by("-placed_at", "-id")
    if email and masking.is_masked(request.agent):
        raise wrong("email", "This agent sees no addresses, so they cannot be asked for.")
    if number:
        rows = rows.filter(number_key=key(number))
    if email:
        rows = rows.filter(email=customers.normalise("email", text.clean(email))).exclude(email="")
    found, more = paging.cut(_behind(rows, after), limit)
    following = paging.cursor(found[-1].placed_at.isoformat(), found[-1].id) if more else None
    items = [OrderShape(**_facts(row)) for row in found]
    return paging.shown(request, Page[OrderShape].model_construct(items=items, next=following))


def _behind(rows: QuerySet[Order], after: str) -> QuerySet[Order]:
    place = paging.place(after, 2)
    if place is None:
        return rows
    try:
        at = parse_datetime(place[0])
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not place[1].isdecimal() or len(place[1]) > 18:
        raise wrong("after", "This is not a cursor. Take the `next` of the page before as it is.")
    return behind(rows, (at, int(place[1])))


@operation(TAG, "GET", "/orders/{number}", scope=READ, may=permissions.may_read, shape=WholeOrderShape)
def get_order(request: ApiRequest, number: Number) -> HttpResponse:
    """One order with its lines and parcels."""
    row = orders.find(request.agent, number)
    if row is None:
        raise Problem(404)
    lines = [OrderLineShape.model_validate(line, from_attributes=True) for line in row.lines.order_by("position", "id")]
    return shown(WholeOrderShape(**_facts(row), lines=lines, parcels=_parcels(row.shipments.order_by("id"))))


def _parcels(rows: Iterable[Shipment]) -> list[ParcelShape]:
    return [ParcelShape.model_validate(row, from_attributes=True) for row in rows]


def _facts(row: Order) -> dict[str, Any]:
    return {name: getattr(row, name) for name in OrderShape.model_fields}


@operation(TAG, "GET", "/conversations/{number}/orders", scope=READ, may=permissions.may_read, shape=LinkedOrders)
def linked_orders(request: ApiRequest, number: Number) -> HttpResponse:
    """The orders a conversation speaks of, as far as the token's agent may see them."""
    talk = find.conversation(request, number)
    links = OrderLink.objects.filter(conversation=talk, is_hidden=False).order_by("id")
    seen = orders.visible(request.agent).in_bulk([link.order_id for link in links])
    proved = set(orders.proved(talk).filter(id__in=seen).values_list("id", flat=True))
    items = [
        LinkedOrderShape(
            order_id=link.order_id,
            number=seen[link.order_id].number,
            reason=link.reason,
            is_proved=link.order_id in proved,
        )
        for link in links
        if link.order_id in seen
    ]
    return shown(LinkedOrders(items=items))
