"""A CSV file of customers: brought, its columns matched, tried, taken in; what was refused to be downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.customers import csv_file, operations, phones
from shopbell.customers.models import CustomerImport, ImportProblem
from shopbell.fields import queries as fields
from shopbell.fields.models import Subject
from shopbell.web import customer_lines
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, door, is_part
from shopbell.web.guards import SAFE

LIST, ONE = "desk/imports.html", "desk/import.html"
PREVIEW = 5  # rows that are shown beside their columns
SHOWN = 100  # refused rows on the page
LISTED = 20
UNPROCESSABLE = 422


reading = door(customer_lines.may_import, SAFE)
bringing = door(customer_lines.may_import, (*SAFE, "POST"))
posting = door(customer_lines.may_import, ("POST",))


@bringing
def imports(request: AgentRequest) -> HttpResponse:
    """The newest ones; POST brings a file."""
    if request.method == "POST":
        return _bring(request)
    return _list(request)


def _list(request: AgentRequest, error: str = "") -> HttpResponse:
    rows = CustomerImport.objects.defer("content").select_related("agent").order_by("-id")[:LISTED]
    context = {"place": "customers", "imports": rows, "error": error, "most": csv_file.MOST_BYTES // 1_000_000}
    return page.show(request, LIST, context, UNPROCESSABLE if error else 200)


def _bring(request: AgentRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None or not file.name:
        return _list(request, _("Choose a file."))
    if (file.size or 0) > csv_file.MOST_BYTES:
        return _list(request, _("The file is too large. Split it into several."))
    try:
        row = operations.begin_import(agent=request.user.id, name=file.name, content=file.read())
    except (csv_file.NotCsv, StopIteration):
        return _list(request, _("This is no table: it should have a line for each customer and a head above."))
    return page.go(reverse("desk:import", args=[row.id]))


@reading
def one(request: AgentRequest, number: int) -> HttpResponse:
    """Its columns with what they are, or how far it is; the latter alone for a script."""
    row = get_object_or_404(CustomerImport, id=number)
    if is_part(request):
        part = page.show(request, f"{ONE}#progress", _progress(row))
        if row.state != CustomerImport.State.RUNNING:
            part["HX-Refresh"] = "true"  # what can be done next stands around the progress
        return part
    return page.show(request, ONE, {**_progress(row), **_columns(row)})


def _progress(row: CustomerImport) -> dict[str, Any]:
    problems = list(ImportProblem.objects.filter(of=row).order_by("id")[:SHOWN])
    is_over = row.state == CustomerImport.State.DONE and not row.is_trial
    return {
        "place": "customers",
        "row": row,
        "is_running": row.state == CustomerImport.State.RUNNING,
        "is_over": is_over,
        "problems": problems,
        "has_more": row.refused > len(problems),
    }


def _columns(row: CustomerImport) -> dict[str, Any]:
    """Each column: its head, what it is taken for, and the first cells."""
    some: list[list[str]] = []
    error = ""
    try:
        layout = csv_file.Layout(row.charset, row.delimiter)
        some = [cells for _line, cells in islice(csv_file.rows(bytes(row.content), layout), PREVIEW + 1)]
    except csv_file.NotCsv as problem:
        error = str(problem)
    head = some[0] if some else []
    mapping = [*row.mapping, *[""] * len(head)]
    columns = [
        (index, name, mapping[index], [cells[index] for cells in some[1:] if index < len(cells)])
        for index, name in enumerate(head)
    ]
    return {
        "columns": columns,
        "roles": _roles(),
        "charsets": csv_file.CHARSETS,
        "delimiters": [(",", ","), (";", ";"), ("\t", _("tab")), ("|", "|")],
        "unreadable": error,
        "may_run": bool(row.content) and row.state != CustomerImport.State.RUNNING,
        "country": row.country or phones.country_of("de"),
        "countries": sorted(phones.REGIONS),
    }


def _roles() -> list[tuple[str, str]]:
    names = {
        "": _("leave out"),
        "name": _("name"),
        "first_name": _("first name"),
        "last_name": _("last name"),
        "email": _("e-mail address"),
        "phone": _("telephone"),
        "external": _("customer number"),
        "language": _("language"),
        "salutation": _("salutation"),
        "greeting": _("greeting"),
        "time_zone": _("time zone"),
        "note": _("note"),
    }
    own = [(f"custom.{field.key}", field.label) for field in fields.of(Subject.CUSTOMER)]
    return [(role, names[role]) for role in csv_file.ROLES] + own


@posting
def run(request: AgentRequest, number: int) -> HttpResponse:
    """Try it, or take it in (`do=run`), with the columns as they were matched."""
    row = get_object_or_404(CustomerImport.objects.defer("content"), id=number)
    allowed = {role for role, _label in _roles()}
    mapping = [role if role in allowed else "" for role in request.POST.getlist("role")][: csv_file.MOST_COLUMNS]
    if not {"email", "phone", "external"} & set(mapping):
        page.warn(request, _("Say which column has the e-mail address, the telephone or the customer number."))
        return page.go(reverse("desk:import", args=[row.id]))
    charset, delimiter = request.POST.get("charset", ""), request.POST.get("delimiter", "")
    country = request.POST.get("country", "")
    is_begun = operations.run_import(
        row.id,
        actor=request.user.id,
        mapping=mapping,
        country=country if country in phones.REGIONS else "",
        charset=charset if charset in csv_file.CHARSETS else row.charset,
        delimiter=delimiter if len(delimiter) == 1 and delimiter in csv_file.DELIMITERS else row.delimiter,
        is_trial=request.POST.get("do") != "run",
    )
    if not is_begun:
        page.warn(request, _("This file is being taken in already, or it is done."))
    return page.go(reverse("desk:import", args=[row.id]))


@posting
def cancel(request: AgentRequest, number: int) -> HttpResponse:
    """Stop it; what is done stays done."""
    row = get_object_or_404(CustomerImport.objects.defer("content"), id=number)
    if operations.cancel_import(row.id, actor=request.user.id):
        page.tell(request, _("Stopped. What was taken in stays; the same file again goes on from there."))
    return page.go(reverse("desk:import", args=[row.id]))


@reading
def refused(request: AgentRequest, number: int) -> HttpResponseBase:
    """The refused rows as a file: line, reason, cells, to be mended and brought again."""
    row = get_object_or_404(CustomerImport.objects.defer("content"), id=number)
    if request.method == "HEAD":
        return HttpResponse(content_type="text/csv")

    def lines() -> Iterator[str]:
        yield "\ufeff" + csv_file.line([_("line"), _("reason")], row.delimiter)
        for problem in ImportProblem.objects.filter(of=row).order_by("id").iterator(500):
            yield csv_file.line([problem.line, problem.reason, *problem.row], row.delimiter)

    return customer_lines.download(lines(), f"refused-{row.id}.csv")
