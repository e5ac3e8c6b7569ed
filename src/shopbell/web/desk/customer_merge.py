"""Two customers who are one: chosen, looked at before, merged; and taken apart again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.conversations import operations, people, queries
from shopbell.core import numbers, text
from shopbell.core.ids import as_id
from shopbell.customers import operations as customers
from shopbell.customers.likeness import REASONS
from shopbell.customers.models import Customer, Double, Merge
from shopbell.fields import queries as fields
from shopbell.fields.models import Subject
from shopbell.web import own_fields, times
from shopbell.web.desk import customer, listing, page
from shopbell.web.desk.request import AgentRequest, door
from shopbell.web.guards import SAFE

TEMPLATE = "desk/customer_merge.html"
OFFERED = 20
suggesting = door(permissions.may_suggest_merge, (*SAFE, "POST"))
merging = door(permissions.may_merge_people, ("POST",))


@dataclass
class Choice:
    """Somebody who may be the same person."""

    id: int
    name: str
    initials: str
    addresses: str
    since: str
    url: str
    why: str = ""


def choice(found: Customer, why: str = "") -> Choice:
    """A customer, ready to be chosen."""
    addresses = ", ".join(one.shown for one in found.identities.all() if not one.kind.endswith("-unknown"))
    since, url = times.date_of(found.created_at), customer.address(found.id)
    return Choice(found.id, str(found), listing.initials(str(found)), addresses, since, url, why)


def reasons(double: Double) -> str:
    """Why two customers may be one, in words."""
    return ", ".join(str(REASONS[name]) for name in double.reasons if name in REASONS)


@suggesting
def merge(request: AgentRequest, number: int) -> HttpResponse:
    """Choose (`?q=`), look (`?with=`), and merge or suggest it (POST)."""
    found = customer.look(request, number)
    other = _other(request, found)
    if request.method == "POST" and other is not None:
        return _suggest(request, found, other) if request.POST.get("do") == "suggest" else _merge(request, found, other)
    return _show(request, found, other)


def _other(request: AgentRequest, found: Customer) -> Customer | None:
    named = request.POST.get("with", "") or request.GET.get("with", "")
    if not named:
        return None
    number = as_id(named)
    other = people.find_customer(request.user, number) if number is not None else None
    if other is None:
        raise Http404
    return other if other.id != found.id else None


def _show(request: AgentRequest, found: Customer, other: Customer | None, error: str = "") -> HttpResponse:
    typed = request.GET.get("q", "").strip()[:200]
    context: dict[str, Any] = {
        "place": "customers",
        "customer": found,
        "typed": typed,
        "choices": _choices(request, found, typed) if other is None else [],
        "error": error,
        "may_merge": permissions.may_merge_people(request.user),
        "may_override": permissions.may_override(request.user),
        "reason": request.POST.get("reason", "")[:500],
    }
    if other is not None:
        keeps_other = (request.POST.get("keep") or request.GET.get("keep")) == str(other.id)
        kept, gone = (other, found) if keeps_other else (found, other)
        seen = people.preview(kept, gone, fields.of(Subject.CUSTOMER))
        context |= {"other": other, "kept": choice(kept), "gone": choice(gone), "seen": _told(seen)}
    return page.show(request, TEMPLATE, context, customer.UNPROCESSABLE if error else 200)


def _told(seen: people.Preview) -> people.Preview:
    """The values in the viewer's words."""
    seen.filled = [(label, own_fields.told(value)) for label, value in seen.filled]
    seen.differing = [(label, own_fields.told(a), own_fields.told(b)) for label, a, b in seen.differing]
    return seen


def _choices(request: AgentRequest, found: Customer, typed: str) -> list[Choice]:
    """Those the desk takes for the same person first, then those found by what was typed."""
    near = {}
    for double in people.open_doubles(request.user, found)[:OFFERED]:
        near[double.second_id if double.first_id == found.id else double.first_id] = double
    if not typed:
        rows = Customer.objects.filter(id__in=near).prefetch_related("identities")
        return [choice(row, f"{reasons(near[row.id])}, {numbers.percent(near[row.id].confidence)}") for row in rows]
    hits = queries.find_customers(request.user, text.preview(typed, 200), OFFERED)
    return [choice(row, reasons(near[row.id]) if row.id in near else "") for row in hits if row.id != found.id]


def _suggest(request: AgentRequest, found: Customer, other: Customer) -> HttpResponse:
    customers.suggest(found.id, other.id, actor=request.user.id)
    page.tell(request, _("Suggested. A lead decides."))
    return page.go(customer.address(found.id))


def _merge(request: AgentRequest, found: Customer, other: Customer) -> HttpResponse:
    if not permissions.may_merge_people(request.user):
        raise PermissionDenied
    kept, gone = (other, found) if request.POST.get("keep") == str(other.id) else (found, other)
    reason = request.POST.get("reason", "") if permissions.may_override(request.user) else ""
    try:
        operations.merge_customers(kept.id, gone.id, actor=request.user.id, reason=text.preview(reason, 500))
    except customers.TwoProved:
        if permissions.may_override(request.user):
            return _show(request, found, other, _("Say why the two are one person: both have proved addresses."))
        return _show(
            request, found, other, _("Both have proved addresses: a lead has to say that they are one person.")
        )
    except customers.NotTheirOwn:
        page.warn(request, _("One of them was merged with somebody meanwhile. Look again."))
        return page.go(customer.address(found.id))
    page.tell(request, _("Merged. It can be taken apart at any time, on this page."))
    return page.go(f"{customer.address(kept.id)}#merges")


@merging
def unmerge(request: AgentRequest, number: int) -> HttpResponse:
    """Take a merge apart."""
    found = customer.look(request, number)
    row = Merge.objects.filter(id=customer.number_of(request, "merge")).select_related("kept").first()
    if row is None or found.id != getattr(people.current(row.kept_id), "id", 0):
        raise Http404
    if operations.unmerge_customers(row.id, actor=request.user.id) is None:
        page.warn(request, _("That was taken apart already."))
        return page.go(customer.address(found.id))
    page.tell(request, _("They are two again."), url="", label="")
    return page.go(reverse("desk:customer", args=[row.gone_id]))
