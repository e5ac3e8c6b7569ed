"""The log: who did what, and when. Holds numbers only; names are looked up as they are now."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from shopbell.agents import operations
from shopbell.agents.models import Agent, Role
from shopbell.agents.permissions import may_audit, scope
from shopbell.conversations import queries
from shopbell.core.ids import as_id
from shopbell.events.models import Event
from shopbell.web.admin import audit_words
from shopbell.web.admin.page import show
from shopbell.web.desk.request import door
from shopbell.web.guards import agent_of

PAGE = 50
CHUNK = 1_000
auditing = door(may_audit)


class FilterForm(forms.Form):
    """What of the log is looked for."""

    actor = forms.ModelChoiceField(
        Agent.objects.order_by("name"),
        label=gettext_lazy("Who"),
        required=False,
        empty_label=gettext_lazy("anybody"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    conversation = forms.IntegerField(label=gettext_lazy("Conversation"), required=False, min_value=1, max_value=2**62)
    since = forms.DateField(
        label=pgettext_lazy("date", "From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [("", _("anything")), *audit_words.kinds()]  # type: ignore[attr-defined]


@dataclass
class Line:
    """One line of the log, ready to print."""

    id: int
    at: datetime
    text: str
    conversation: int | None
    number: str  # of what the text calls by its name


def _rows(agent: Agent) -> QuerySet[Event]:
    """What the agent may know of: a lead only what is about conversations, those they may see."""
    rows = Event.objects.order_by("-id")
    if agent.role != Role.LEAD:
        return rows
    rows = rows.filter(conversation_id__isnull=False)
    if scope(agent).is_everything:
        return rows
    return rows.filter(conversation_id__in=queries.visible(agent).order_by().values("id"))


def _filtered(rows: QuerySet[Event], form: FilterForm) -> QuerySet[Event]:
    wanted = form.cleaned_data if form.is_valid() else {}
    if wanted.get("actor"):
        rows = rows.filter(actor_id=wanted["actor"].pk)
    if kind := wanted.get("kind"):
        rows = rows.filter(name=kind) if "." in kind else rows.filter(name__gte=f"{kind}.", name__lt=f"{kind}/")
    if wanted.get("conversation"):
        rows = rows.filter(conversation_id=wanted["conversation"])
    if wanted.get("since"):
        rows = rows.filter(occurred_at__gte=_midnight(wanted["since"]))
    if wanted.get("until"):
        rows = rows.filter(occurred_at__lt=_midnight(wanted["until"] + timedelta(days=1)))
    return rows


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


@require_safe
@auditing
def audit(request: HttpRequest) -> HttpResponse:
    """The newest lines that fit; `?before=` older ones."""
    form = FilterForm(request.GET or None)
    rows = _filtered(_rows(agent_of(request)), form)
    before = as_id(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    asked = {name: value for name, value in request.GET.items() if name != "before" and value}
    context = {
        "form": form,
        "lines": _lines(found[:PAGE]),
        "older": urlencode({**asked, "before": found[PAGE - 1].id}) if len(found) > PAGE else "",
        "asked": asked,
    }
    return show(request, "audit", "audit", context, 422 if form.errors else 200)


def _lines(rows: list[Event]) -> list[Line]:
    names = audit_words.names(rows)
    return [
        Line(
            id=row.id,
            at=row.occurred_at,
            text=audit_words.sentence(row, names),
            conversation=row.conversation_id,
            number=audit_words.number(row, names),
        )
        for row in rows
    ]


@require_POST
@auditing
def audit_export(request: HttpRequest) -> HttpResponseBase:
    """All lines that fit, as CSV or as JSON lines, while they are read; that too stands in the log."""
    form = FilterForm(request.POST)
    kind = "jsonl" if request.POST.get("format") == "jsonl" else "csv"
    operations.record_log_export(kind, actor=agent_of(request).pk)
    rows = _filtered(_rows(agent_of(request)), form)
    written = _as_json(rows) if kind == "jsonl" else _as_csv(rows)
    types = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
    response = StreamingHttpResponse(written, content_type=types[kind])
    response["Content-Disposition"] = f'attachment; filename="shopbell-log.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


def _chunks(rows: QuerySet[Event]) -> Iterator[list[Event]]:
    """Keyset by keyset, so that no query and no memory grows with the log."""
    chunk = list(rows[:CHUNK])
    while chunk:
        yield chunk
        chunk = list(rows.filter(id__lt=chunk[-1].id)[:CHUNK])


class _Echo:
    """Hands back what csv writes."""

    def write(self, value: str) -> str:
        return value


def _as_csv(rows: QuerySet[Event]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield str(writer.writerow(["id", "at", "actor", "event", "conversation", "data", "text"]))
    for chunk in _chunks(rows):
        names = audit_words.names(chunk)
        for row in chunk:
            told = audit_words.sentence(row, names)
            safe = f"'{told}" if told[:1] in "=+-@\t\r" else told  # a name must not run as a formula
            at, data = row.occurred_at.isoformat(), json.dumps(row.data, sort_keys=True)
            yield str(writer.writerow([row.id, at, row.actor_id, row.name, row.conversation_id, data, safe]))


def _as_json(rows: QuerySet[Event]) -> Iterator[str]:
    for chunk in _chunks(rows):
        names = audit_words.names(chunk)
        for row in chunk:
            line = {
                "id": row.id,
                "at": row.occurred_at.isoformat(),
                "actor": row.actor_id,
                "event": row.name,
                "data": row.data,
                "text": audit_words.sentence(row, names),
            }
            yield json.dumps(line, ensure_ascii=False) + "\n"
