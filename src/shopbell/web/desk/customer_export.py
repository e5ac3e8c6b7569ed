"""Customers as a CSV file: everybody, or a segment; a line in the log says who took what."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import masking, people
from shopbell.customers import csv_file, filtering, operations
from shopbell.customers.models import Customer, Segment
from shopbell.fields import queries as fields
from shopbell.fields.models import Field, Subject
from shopbell.web.desk.customer_import import download
from shopbell.web.desk.request import AgentRequest, door

BATCH = 500
KINDS = ("email", "phone", "external")
HEAD = ["desk_number", "name", "language", "salutation", "greeting", "time_zone", *KINDS, "created", "last_contact"]
SEMICOLON = {"de", "da", "et"}  # where a comma parts decimals, spreadsheets expect ;


def _may_export(agent: Agent) -> bool:
    return permissions.may_export_customers(agent) and not masking.is_masked(agent)


exporting = door(_may_export, ("POST",))


@exporting
def export(request: AgentRequest) -> HttpResponseBase:
    """The file, sent while it is made; of who the agent may know of."""
    own = fields.of(Subject.CUSTOMER)
    rows = people.visible_customers(request.user)
    segment = None
    if number := request.POST.get("segment", ""):
        segment = get_object_or_404(Segment, id=int(number) if number.isdecimal() and len(number) < 19 else 0)
        rows = rows.filter(filtering.compiled(segment.filter, own).where)
    operations.record_export(segment, actor=request.user.id)
    delimiter = ";" if request.user.language in SEMICOLON else ","
    name = f"customers-{timezone.localdate().isoformat()}.csv"
    return download(_lines(request.user, rows, own, delimiter), name)


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
