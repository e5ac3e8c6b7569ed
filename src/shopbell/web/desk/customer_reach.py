"""What a customer is reached by, and whom they belong with: added, removed, blocked, linked."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.customers import operations as customers
from shopbell.customers import phones
from shopbell.customers.models import Customer, CustomerLink, Identity
from shopbell.web.desk import customer, page
from shopbell.web.desk.request import AgentRequest, writing


@writing
def add_identity(request: AgentRequest, number: int) -> HttpResponse:
    """Add an address, a number, the shop's own customer number."""
    found = customer.find(request, number)
    kind, typed = request.POST.get("kind", ""), request.POST.get("value", "").strip()
    country = phones.country_of(found.language or request.user.language)
    try:
        customers.add_identity(found.id, kind=kind, typed=typed, actor=request.user.id, country=country)
    except customers.Malformed:
        return _wrong(request, found, _malformed(kind))
    except customers.TooMany:
        return _wrong(request, found, _("A customer can have 50 addresses at most."))
    except customers.Taken as taken:
        return _wrong(request, found, _("This belongs to another customer already."), _other(request, taken))
    page.tell(request, _("Added."))
    return page.go(f"{customer.address(found.id)}#reach")


def _wrong(request: AgentRequest, found: Customer, said: str, other: Customer | None = None) -> HttpResponse:
    typed = {"kind": request.POST.get("kind", ""), "value": request.POST.get("value", "")[:320]}
    extra = {"reach_error": said, "reach_typed": typed, "other": other}
    return customer.show(request, found, {"value": said}, extra=extra)


def _other(request: AgentRequest, taken: customers.Taken) -> Customer | None:
    """Whose it is, for those who may know of them."""
    try:
        return customer.look(request, taken.customer_id)
    except Http404:
        return None


def _malformed(kind: str) -> str:
    said = {
        "email": _("This is no e-mail address."),
        "phone": _("This is no telephone number. With the country code it is always understood: +49 30 123456."),
    }
    return said.get(kind, _("Choose what it is and write it down."))


@writing
def remove_identity(request: AgentRequest, number: int) -> HttpResponse:
    """Take an address away."""
    found = customer.find(request, number)
    row = _identity(request, found)
    if row.kind not in customers.KINDS:
        raise Http404
    customers.remove_identity(row.id, customer_id=found.id, actor=request.user.id)
    page.tell(request, _("Removed. Who writes from there from now on is a new customer."))
    return page.go(f"{customer.address(found.id)}#reach")


@writing
def block(request: AgentRequest, number: int) -> HttpResponse:
    """What comes from an address is spam from now on, or (`back=1`) no longer."""
    found = customer.find(request, number)
    row = _identity(request, found)
    if request.POST.get("back"):
        customers.unblock(row.id, actor=request.user.id)
        page.tell(request, _("Messages from there come in again."))
    else:
        customers.block(row.id, actor=request.user.id)
        page.tell(request, _("What comes from there is filed as spam from now on; nobody is told."))
    return page.go(f"{customer.address(found.id)}#reach")


def _identity(request: AgentRequest, found: Customer) -> Identity:
    row = found.identities.filter(id=customer.number_of(request, "identity")).first()
    if row is None:
        raise Http404
    return row


@writing
def link(request: AgentRequest, number: int) -> HttpResponse:
    """Say that somebody else has to do with them."""
    found = customer.find(request, number)
    other = customer.find(request, customer.number_of(request, "other"))
    relation = request.POST.get("relation", "")
    if other.id == found.id or relation not in CustomerLink.Relation.values:
        page.warn(request, _("Choose somebody else, and what they have to do with each other."))
        return page.go(f"{customer.address(found.id)}#linked")
    customers.link(found.id, other.id, relation=relation, actor=request.user.id)
    page.tell(request, _("Linked with {name}.").format(name=other))
    return page.go(f"{customer.address(found.id)}#linked")


@writing
def unlink(request: AgentRequest, number: int) -> HttpResponse:
    """They have nothing to do with each other."""
    found = customer.find(request, number)
    other = customer.find(request, customer.number_of(request, "other"))
    if other.id != found.id:
        customers.unlink(found.id, other.id, actor=request.user.id)
    return page.go(f"{reverse('desk:customer', args=[found.id])}#linked")
