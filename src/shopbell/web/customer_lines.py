"""Customers as lines of a CSV file, made while somebody takes them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import masking, people
from shopbell.customers import csv_file, filtering
from shopbell.customers.models import Customer, Segment
from shopbell.fields import queries as fields
from shopbell.fields.models import Field, Subject

BATCH = 500
KINDS = ("email", "phone", "external")
HEAD = ["desk_number", "name", "language", "salutation", "greeting", "time_zone", *KINDS, "created", "last_contact"]


def may_export(agent: Agent) -> bool:
    """Not who sees customers masked, whatever their role."""
    return permissions.may_export_customers(agent) and not masking.is_masked(agent)


def may_import(agent: Agent) -> bool:
    """A file may hold anybody, so it is nothing for who sees a part of the desk only."""
    return permissions.may_import_customers(agent) and permissions.scope(agent).is_everything


def file(viewer: Agent, segment: Segment | None, delimiter: str) -> StreamingHttpResponse:
    """Those of a segment, or everybody, as far as the viewer may know of them."""
    own = fields.of(Subject.CUSTOMER)
    rows = people.visible_customers(viewer)
    if segment is not None:
        rows = rows.filter(filtering.compiled(segment.filter, own).where)
    return download(_lines(viewer, rows, own, delimiter), f"customers-{timezone.localdate().isoformat()}.csv")


def download(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """Lines as a file, sent while they are made."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(viewer: Agent, rows: QuerySet[Customer], own: list[Field], delimiter: str) -> Iterator[str]:
    """A head that an import understands, then a batch at a time by id: nothing is held while somebody reads slowly."""
    yield "\ufeff" + csv_file.line([*HEAD, *(f"custom.{field.key}" for field in own)], delimiter)
    last = 0
    while batch := list(rows.filter(id__gt=last).order_by("id")[:BATCH]):
        last = batch[-1].id
        yield "".join(_line(row, reached, own, delimiter) for row, reached in _reached(viewer, batch))


def _reached(viewer: Agent, batch: list[Customer]) -> Iterator[tuple[Customer, dict[str, list[str]]]]:
    found: dict[int, dict[str, list[str]]] = {row.id: {} for row in batch}
    for number, kind, value, _blocked in people.addresses(viewer, batch):
        found[number].setdefault(kind, []).append(value)
    for row in batch:
        yield row, found[row.id]


def _line(row: Customer, reached: dict[str, list[str]], own: list[Field], delimiter: str) -> str:
    addresses = [", ".join(reached.get(kind, [])) for kind in KINDS]
    instants = [at.isoformat() if at else "" for at in (row.created_at, row.last_contact_at)]
    facts = [row.id, row.name, row.language, row.salutation, row.greeting, row.time_zone]
    return csv_file.line([*facts, *addresses, *instants, *(_cell(row.custom.get(one.key)) for one in own)], delimiter)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else value
