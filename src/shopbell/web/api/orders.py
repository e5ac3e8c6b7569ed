"""Orders: read, as the shop has them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.commerce.contract import Ability
from shopbell.commerce.keys import key
from shopbell.commerce.models import Order
from shopbell.conversations import masking, orders
from shopbell.core import text
from shopbell.customers import operations as customers
from shopbell.customers.queries import with_merged
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN, OrderShape, ParcelShape
from shopbell.web.api import find, paging
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Number
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import wrong
from shopbell.web.desk.deeds import against

TAG = "Orders"
Shape = TypeVar("Shape", bound=BaseModel)
READ = Scope.ORDERS_READ
OptionalId = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


class OrderLineShape(BaseModel):
    """A line of an order."""

    id: int = Field(examples=[7001])
    title: str = Field(examples=["Red mug"])
    sku: str = Field(examples=["MUG-RED"])
    quantity: int = Field(examples=[2])
    total: int = Field(description="In the currency's smallest unit.", examples=[2480])
    fulfilled: int = Field(description="How many were sent.", examples=[2])
    returned: int = Field(examples=[0])
    refunded: int = Field(examples=[0])


class RefundShape(BaseModel):
    """Money that went back, as the shop says."""

    amount: int = Field(examples=[2480])
    made_at: datetime | None = Field(examples=[WHEN])
    reason: str = Field(examples=["Scratched"])
    is_pending: bool = Field(examples=[False])


class ReturnShape(BaseModel):
    """Goods that come back, where the shop system keeps returns."""

    state: str = Field(description="In the shop's words.", examples=["requested"])
    requested_at: str | None = Field(examples=[WHEN])
    received_at: str | None = Field(examples=[None])
    lines: dict[str, int] = Field(description="The shop's id of a line → how many.", examples=[{"l1": 1}])


class AbilityShape(BaseModel):
    """Something the token's agent may ask for, or why not."""

    ability: str = Field(description="note, cancel, address, refund or coupon.", examples=["refund"])
    reason_against: str = Field(description="Empty: it can be asked for.", examples=[""])


class WholeOrderShape(OrderShape):
    """An order with its lines, parcels, refunds and returns, and what can be done with it."""

    lines: list[OrderLineShape]
    parcels: list[ParcelShape]
    refunds: list[RefundShape]
    returns: list[ReturnShape]
    abilities: list[AbilityShape]


@operation(TAG, "GET", "/orders", scope=READ, may=permissions.may_read, shape=Page[OrderShape])
def list_orders(
    request: ApiRequest,
    number: Annotated[str, Query(max_length=60, description="Exactly this order number.")] = "",
    email: Annotated[str, Query(max_length=320, description="Exactly this e-mail address.")] = "",
    customer_id: OptionalId = None,
    shop_id: OptionalId = None,
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Orders, the newest first. A token whose agent sees part of the desk finds the orders of that part."""
    rows = orders.visible(request.agent).defer("raw").order_by("-placed_at", "-id")
    if email and masking.is_masked(request.agent):
        raise wrong("email", "This agent sees no addresses, so they cannot be asked for.")
    if number:
        rows = rows.filter(number_key=key(number))
    if customer_id is not None:
        rows = rows.filter(customer__in=with_merged([customer_id]))
    rows = rows.filter(shop=shop_id) if shop_id is not None else rows
    if email:
        rows = rows.filter(email=customers.normalise("email", text.clean(email))).exclude(email="")
    found, following = paging.older(rows, limit, after, "placed_at", "id")
    items = [shapes.order(row) for row in found]
    return paging.shown(request, Page[OrderShape].model_construct(items=items, next=following))


@operation(TAG, "GET", "/orders/{number}", scope=READ, may=permissions.may_read, shape=WholeOrderShape)
def get_order(request: ApiRequest, number: Number) -> HttpResponse:
    """One order with its lines, parcels, refunds and returns, and what the token's agent could ask for."""
    return shown(whole(request, find.order(request, number)))


def whole(request: ApiRequest, row: Order) -> WholeOrderShape:
    """As it is shown alone."""
    return WholeOrderShape(
        **shapes.order(row).__dict__,
        lines=all_of(OrderLineShape, row.lines.order_by("position", "id")),
        parcels=all_of(ParcelShape, row.shipments.order_by("id")),
        refunds=all_of(RefundShape, row.refunds.order_by("id")),
        returns=[_return(one) for one in row.returns],
        abilities=[AbilityShape(ability=one, reason_against=against(request.agent, row, one)) for one in Ability],
    )


def all_of(shape: type[Shape], rows: Iterable[Any]) -> list[Shape]:
    """Each row as it is shown."""
    return [shape.model_validate(row, from_attributes=True) for row in rows]


def _return(kept: dict[str, Any]) -> ReturnShape:
    return ReturnShape(**{name: kept.get(name) or default for name, default in _RETURN.items()})


_RETURN: dict[str, Any] = {"state": "", "requested_at": None, "received_at": None, "lines": {}}
