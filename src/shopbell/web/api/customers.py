"""Customers: find, read, change."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from shopbell.agents import permissions
from shopbell.customers import operations
from shopbell.customers.models import Customer
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import CustomerShape
from shopbell.web.api import find, paging
from shopbell.web.api.door import ApiRequest, check_version, operation, versioned
from shopbell.web.api.fields import Body, Line, Number, Prose
from shopbell.web.api.paging import After, Limit, Page

router = Router(tags=["Customers"])
READ, WRITE = Scope.CUSTOMERS_READ, Scope.CUSTOMERS_WRITE


@operation(router, "GET", "/customers", scope=READ, may=permissions.may_read, shape=Page[CustomerShape])
def list_customers(
    request: ApiRequest,
    address: Annotated[str, Query(max_length=320, description="Exactly this e-mail address or number.")] = "",
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Customers, the newest first; or the one with an address.

    A token whose agent sees part of the desk finds the customers of those conversations.
    """
    rows = Customer.objects.order_by("-id").prefetch_related("identities")
    if address:
        rows = rows.filter(identities__value=operations.normalise("email", address)).distinct()
    behind = paging.number(after)
    if behind is not None:
        rows = rows.filter(id__lt=behind)
    found, more = paging.cut(rows[: limit + 1], limit)
    allowed = find.may_see(request, [row.id for row in found])
    items = [shapes.customer(row) for row in found if row.id in allowed]
    following = paging.cursor(found[-1].id) if more else None
    return paging.shown(request, Page[CustomerShape].model_construct(items=items, next=following))


@operation(router, "GET", "/customers/{number}", scope=READ, may=permissions.may_read, shape=CustomerShape)
def get_customer(request: ApiRequest, number: Number) -> HttpResponse:
    """One customer with all known addresses."""
    return versioned(request, shapes.customer(find.customer(request, number)))


class CustomerChange(Body):
    """What is named is changed, the rest stays."""

    name: Line = Field(default="", examples=["Anna Saar"])
    language: str = Field(default="", pattern=r"^([a-z]{2,3})?$", examples=["et"])
    note: Prose = Field(default="", examples=["Prefers to be called in the evening."])


@operation(router, "PATCH", "/customers/{number}", scope=WRITE, may=permissions.may_answer, shape=CustomerShape)
def change_customer(request: ApiRequest, number: Number, body: CustomerChange) -> HttpResponse:
    """Change name, language or note.

    With `If-Match` only the version you read: 412 when somebody changed it since.
    """
    row = find.customer(request, number)
    check_version(request, shapes.customer(row))
    given = body.model_dump(include=body.model_fields_set)
    values = {"name": row.name, "language": row.language, "note": row.note, **given}
    operations.change(row, actor=request.agent.pk, **values)
    return versioned(request, shapes.customer(find.customer(request, number)))
