"""The desk of a store: find an order that is collected here, hand it over, say so. Made for a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.commerce.contract import Fulfilment, Payment
from shopbell.commerce.models import Order
from shopbell.commerce.operations import collecting
from shopbell.conversations.numbers import candidates
from shopbell.customers import phones
from shopbell.web import order_words, times
from shopbell.web.desk import page
from shopbell.web.desk.customer import number_of
from shopbell.web.desk.request import AgentRequest, serving

TEMPLATE = "desk/store.html"
SHOWN = 10
PAID = (Payment.PAID, Payment.PARTLY_REFUNDED, Payment.REFUNDED)


@dataclass(slots=True)
class Pickup:
    """An order to be collected, ready to print: what the counter needs, and no more of the customer than a name."""

    id: int
    number: str
    name: str
    shop: str
    place: str
    when: str
    standing: order_words.Standing
    lines: list[str]
    to_pay: str
    may_collect: bool
    may_give_back: bool


@serving
def store(request: AgentRequest) -> HttpResponse:
    """Find by `?q=`: a number, what a QR code says, a telephone. POST `collected` or `not_collected` names an order."""
    typed = request.GET.get("q", "").strip()[:500]
    if request.method == "POST":
        return _hand_over(request, typed)
    rows = list(matching(request.user, typed)[:SHOWN]) if typed else []
    context: dict[str, Any] = {"place": "store", "typed": typed, "pickups": [_pickup(row) for row in rows]}
    return page.show(request, TEMPLATE, context)


def visible(agent: Agent) -> QuerySet[Order]:
    """Orders that are collected in a store, of the agent's shops; who stands at a counter sees no others."""
    return permissions.scope(agent).of_shops(Order.objects.filter(is_pickup=True, gone_at=None))


def matching(agent: Agent, typed: str) -> QuerySet[Order]:
    """Those that what was typed or scanned names; a QR code may hold a whole address."""
    found = candidates(typed)
    named = Q(number_key__in=list(found.keys))
    numbers = {number for country in ("", "DE", "DK", "EE") for number in phones.found_in(typed, country)}
    if numbers:
        named |= Q(phone__in=numbers) & ~Q(phone="")
    rows = visible(agent).filter(named).select_related("shop").prefetch_related("lines").defer("raw")
    return rows.order_by("-placed_at", "-id")


def _hand_over(request: AgentRequest, typed: str) -> HttpResponse:
    number = number_of(request, "collected") or number_of(request, "not_collected")
    found = visible(request.user).filter(id=number).first()
    if found is None:
        raise Http404
    if request.POST.get("collected"):
        try:
            if collecting.collect(found.id, request.user):
                page.tell(request, _("Order {number} is collected.").format(number=found.number))
            else:
                page.warn(request, _("Somebody noted that already."))
        except collecting.CannotCollect:
            page.warn(request, _("There is nothing to hand over."))
    elif collecting.give_back(found.id, request.user):
        page.tell(request, _("Order {number} waits here again.").format(number=found.number))
        if collecting.shop_was_told(found.id):
            page.warn(request, _("The shop was told already that it was collected: set it back there as well."))
    return page.go(f"{reverse('desk:store')}?{urlencode({'q': typed or found.number})}")


def _pickup(row: Order) -> Pickup:
    is_over = row.is_cancelled or row.fulfilment == Fulfilment.COLLECTED
    due = row.total - row.paid if row.payment not in PAID else 0
    return Pickup(
        id=row.id,
        number=row.number,
        name=row.name,
        shop=row.shop.name,
        place=row.place,
        when=times.short(row.placed_at, timezone.now()),
        standing=order_words.standing(row),
        lines=[f"{line.quantity} × {line.title}" for line in row.lines.all()],
        to_pay=order_words.amount(due, row.currency) if due > 0 and not is_over else "",
        may_collect=not is_over and row.collected_at is None,
        may_give_back=row.collected_at is not None,
    )
