"""A customer's addresses; customers who are linked, and who turn out to be one."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.conversations import operations as conversations
from shopbell.customers import operations
from shopbell.customers.models import Merge
from shopbell.customers.operations import merging, reaching
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import CustomerShape, IdentityShape
from shopbell.web.api import find
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Line, Number
from shopbell.web.api.problems import Problem, wrong

TAG = "Customers"
WRITE = Scope.CUSTOMERS_WRITE


class NewIdentity(Body):
    """An address nobody has proved yet."""

    kind: Literal["email", "phone"] = Field(examples=["phone"])
    value: Line = Field(min_length=1, max_length=320, examples=["+372 5123 4567"])
    country: str = Field(
        default="", pattern="^([A-Z]{2})?$", description="Of a number without one (ISO 3166).", examples=["EE"]
    )


@operation(
    TAG,
    "POST",
    "/customers/{number}/identities",
    scope=WRITE,
    may=permissions.may_edit_customers,
    shape=IdentityShape,
    status=201,
)
def add_identity(request: ApiRequest, number: Number, body: NewIdentity) -> HttpResponse:
    """Add an address or a number to a customer."""
    found = find.customer(request, number)
    try:
        row = operations.add_identity(
            found.id, kind=body.kind, typed=body.value, actor=request.agent.pk, country=body.country
        )
    except reaching.Malformed:
        raise wrong("/value", "This is no address of its kind.") from None
    except reaching.Taken as taken:
        raise Problem(409, f"It belongs to customer {taken.customer_id}.") from None
    except reaching.TooMany:
        raise Problem(409, "This customer has too many addresses.") from None
    return shown(shapes.identity(row), 201)


@operation(
    TAG,
    "DELETE",
    "/customers/{number}/identities/{identity}",
    scope=WRITE,
    may=permissions.may_edit_customers,
    shape=None,
    status=204,
)
def remove_identity(request: ApiRequest, number: Number, identity: Number) -> HttpResponse:
    """Take an address away. Who writes from it later is somebody new."""
    found = find.customer(request, number)
    if not operations.remove_identity(identity, customer_id=found.id, actor=request.agent.pk):
        raise Problem(404)
    return done()


class NewCustomerLink(Body):
    """How two people have to do with each other."""

    customer_id: Id = Field(examples=[78])
    relation: Literal["household", "family", "company", "behalf", "other"] = Field(examples=["household"])


@operation(
    TAG,
    "POST",
    "/customers/{number}/links",
    scope=WRITE,
    may=permissions.may_edit_customers,
    shape=None,
    status=204,
)
def link_customers(request: ApiRequest, number: Number, body: NewCustomerLink) -> HttpResponse:
    """Say that two people have to do with each other. They stay two."""
    found, other = find.customer(request, number), find.customer(request, body.customer_id)
    try:
        operations.link(found.id, other.id, relation=body.relation, actor=request.agent.pk)
    except ValueError:
        raise wrong("/customer_id", "Two customers who are their own are linked.") from None
    return done()


@operation(
    TAG,
    "DELETE",
    "/customers/{number}/links/{other}",
    scope=WRITE,
    may=permissions.may_edit_customers,
    shape=None,
    status=204,
)
def unlink_customers(request: ApiRequest, number: Number, other: Number) -> HttpResponse:
    """They have nothing to do with each other after all."""
    one, another = find.customer(request, number).id, find.customer(request, other).id
    if one != another:
        operations.unlink(one, another, actor=request.agent.pk)
    return done()


class NewCustomerMerge(Body):
    """Who turned out to be the same person."""

    customer_id: Id = Field(description="Becomes a part of the one in the address.", examples=[78])
    reason: Line = Field(
        default="", max_length=500, description="Needed where both have a proved address of one kind.", examples=[""]
    )


class MergedCustomersShape(BaseModel):
    """A merge, which can be undone at any time."""

    merge_id: int = Field(examples=[3])
    customer: CustomerShape


@operation(
    TAG,
    "POST",
    "/customers/{number}/merge",
    scope=WRITE,
    may=permissions.may_merge_people,
    shape=MergedCustomersShape,
)
def merge_customers(request: ApiRequest, number: Number, body: NewCustomerMerge) -> HttpResponse:
    """Make another customer a part of this one: addresses, notes, conversations.

    409 where both have a proved address of the same kind and no reason is given.
    """
    kept, gone = find.customer(request, number), find.customer(request, body.customer_id)
    if body.reason and not permissions.may_override(request.agent):
        raise wrong("/reason", "Only a lead says that two proved addresses belong to one person.")
    try:
        merged = conversations.merge_customers(kept.id, gone.id, actor=request.agent.pk, reason=body.reason)
    except merging.TwoProved:
        raise Problem(409, "Both have a proved address of the same kind: say why they are one person.") from None
    except ValueError:
        raise wrong("/customer_id", "Two customers who are their own are merged.") from None
    return shown(MergedCustomersShape(merge_id=merged.id, customer=shapes.customer(find.customer(request, kept.id))))


@operation(
    TAG,
    "POST",
    "/customer-merges/{number}/undo",
    scope=WRITE,
    may=permissions.may_merge_people,
    shape=None,
    status=204,
)
def unmerge_customers(request: ApiRequest, number: Number) -> HttpResponse:
    """Take a merge apart: each has again what was theirs. Undone twice is once."""
    row = Merge.objects.filter(id=number).first()
    if row is None:
        raise Problem(404)
    find.customer(request, row.kept_id)
    conversations.unmerge_customers(row.id, actor=request.agent.pk)
    return done()
