"""Segments: saved filters over customers."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.core import text
from shopbell.customers import filtering, operations
from shopbell.customers.models import Segment
from shopbell.fields import queries as fields
from shopbell.fields.models import Field, Subject
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, door
from shopbell.web.guards import SAFE

TEMPLATE = "desk/segment.html"
LINES = 6  # conditions a form has room for
UNPROCESSABLE = 422
editing = door(permissions.may_edit_segments, (*SAFE, "POST"))


@editing
def segment(request: AgentRequest, number: int = 0) -> HttpResponse:
    """Make a segment, or change it."""
    row = get_object_or_404(Segment, id=number) if number else Segment()
    own = fields.of(Subject.CUSTOMER)
    if request.method != "POST":
        return _show(request, row, row.name, row.filter, own)
    name, saved = text.preview(request.POST.get("name", ""), 80), _sent(request)
    errors = _errors(name, saved["conditions"], own)
    if not errors:
        try:
            with transaction.atomic():
                operations.save_segment(row, actor=request.user.id, name=name, **saved)
        except IntegrityError:
            errors = {"name": _("Another segment has this name already.")}
        except operations.TooManySegments:
            errors = {"name": _("There are {n} segments already.").format(n=operations.MOST_SEGMENTS)}
    if errors:
        return _show(request, row, name, saved, own, errors)
    page.tell(request, _("Saved. It is counted in a moment."))
    return page.go(f"{reverse('desk:customers')}?segment={row.pk}")


@door(permissions.may_edit_segments, ("POST",))
def segment_delete(request: AgentRequest, number: int) -> HttpResponse:
    """Delete it for good."""
    row = get_object_or_404(Segment, id=number)
    operations.delete_segment(row, actor=request.user.id)
    page.tell(request, _("“{name}” is deleted. Its customers stay.").format(name=row.name))
    return page.go(reverse("desk:customers"))


def _sent(request: AgentRequest) -> dict[str, Any]:
    lines = zip(*(request.POST.getlist(name) for name in ("field", "op", "value")), strict=False)
    conditions = [(one[:60], how[:10], text.clean(value).strip()[:200]) for one, how, value in lines if one]
    return {"match": request.POST.get("match", "all"), "conditions": conditions[:LINES]}


def _errors(name: str, conditions: list[tuple[str, str, str]], own: list[Field]) -> dict[str, str]:
    """What is wrong, by the number of the line, or at the name."""
    errors = {} if name else {"name": _("A segment needs a name.")}
    known = {f"custom.{one.key}": one for one in own}
    for index, (one, how, value) in enumerate(conditions):
        try:
            filtering.condition(one, how, value, known)
        except ValueError as error:
            errors[str(index)] = str(error)
    if not conditions:
        errors["0"] = _("Choose at least one condition.")
    return errors


def _show(
    request: AgentRequest,
    row: Segment,
    name: str,
    saved: dict[str, Any],
    own: list[Field],
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    conditions = [tuple(one) for one in saved.get("conditions", [])]
    lines = conditions + [("", "is", "")] * (LINES - len(conditions))
    context = {
        "place": "customers",
        "segment": row,
        "name": name,
        "is_any": saved.get("match") == "any",
        "lines": [(index, *line, (errors or {}).get(str(index), "")) for index, line in enumerate(lines)],
        "choices": [*filtering.FIXED.items(), *((f"custom.{one.key}", one.label) for one in own)],
        "operators": filtering.OPERATORS.items(),
        "errors": errors or {},
    }
    return page.show(request, TEMPLATE, context, UNPROCESSABLE if errors else 200)
