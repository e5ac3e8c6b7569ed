"""Customers: find, read, change; their addresses and the notes about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import operations as agents
from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import masking, people, queries
from shopbell.core import text
from shopbell.customers import operations
from shopbell.customers import queries as queries_of_customers
from shopbell.customers.models import Customer, CustomerNote, Identity
from shopbell.customers.operations import reaching
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN, CustomerShape, IdentityShape
from shopbell.web.api import find, paging
from shopbell.web.api.door import ApiRequest, check_version, done, operation, shown, versioned
from shopbell.web.api.fields import Body, Line, Number, Prose
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, wrong

TAG = "Customers"
READ, WRITE = Scope.CUSTOMERS_READ, Scope.CUSTOMERS_WRITE


@operation(TAG, "GET", "/customers", scope=READ, may=permissions.may_read, shape=Page[CustomerShape])
def list_customers(
    request: ApiRequest,
    address: Annotated[str, Query(max_length=320, description="Exactly this e-mail address or number.")] = "",
    q: Annotated[str, Query(max_length=200, description="Words of names and addresses, each by its beginning.")] = "",
    language: Annotated[str, Query(pattern=r"^([a-z]{2,3})?$", description="Only who writes in it.")] = "",
    limit: Limit = 50,
    after: After = "",
) -> HttpResponse:
    """Customers, the newest first; or those with an address.

    A token whose agent sees part of the desk finds the customers of those conversations. Who was merged into another
    customer is not listed.
    """
    rows = _visible(request).filter(merged_into=None).prefetch_related("identities")
    if (address or q) and masking.is_masked(request.agent):
        raise wrong("address" if address else "q", "This agent sees no addresses, so they cannot be asked for.")
    if address:
        named = Identity.objects.filter(value=operations.normalise("email", text.clean(address)))
        rows = rows.filter(id__in=named.values("customer"))
    if q:
        rows = rows.filter(id__in=queries_of_customers.matching(text.clean(q)).values("id"))
    rows = rows.filter(language=language) if language else rows
    return paging.newest(request, rows, limit, after, shapes.customer)


def _visible(request: ApiRequest) -> QuerySet[Customer]:
    rows = Customer.objects.all()
    if not permissions.scope(request.agent).is_everything:
        rows = rows.filter(id__in=queries.visible(request.agent).order_by().values("customer"))
    return masking.customers(rows, request.agent)


@operation(TAG, "GET", "/customers/{number}", scope=READ, may=permissions.may_read, shape=CustomerShape)
def get_customer(request: ApiRequest, number: Number) -> HttpResponse:
    """One customer with all known addresses."""
    return versioned(request, shapes.customer(find.customer(request, number)))


def _may_make(agent: Agent) -> bool:
    """Whoever sees a part of the desk would learn who is known elsewhere."""
    return permissions.may_edit_customers(agent) and permissions.scope(agent).is_everything


class NewCustomer(Body):
    """Somebody by an address of theirs."""

    kind: Literal["email", "phone", "external"] = Field(
        description="`external`: the shop's customer number.", examples=["email"]
    )
    value: Line = Field(min_length=1, max_length=320, examples=["anna@customer.example"])
    country: str = Field(default="", pattern="^([A-Z]{2})?$", description="Of a number without one.", examples=["EE"])
    name: Line = Field(default="", max_length=200, examples=["Anna Saar"])
    language: str = Field(default="", pattern=r"^([a-z]{2,3})?$", examples=["et"])


@operation(TAG, "POST", "/customers", scope=WRITE, may=_may_make, shape=CustomerShape, status=201)
def create_customer(request: ApiRequest, body: NewCustomer) -> HttpResponse:
    """Make a customer, or find the one who has this address: then only an empty name or language is filled in.

    The address does not count as proved. For agents who see all of the desk.
    """
    try:
        value = reaching.read_identity(body.kind, body.value, body.country)
    except reaching.Malformed:
        raise wrong("/value", "This is no address of its kind.") from None
    found = operations.resolve(body.kind, value, name=body.name, language=body.language)
    shape = shapes.customer(find.customer(request, found.id))
    return shown(shape, 201, Location=f"/api/v1/customers/{found.id}")


class CustomerChange(Body):
    """What is named is changed, the rest stays."""

    name: Line = Field(default="", examples=["Anna Saar"])
    language: str = Field(default="", pattern=r"^([a-z]{2,3})?$", examples=["et"])
    salutation: Literal["", "ms", "mr", "free"] = Field(default="", examples=["ms"])
    greeting: Line = Field(
        default="", max_length=100, description="The words, with salutation `free`.", examples=["Dear neighbours"]
    )
    custom: dict[str, Any] = Field(
        default={}, description="Values of the shop's own fields; null takes one away.", examples=[{"shoe_size": 42}]
    )


@operation(TAG, "PATCH", "/customers/{number}", scope=WRITE, may=permissions.may_edit_customers, shape=CustomerShape)
def change_customer(request: ApiRequest, number: Number, body: CustomerChange) -> HttpResponse:
    """Change what is known about a customer.

    With `If-Match` only the version you read: 412 when somebody changed it since.
    """
    find.customer(request, number)
    find.lock_customer(number)
    check_version(request, shapes.customer(find.customer(request, number)))
    operations.change(number, actor=request.agent.pk, **body.model_dump(include=body.model_fields_set))
    return versioned(request, shapes.customer(find.customer(request, number)))


class NoteShape(BaseModel):
    """What a colleague wants the others to know."""

    id: int = Field(examples=[8])
    author_id: int | None = Field(examples=[5])
    text: str = Field(examples=["Prefers to be called in the evening."])
    created_at: datetime = Field(examples=[WHEN])


class Notes(BaseModel):
    items: list[NoteShape]


class NewCustomerNote(Body):
    """Something about the customer."""

    text: Prose = Field(min_length=1, max_length=10_000, examples=["Prefers to be called in the evening."])


def _note(row: CustomerNote) -> NoteShape:
    return NoteShape.model_construct(id=row.id, author_id=row.author_id, text=row.text, created_at=row.created_at)


@operation(TAG, "GET", "/customers/{number}/notes", scope=READ, may=permissions.may_read, shape=Notes)
def list_customer_notes(request: ApiRequest, number: Number) -> HttpResponse:
    """The notes about a customer, the newest first, a hundred at most."""
    rows = sorted(find.customer(request, number).notes.all(), key=lambda row: -row.id)
    return shown(Notes.model_construct(items=[_note(row) for row in rows[:100]]))


@operation(
    TAG,
    "POST",
    "/customers/{number}/notes",
    scope=WRITE,
    may=permissions.may_edit_customers,
    shape=NoteShape,
    status=201,
)
def add_customer_note(request: ApiRequest, number: Number, body: NewCustomerNote) -> HttpResponse:
    """Leave a note about a customer. The same one twice in a row is one."""
    row = operations.add_note(find.customer(request, number).id, actor=request.agent.pk, body=body.text)
    if row is None:
        raise wrong("/text", "The note is empty.")
    row.refresh_from_db()
    return shown(_note(row), 201)


@operation(
    TAG,
    "DELETE",
    "/customers/{number}/notes/{note}",
    scope=WRITE,
    may=permissions.may_edit_customers,
    shape=None,
    status=204,
)
def delete_customer_note(request: ApiRequest, number: Number, note: Number) -> HttpResponse:
    """Take a note away: one's own, or, as a lead, anybody's."""
    row = CustomerNote.objects.filter(id=note, customer=find.customer(request, number)).first()
    if row is None:
        raise Problem(404)
    if not people.may_delete_note(request.agent, row):
        raise Problem(403, "One's own notes only; others' are taken away by a lead.")
    operations.delete_note(row, actor=request.agent.pk)
    return done()


@operation(
    TAG, "POST", "/identities/{number}/block", scope=WRITE, may=permissions.may_edit_customers, shape=IdentityShape
)
def block_identity(request: ApiRequest, number: Number) -> HttpResponse:
    """File what comes from this address as spam from now on, without an answer."""
    operations.block(_identity(request, number).id, actor=request.agent.pk)
    return shown(shapes.identity(_identity(request, number)))


@operation(
    TAG, "POST", "/identities/{number}/unblock", scope=WRITE, may=permissions.may_edit_customers, shape=IdentityShape
)
def unblock_identity(request: ApiRequest, number: Number) -> HttpResponse:
    """Hear this address again."""
    operations.unblock(_identity(request, number).id, actor=request.agent.pk)
    return shown(shapes.identity(_identity(request, number)))


def _identity(request: ApiRequest, number: int) -> Identity:
    found = Identity.objects.filter(id=number, customer__in=_visible(request)).first()
    if found is None:
        raise Problem(404)
    return found


class Reveal(Body):
    """Why somebody has to see it."""

    reason: Literal["identity", "call_back", "delivery", "complaint"] = Field(examples=["delivery"])


@operation(
    TAG,
    "POST",
    "/conversations/{number}/reveal",
    scope=READ,
    may=permissions.may_reveal,
    shape=CustomerShape,
)
def reveal_customer(request: ApiRequest, number: Number, body: Reveal) -> HttpResponse:
    """The customer of a conversation without the mask, for agents whose team may look behind it.

    Each time is a line of the audit log, with the reason.
    """
    found = find.conversation(request, number)
    agents.record_reveal(found.id, found.customer_id, body.reason, actor=request.agent.pk)
    whole = Customer.objects.prefetch_related("identities").get(id=found.customer_id)
    return shown(shapes.customer(whole))
