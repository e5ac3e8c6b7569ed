"""Segments: saved filters over customers, and who is in each."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.conversations import masking, people
from shopbell.customers import filtering, operations
from shopbell.customers.models import Segment
from shopbell.fields import queries as fields
from shopbell.fields.models import Subject
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN, CustomerShape
from shopbell.web.api import paging
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Line, Number
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, Wrong, wrong

TAG = "Segments"
READ, WRITE = Scope.CUSTOMERS_READ, Scope.CUSTOMERS_WRITE
Operator = Literal["is", "not", "contains", "more", "less", "set", "unset"]
Match = Literal["all", "any"]


class Condition(Body):
    """What must hold of a customer."""

    field: Line = Field(
        max_length=60,
        description="language, blocked, created, contact, reach, or custom.<key>.",
        examples=["language"],
    )
    op: Operator = Field(description="`more` and `less` of created and contact: days ago.", examples=["is"])
    value: Line = Field(default="", max_length=200, examples=["de"])


class SegmentShape(BaseModel):
    """A saved filter over customers, for everybody."""

    id: int = Field(examples=[4])
    name: str = Field(examples=["German customers"])
    match: str = Field(description="Whether all conditions hold, or any.", examples=["all"])
    conditions: list[Condition]
    count: int | None = Field(description="null: not counted yet, or it takes too long.", examples=[1204])
    counted_at: datetime | None = Field(examples=[WHEN])


class Segments(BaseModel):
    items: list[SegmentShape]


class NewSegment(Body):
    """A name and at least one condition."""

    name: Line = Field(min_length=1, max_length=80, examples=["German customers"])
    match: Match = Field(default="all", examples=["all"])
    conditions: list[Condition] = Field(min_length=1, max_length=6)


@operation(TAG, "GET", "/segments", scope=READ, may=permissions.may_read, shape=Segments)
def list_segments(request: ApiRequest) -> HttpResponse:
    """All segments; none for an agent who sees customers masked. The count is of all customers of the desk."""
    rows = [] if masking.is_masked(request.agent) else list(Segment.objects.order_by("name"))
    return shown(Segments(items=[_shape(request, row) for row in rows]))


def _shape(request: ApiRequest, row: Segment) -> SegmentShape:
    """Who sees part of the desk is not told how many there are elsewhere."""
    is_wide = permissions.scope(request.agent).is_everything
    return SegmentShape.model_construct(
        id=row.pk,
        name=row.name,
        match=row.filter.get("match", "all"),
        conditions=[_condition(one) for one in row.filter.get("conditions", ())],
        count=row.count if is_wide else None,
        counted_at=row.counted_at if is_wide else None,
    )


def _condition(kept: list[str]) -> Condition:
    field, op, value = kept
    return Condition.model_construct(field=field, op=op, value=value)


@operation(TAG, "GET", "/segments/{number}", scope=READ, may=permissions.may_read, shape=SegmentShape)
def get_segment(request: ApiRequest, number: Number) -> HttpResponse:
    """One segment."""
    return shown(_shape(request, _find(request, number)))


def _find(request: ApiRequest, number: int) -> Segment:
    row = None if masking.is_masked(request.agent) else Segment.objects.filter(id=number).first()
    if row is None:
        raise Problem(404)
    return row


@operation(TAG, "GET", "/segments/{number}/customers", scope=READ, may=permissions.may_read, shape=Page[CustomerShape])
def list_segment_customers(request: ApiRequest, number: Number, limit: Limit = 50, after: After = "") -> HttpResponse:
    """Who is in it now, as far as the agent may know of them, the newest first."""
    where = filtering.compiled(_find(request, number).filter, fields.of(Subject.CUSTOMER)).where
    rows = people.visible_customers(request.agent).filter(where).prefetch_related("identities")
    return paging.newest(request, rows, limit, after, shapes.customer)


@operation(TAG, "POST", "/segments", scope=WRITE, may=permissions.may_edit_segments, shape=SegmentShape, status=201)
def create_segment(request: ApiRequest, body: NewSegment) -> HttpResponse:
    """Make a segment. It is counted in the background."""
    return shown(_save(request, Segment(), body), 201)


@operation(TAG, "PUT", "/segments/{number}", scope=WRITE, may=permissions.may_edit_segments, shape=SegmentShape)
def replace_segment(request: ApiRequest, number: Number, body: NewSegment) -> HttpResponse:
    """Another name, other conditions."""
    return shown(_save(request, _find(request, number), body))


@operation(TAG, "DELETE", "/segments/{number}", scope=WRITE, may=permissions.may_edit_segments, shape=None, status=204)
def delete_segment(request: ApiRequest, number: Number) -> HttpResponse:
    """Take a segment away. Its customers stay."""
    operations.delete_segment(_find(request, number), actor=request.agent.pk)
    return done()


def _save(request: ApiRequest, row: Segment, body: NewSegment) -> SegmentShape:
    conditions = [(one.field, str(one.op), one.value.strip()) for one in body.conditions]
    _check(conditions)
    if not body.name.strip():
        raise wrong("/name", "A segment needs a name.")
    try:
        with transaction.atomic():
            saved = operations.save_segment(
                row, actor=request.agent.pk, name=body.name, match=body.match, conditions=conditions
            )
    except IntegrityError:
        raise Problem(409, "Another segment has this name already.") from None
    except operations.TooManySegments:
        raise Problem(409, f"There are {operations.MOST_SEGMENTS} segments already.") from None
    return _shape(request, saved)


def _check(conditions: list[tuple[str, str, str]]) -> None:
    """Raises Problem with every condition that cannot be asked."""
    known = {f"custom.{one.key}": one for one in fields.of(Subject.CUSTOMER)}
    found: list[Wrong] = []
    for place, (field, op, value) in enumerate(conditions):
        try:
            filtering.condition(field, op, value, known)
        except ValueError as error:
            found.append({"where": f"/conditions/{place}", "message": str(error)})
    if found:
        raise Problem(422, "A condition cannot be asked.", errors=found)
