"""All customers: searched, filtered, sorted, a page at a time."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.conversations import masking, people
from shopbell.core.ids import as_id
from shopbell.customers import filtering, naming
from shopbell.customers import queries as customer_queries
from shopbell.customers.models import Customer, Segment
from shopbell.fields import queries as fields
from shopbell.fields.models import Field, Subject
from shopbell.web import times
from shopbell.web.desk import listing, page
from shopbell.web.desk.customer import SHOWN_LANGUAGES
from shopbell.web.desk.request import AgentRequest, is_part, reading

TEMPLATE = "desk/customers.html"
PAGE = 50
SORTS = ("contact", "newest", "name")
Cursor = list[Any]


@dataclass
class Row:
    """A customer as the list shows them."""

    url: str
    name: str
    initials: str
    addresses: str
    language: str
    contact: str
    is_blocked: bool


@reading
def customers(request: AgentRequest) -> HttpResponse:
    """The page; for a script, with `?after=`, the rows that follow."""
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "segment", "language", "blocked", "sort")}
    asked |= {name: request.GET.get(name, "").strip()[:200] for name in ("field", "op", "value")}
    own = fields.of(Subject.CUSTOMER)
    segment = Segment.objects.filter(id=as_id(asked["segment"]) or 0).first()
    found = _filter(request, asked, segment, own)
    sort = asked["sort"] if asked["sort"] in SORTS else "contact"
    after = _read(request.GET.get("after", ""), sort)
    rows, following = turn(_visible(request, asked["q"]).filter(found.where), sort, after)
    query = {**{name: value for name, value in asked.items() if value}, "after": _write(following)}
    context = {
        "place": "customers",
        "rows": _rows(request, rows),
        "more_url": f"?{urlencode(query)}" if following else "",
    }
    if is_part(request) and request.GET.get("after"):
        return page.show(request, f"{TEMPLATE}#rows", context)
    return page.show(request, TEMPLATE, {**context, **_around(request, asked, segment, own, found, sort)})


def _around(
    request: AgentRequest,
    asked: dict[str, str],
    segment: Segment | None,
    own: list[Field],
    found: filtering.Compiled,
    sort: str,
) -> dict[str, Any]:
    """What stands above the rows."""
    viewer = request.user
    is_wide = permissions.scope(viewer).is_everything
    return {
        "asked": asked,
        "sort": sort,
        "segment": segment,
        "segments": list(Segment.objects.order_by("name")) if not masking.is_masked(viewer) else [],
        "shows_counts": is_wide,
        "languages": [(code, times.language_name(code)) for code in SHOWN_LANGUAGES],
        "own": [] if masking.is_masked(viewer) else own,
        "operators": filtering.OPERATORS.items(),
        "left_out": found.left_out,
        "may_edit_segments": permissions.may_edit_segments(viewer),
        "may_export": permissions.may_export_customers(viewer),
        "may_import": permissions.may_import_customers(viewer),
        "may_merge": permissions.may_merge_people(viewer),
    }


def _filter(
    request: AgentRequest, asked: dict[str, str], segment: Segment | None, own: list[Field]
) -> filtering.Compiled:
    """What was asked for; somebody who sees customers masked cannot ask what is hidden."""
    if masking.is_masked(request.user):
        return filtering.Compiled()
    conditions = []
    if asked["language"]:
        conditions.append(["language", "is", asked["language"]])
    if asked["blocked"]:
        conditions.append(["blocked", "is", "yes"])
    if asked["field"] and asked["op"]:
        conditions.append([asked["field"], asked["op"], asked["value"]])
    found = filtering.compiled({"conditions": conditions}, own)
    if segment is not None:
        saved = filtering.compiled(segment.filter, own)
        found = filtering.Compiled(found.where & saved.where, found.left_out + saved.left_out)
    return found


def _visible(request: AgentRequest, typed: str) -> QuerySet[Customer]:
    rows = people.visible_customers(request.user)
    if not typed or masking.is_masked(request.user):
        return rows
    return rows.filter(id__in=customer_queries.matching(typed).values("id"))


def turn(rows: QuerySet[Customer], sort: str, after: Cursor | None) -> tuple[list[Customer], Cursor | None]:
    """One page behind the cursor, and the next cursor; a page costs the same however deep it lies."""
    if sort == "name":
        found = _by_name(rows, after)
    elif sort == "newest":
        found = list(_behind(rows, after).order_by("-id")[: PAGE + 1])
    else:
        found = _by_contact(rows, after)
    following = _cursor(found[PAGE - 1], sort) if len(found) > PAGE else None
    return found[:PAGE], following


def _behind(rows: QuerySet[Customer], after: Cursor | None) -> QuerySet[Customer]:
    return rows.filter(id__lt=after[1]) if after else rows


def _by_name(rows: QuerySet[Customer], after: Cursor | None) -> list[Customer]:
    rows = rows.annotate(folded=Lower("name"))
    if after:
        rows = rows.filter(Q(folded__gt=after[0]) | Q(folded=after[0], id__gt=after[1]), folded__gte=after[0])
    return list(rows.order_by("folded", "id")[: PAGE + 1])


def _by_contact(rows: QuerySet[Customer], after: Cursor | None) -> list[Customer]:
    """Who wrote last comes first; who never wrote stands at the end, the newest first."""
    never = rows.filter(last_contact_at=None)
    if after and not after[0]:
        return list(_behind(never, after).order_by("-id")[: PAGE + 1])
    wrote = rows.filter(last_contact_at__isnull=False)
    if after:
        at = datetime.fromisoformat(after[0])
        wrote = wrote.filter(
            Q(last_contact_at__lt=at) | Q(last_contact_at=at, id__lt=after[1]), last_contact_at__lte=at
        )
    found = list(wrote.order_by(F("last_contact_at").desc(), "-id")[: PAGE + 1])
    if len(found) <= PAGE:
        found += never.order_by("-id")[: PAGE + 1 - len(found)]
    return found


def _cursor(last: Customer, sort: str) -> Cursor:
    if sort == "name":
        return [last.folded, last.id]  # type: ignore[attr-defined]  # annotated: as the database folds it
    return [last.last_contact_at.isoformat() if last.last_contact_at and sort == "contact" else "", last.id]


def _write(cursor: Cursor | None) -> str:
    return urlsafe_b64encode(json.dumps(cursor).encode()).decode() if cursor else ""


def _read(written: str, sort: str) -> Cursor | None:
    """What `_write` wrote; anything else is no cursor."""
    try:
        value, number = json.loads(urlsafe_b64decode(written))
        if sort == "contact" and value:
            datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return None
    return [value, number] if isinstance(value, str) and isinstance(number, int) else None


def _rows(request: AgentRequest, rows: list[Customer]) -> list[Row]:
    reached: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows}
    blocked: set[int] = set()
    for number, kind, value, is_blocked in people.addresses(request.user, rows):
        if not kind.endswith("-unknown"):
            reached[number].append((kind, value))
        if is_blocked:
            blocked.add(number)
    now = timezone.now()
    names = {row.id: row.name or naming.nameless(row.id, reached[row.id]) for row in rows}
    return [
        Row(
            url=reverse("desk:customer", args=[row.id]),
            name=names[row.id],
            initials=listing.initials(names[row.id]),
            addresses=", ".join(naming.shown(*one) for one in reached[row.id][:3]),
            language=times.language_name(row.language),
            contact=times.moment(row.last_contact_at, now) if row.last_contact_at else _("never wrote"),
            is_blocked=row.id in blocked,
        )
        for row in rows
    ]
