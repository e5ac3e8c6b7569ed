"""Customers the desk may know twice: suggested with reasons, merged elsewhere, or said to be two."""

from __future__ import annotations

from typing import Annotated

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.conversations import people
from shopbell.core.ids import as_ids
from shopbell.customers import operations
from shopbell.customers.models import Double
from shopbell.integrations.models import Scope
from shopbell.web.api import paging
from shopbell.web.api.door import ApiRequest, done, operation
from shopbell.web.api.fields import Number
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, wrong

TAG = "Customers"
MAY = permissions.may_merge_people


class DoubleShape(BaseModel):
    """Two customers who may be one."""

    id: int = Field(examples=[9])
    first_id: int = Field(examples=[77])
    second_id: int = Field(examples=[78])
    confidence: int = Field(description="Percent.", examples=[85])
    reasons: list[str] = Field(examples=[["name", "phone"]])
    suggested_by_id: int | None = Field(description="An agent; null: found by comparing.", examples=[None])


@operation(TAG, "GET", "/customer-doubles", scope=Scope.CUSTOMERS_READ, may=MAY, shape=Page[DoubleShape])
def list_customer_doubles(
    request: ApiRequest,
    customer_id: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Only pairs with this one.")] = None,
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Pairs that wait for a decision, the surest first. Merge them, or dismiss the pair."""
    rows = people.open_doubles(request.agent)
    if customer_id is not None:
        rows = rows.filter(Q(first=customer_id) | Q(second=customer_id))
    place = paging.place(after, 2)
    if place is not None:
        rows = _behind(rows, place)
    found, more = paging.cut(rows, limit)
    names = DoubleShape.model_fields
    items = [DoubleShape(**{name: getattr(row, name) for name in names}) for row in found]
    following = paging.cursor(found[-1].confidence, found[-1].pk) if more else None
    return paging.shown(request, Page[DoubleShape].model_construct(items=items, next=following))


def _behind(rows: QuerySet[Double], place: list[str]) -> QuerySet[Double]:
    numbers = as_ids(place)
    if len(numbers) != len(place):
        raise wrong("after", "This is not a cursor. Take the `next` of the page before as it is.")
    confidence, last = numbers
    return rows.filter(Q(confidence__lt=confidence) | Q(confidence=confidence, id__lt=last))


@operation(
    TAG,
    "POST",
    "/customer-doubles/{number}/dismiss",
    scope=Scope.CUSTOMERS_WRITE,
    may=MAY,
    shape=None,
    status=204,
)
def dismiss_customer_double(request: ApiRequest, number: Number) -> HttpResponse:
    """Two people: the pair is not suggested again."""
    row = people.open_doubles(request.agent).filter(id=number).first()
    if row is None:
        raise Problem(404)
    operations.dismiss(row, actor=request.agent.pk)
    return done()
