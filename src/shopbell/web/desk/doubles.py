"""Customers the desk knows twice, perhaps: looked at by those who may merge."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.conversations import people
from shopbell.customers import operations
from shopbell.customers.models import Customer
from shopbell.web.desk import page
from shopbell.web.desk.customer_merge import choice, reasons
from shopbell.web.desk.request import AgentRequest, door
from shopbell.web.guards import SAFE

TEMPLATE = "desk/doubles.html"
PAGE = 30
looking = door(permissions.may_merge_people, SAFE)
deciding = door(permissions.may_merge_people, ("POST",))


@looking
def doubles(request: AgentRequest) -> HttpResponse:
    """The surest first; what is decided makes room for the next."""
    found = list(people.open_doubles(request.user)[: PAGE + 1])
    numbers = {number for one in found for number in (one.first_id, one.second_id)}
    rows = Customer.objects.prefetch_related("identities").in_bulk(numbers)
    pairs = [
        {
            "id": one.id,
            "first": choice(rows[one.first_id]),
            "second": choice(rows[one.second_id]),
            "confidence": one.confidence,
            "why": reasons(one),
            "by": str(one.suggested_by or ""),
            "url": f"{reverse('desk:merge_customer', args=[one.first_id])}?with={one.second_id}",
        }
        for one in found[:PAGE]
    ]
    return page.show(request, TEMPLATE, {"place": "customers", "pairs": pairs, "has_more": len(found) > PAGE})


@deciding
def dismiss(request: AgentRequest, number: int) -> HttpResponse:
    """Two people."""
    double = people.open_doubles(request.user).filter(id=number).first()
    if double is None:
        raise Http404
    operations.dismiss(double, actor=request.user.id)
    page.tell(request, _("Two people, then. This pair is not suggested again."))
    return page.go(reverse("desk:doubles"))
