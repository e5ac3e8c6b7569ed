"""Customers as CSV files: brought, tried, taken in as a job with its refused rows; and taken out."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.http import HttpResponse, StreamingHttpResponse
from ninja import File, UploadedFile
from pydantic import BaseModel, Field

from shopbell.customers import csv_file, operations, phones
from shopbell.customers.models import CustomerImport, ImportProblem, Segment
from shopbell.fields import queries as fields
from shopbell.fields.models import Subject
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.web import customer_lines
from shopbell.web.api import paging
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Body, Id, Number, Word
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.problems import Problem, wrong

TAG = "Customers as files"
WRITE = Scope.CUSTOMERS_WRITE
MAY = customer_lines.may_import
ADDRESSES = {"email", "phone", "external"}


class ImportShape(BaseModel):
    """A CSV file of customers on its way in."""

    id: int = Field(examples=[12])
    name: str = Field(examples=["customers.csv"])
    state: str = Field(description="mapping (not run yet), running, done or cancelled.", examples=["done"])
    is_trial: bool = Field(description="Says what would happen, and changes nothing.", examples=[True])
    total: int = Field(description="Rows of the file.", examples=[2500])
    position: int = Field(description="Rows looked at.", examples=[2500])
    created: int = Field(examples=[1200])
    changed: int = Field(examples=[40])
    unchanged: int = Field(examples=[1257])
    refused: int = Field(description="Rows that were not taken; see its problems.", examples=[3])
    started_at: datetime = Field(examples=[WHEN])
    ended_at: datetime | None = Field(examples=[WHEN])


class ColumnShape(BaseModel):
    """A column of the file, and what it is taken for."""

    head: str = Field(examples=["E-mail"])
    role: str = Field(
        description="name, first_name, last_name, email, phone, external, language, salutation, greeting, time_zone, "
        "note, custom.<key>, or empty: left out.",
        examples=["email"],
    )


class WholeImportShape(ImportShape):
    """An import with how the file is read."""

    charset: str = Field(examples=["utf-8"])
    delimiter: str = Field(examples=[";"])
    country: str = Field(description="Of phone numbers without one.", examples=["DE"])
    columns: list[ColumnShape]


class RefusedShape(BaseModel):
    """A row that was not taken, and why."""

    id: int = Field(examples=[3])
    line: int = Field(description="Where it begins in the file.", examples=[17])
    reason: str = Field(examples=["“anna@” is no e-mail address."])
    row: list[str] = Field(description="Its cells; kept for a week.", examples=[["Anna", "anna@"]])


class Run(Body):
    """How to take the file in; what is left out stays as it was guessed."""

    is_trial: bool = Field(default=False, description="Only say what would happen.", examples=[True])
    roles: list[Word] | None = Field(
        default=None, max_length=csv_file.MOST_COLUMNS, description="What each column is.", examples=[["name", "email"]]
    )
    country: str = Field(default="", pattern="^([A-Z]{2})?$", examples=["DE"])
    charset: Word = Field(default="", examples=["utf-8"])
    delimiter: str = Field(default="", max_length=1, examples=[";"])


@operation(TAG, "POST", "/customer-imports", scope=WRITE, may=MAY, shape=WholeImportShape, status=201, multipart=True)
def bring_customers(request: ApiRequest, file: File[UploadedFile]) -> HttpResponse:
    """Bring a CSV file with a head. Nothing is taken in before it is run."""
    if (file.size or 0) > csv_file.MOST_BYTES:
        raise Problem(413, f"At most {csv_file.MOST_BYTES} bytes: split it into several.")
    try:
        row = operations.begin_import(agent=request.agent.pk, name=file.name or "", content=file.read())
    except (csv_file.NotCsv, StopIteration):
        raise wrong("file", "This is no table: it should have a line for each customer and a head above.") from None
    return shown(_whole(row), 201, Location=f"/api/v1/customer-imports/{row.pk}")


@operation(TAG, "GET", "/customer-imports", scope=WRITE, may=MAY, shape=Page[ImportShape])
def list_customer_imports(request: ApiRequest, limit: Limit = 50, after: After = "") -> HttpResponse:
    """All imports, the newest first."""
    return paging.newest(request, CustomerImport.objects.defer("content"), limit, after, _shape)


def _shape(row: CustomerImport) -> ImportShape:
    return ImportShape.model_construct(**{name: getattr(row, name) for name in ImportShape.model_fields})


def _whole(row: CustomerImport) -> WholeImportShape:
    own = {name: getattr(row, name) for name in ("charset", "delimiter", "country")}
    columns = [
        ColumnShape.model_construct(head=head, role=role) for head, role in zip(_head(row), row.mapping, strict=False)
    ]
    return WholeImportShape.model_construct(**_shape(row).__dict__, **own, columns=columns)


def _head(row: CustomerImport) -> list[str]:
    """The names of the columns; empty ones of a file that is forgotten or cannot be read like this."""
    try:
        listed = csv_file.rows(bytes(row.content), csv_file.Layout(row.charset, row.delimiter))
        return next((cells for _line, cells in islice(listed, 1)), [""] * len(row.mapping))
    except csv_file.NotCsv:
        return [""] * len(row.mapping)


def _find(number: int) -> CustomerImport:
    row = CustomerImport.objects.filter(id=number).first()
    if row is None:
        raise Problem(404)
    return row


@operation(TAG, "GET", "/customer-imports/{number}", scope=WRITE, may=MAY, shape=WholeImportShape)
def get_customer_import(request: ApiRequest, number: Number) -> HttpResponse:
    """How far it is, and how its columns are read."""
    return shown(_whole(_find(number)))


@operation(TAG, "POST", "/customer-imports/{number}/run", scope=WRITE, may=MAY, shape=WholeImportShape, status=202)
def run_customer_import(request: ApiRequest, number: Number, body: Run) -> HttpResponse:
    """Try it, or take it in, in the background: each row whole or not at all.

    A trial can be followed by the import itself; that one is made once.
    """
    row = _find(number)
    mapping = row.mapping if body.roles is None else _roles(body.roles)
    if not ADDRESSES & set(mapping):
        raise wrong("/roles", "Say which column has the e-mail address, the telephone or the customer number.")
    is_begun = operations.run_import(
        row.pk,
        actor=request.agent.pk,
        mapping=mapping,
        country=_one_of("/country", body.country, phones.REGIONS, row.country),
        charset=_one_of("/charset", body.charset, csv_file.CHARSETS, row.charset),
        delimiter=_one_of("/delimiter", body.delimiter, csv_file.DELIMITERS, row.delimiter),
        is_trial=body.is_trial,
    )
    if not is_begun:
        raise Problem(409, "This file is being taken in already, or it is done.")
    return shown(_whole(_find(number)), 202)


def _roles(given: list[str]) -> list[str]:
    known = {*csv_file.ROLES, *(f"custom.{one.key}" for one in fields.of(Subject.CUSTOMER))}
    for place, role in enumerate(given):
        if role not in known:
            raise wrong(f"/roles/{place}", "No column is that.")
    return given


def _one_of(where: str, given: str, known: object, kept: str) -> str:
    if given and given not in known:  # type: ignore[operator]  # each of these is a collection of words
        raise wrong(where, "This is not known here.")
    return given or kept


@operation(TAG, "POST", "/customer-imports/{number}/cancel", scope=WRITE, may=MAY, shape=WholeImportShape)
def cancel_customer_import(request: ApiRequest, number: Number) -> HttpResponse:
    """Stop it; what was taken in stays, and the same file brought again goes on from there."""
    operations.cancel_import(_find(number).pk, actor=request.agent.pk)
    return shown(_whole(_find(number)))


@operation(TAG, "GET", "/customer-imports/{number}/problems", scope=WRITE, may=MAY, shape=Page[RefusedShape])
def list_refused_rows(request: ApiRequest, number: Number, limit: Limit = 50, after: After = "") -> HttpResponse:
    """The rows that were not taken, in the file's order."""
    rows = ImportProblem.objects.filter(of=_find(number))
    behind = paging.number(after)
    rows = rows.filter(id__gt=behind) if behind is not None else rows
    found, more = paging.cut(rows.order_by("id"), limit)
    items = [RefusedShape(id=one.pk, line=one.line, reason=one.reason, row=one.row) for one in found]
    return paging.shown(
        request, Page[RefusedShape].model_construct(items=items, next=paging.cursor(found[-1].pk) if more else None)
    )


class Export(Body):
    """Whom to take out."""

    segment_id: Id | None = Field(default=None, description="null: everybody.", examples=[None])


@operation(
    TAG,
    "POST",
    "/customer-exports",
    scope=Scope.CUSTOMERS_READ,
    may=customer_lines.may_export,
    shape=bytes,
    content_type="text/csv",
)
def export_customers(request: ApiRequest, body: Export) -> StreamingHttpResponse:
    """Customers as CSV, as an import takes it, sent while it is made. The log says who took it."""
    segment = Segment.objects.filter(id=body.segment_id).first() if body.segment_id else None
    if body.segment_id and segment is None:
        raise wrong("/segment_id", "There is no such segment.")
    operations.record_export(segment, actor=request.agent.pk)
    return customer_lines.file(request.agent, segment, ",")
