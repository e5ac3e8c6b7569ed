"""Segments: saved filters over customers."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.core import text
from shopbell.customers import operations
from shopbell.customers.models import Segment
from shopbell.fields import queries as fields
from shopbell.fields.models import Field, Subject
from shopbell.web.desk import page, segment_form
from shopbell.web.desk.request import AgentRequest, door, is_part
from shopbell.web.desk.segment_form import Line
from shopbell.web.guards import SAFE

TEMPLATE = "desk/segment.html"
UNPROCESSABLE = 422
editing = door(permissions.may_edit_segments, (*SAFE, "POST"))


@editing
def segment(request: AgentRequest, number: int = 0) -> HttpResponse:
    """Make a segment, or change it. Choosing a field shows the form again."""
    row = get_object_or_404(Segment, id=number) if number else Segment()
    own = fields.of(Subject.CUSTOMER)
    if request.method != "POST":
        return _show(request, own, row, row.name, row.filter.get("match", "all"), segment_form.of(row.filter, own))
    name, match = text.preview(request.POST.get("name", ""), 80), request.POST.get("match", "all")
    lines = segment_form.read(request.POST, own)
    do = request.GET.get("do") or request.POST.get("do", "save")  # a script says it in the address
    if do != "save":
        return _show(request, own, row, name, match, lines)
    errors = _errors(name, lines) or _save(request, row, name, match, lines)
    if errors:
        return _show(request, own, row, name, match, lines, errors)
    page.tell(request, _("Saved. It is counted in a moment."))
    return page.go(f"{reverse('desk:customers')}?segment={row.pk}")


@door(permissions.may_edit_segments, ("POST",))
def segment_delete(request: AgentRequest, number: int) -> HttpResponse:
    """Delete it for good."""
    row = get_object_or_404(Segment, id=number)
    operations.delete_segment(row, actor=request.user.id)
    page.tell(request, _("“{name}” is deleted. Its customers stay.").format(name=row.name))
    return page.go(reverse("desk:customers"))


def _errors(name: str, lines: list[Line]) -> dict[str, str]:
    """What is wrong, by the number of the line, or at the name."""
    errors = {} if name else {"name": _("A segment needs a name.")}
    errors |= {str(index): line.problem() for index, line in enumerate(lines) if line.problem()}
    return errors if lines else {**errors, "0": _("Choose at least one condition.")}


def _save(request: AgentRequest, row: Segment, name: str, match: str, lines: list[Line]) -> dict[str, str]:
    """Keep it; returns why that cannot be."""
    conditions = [(line.name, line.op, line.value) for line in lines]
    try:
        with transaction.atomic():
            operations.save_segment(row, actor=request.user.id, name=name, match=match, conditions=conditions)
    except IntegrityError:
        return {"name": _("Another segment has this name already.")}
    except operations.TooManySegments:
        return {"name": _("There are {n} segments already.").format(n=operations.MOST_SEGMENTS)}
    return {}


def _show(
    request: AgentRequest,
    own: list[Field],
    row: Segment,
    name: str,
    match: str,
    lines: list[Line],
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    context = {
        "place": "customers",
        "segment": row,
        "name": name,
        "is_any": match == "any",
        "lines": [(line, (errors or {}).get(str(at), "")) for at, line in enumerate(segment_form.padded(lines))],
        "choices": segment_form.all_fields(own),
        "errors": errors or {},
    }
    part = "#conditions" if is_part(request) and request.method == "POST" and not errors else ""
    return page.show(request, f"{TEMPLATE}{part}", context, UNPROCESSABLE if errors else 200)
