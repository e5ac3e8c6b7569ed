"""An order: everything the shop and the carriers say of it, and which conversations are about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopbell.commerce import evidence
from shopbell.commerce.contract import State
from shopbell.commerce.models import Line, Order, Refund, Shipment, TrackingEvent
from shopbell.conversations import masking, orders, queries
from shopbell.conversations.models import OrderLink
from shopbell.core.ids import as_id
from shopbell.knowledge.policy_words import country
from shopbell.web import order_words, times
from shopbell.web.desk import case_rows, deeds, order_panel, page
from shopbell.web.desk.request import AgentRequest, reading

TEMPLATE = "desk/order.html"
EVENTS = 40  # shown of a parcel


@dataclass(slots=True)
class Row:
    """A line of an order, ready to print."""

    title: str
    sku: str
    quantity: int
    unit: str
    total: str
    marks: list[str]


@dataclass(slots=True)
class Happened:
    """Something that happened to a parcel."""

    when: str
    what: str


@dataclass(slots=True)
class Parcel:
    """A parcel with its history."""

    carrier: str
    number: str
    url: str
    state: str
    level: str
    coming: str
    holds: list[str]
    events: list[Happened] = field(default_factory=list)
    deny_url: str = ""


def find(request: AgentRequest, number: int) -> Order:
    """The order, if the agent may see it; else 404."""
    found = orders.find(request.user, number)
    if found is None:
        raise Http404
    return found


@reading
def order(request: AgentRequest, number: int) -> HttpResponse:
    """The page. `?from=` is the conversation somebody came from."""
    return show(request, find(request, number))


def show(
    request: AgentRequest, found: Order, extra: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of an order."""
    context = {**build(request, found), **deeds.build(request, found), **(extra or {})}
    return page.show(request, TEMPLATE, context, status)


def build(request: AgentRequest, found: Order) -> dict[str, Any]:
    """Everything the page shows; the same number of queries however much there is."""
    lines = list(found.lines.order_by("position", "id"))
    history = Prefetch("events", TrackingEvent.objects.order_by("-occurred_at", "-id"))
    parcels = list(found.shipments.prefetch_related(history).order_by("id"))
    hides = masking.is_masked(request.user)
    return {
        "place": "orders",
        "order": found,
        "standing": order_words.standing(found, parcels),
        "placed_at": times.day_and_time(found.placed_at),
        "came_by": _came_by(found),
        "rows": [_row(line, found.currency) for line in lines],
        "sums": _sums(found),
        "parcels": [_parcel(one, found, lines, hides) for one in parcels],
        "refunds": [_refund(one, found) for one in found.refunds.order_by("id")],
        "returns": [_return(one, lines) for one in found.returns],
        "addresses": _addresses(found),
        "promised": order_words.date_short(found.promised_on) if found.promised_on else "",
        "shop_url": found.url if urlsplit(found.url).scheme in ("https", "http") else "",
        "evidence": evidence.of_orders([found])[found.id],
        "customer_url": reverse("desk:customer", args=[found.customer_id]) if found.customer_id else "",
        "talks": _talks(request, found),
        "back": _back(request),
        "cases": case_rows.of_orders([found.id], only_open=False),
    }


def _came_by(found: Order) -> str:
    told = [str(order_words.SOURCES.get(found.source, found.source)), found.place]
    return ", ".join(part for part in told if part)


def _row(line: Line, currency: str) -> Row:
    marks = [
        _("{count} sent").format(count=line.fulfilled) if 0 < line.fulfilled < line.quantity else "",
        _("{count} came back").format(count=line.returned) if line.returned else "",
        _("{count} refunded").format(count=line.refunded) if line.refunded else "",
    ]
    return Row(
        title=line.title,
        sku=line.sku,
        quantity=line.quantity,
        unit=order_words.amount(line.unit_price, currency) if line.unit_price else "",
        total=order_words.amount(line.total, currency),
        marks=[mark for mark in marks if mark],
    )


def _sums(found: Order) -> list[tuple[str, str, bool]]:
    """What the order comes to: label, amount, whether it is the sum itself; what is nothing is left out."""
    parts = [
        (_("Goods"), found.subtotal, False),
        (_("Shipping"), found.shipping, False),
        (_("Discount"), -found.discount, False),
        (_("Total"), found.total, True),
        (_("of which tax"), found.tax, False),
        (_("Paid"), found.paid, False),
        (_("Went back"), -found.refunded, False),
    ]
    return [
        (label, order_words.amount(value, found.currency), is_sum) for label, value, is_sum in parts if value or is_sum
    ]


def _parcel(one: Shipment, found: Order, lines: list[Line], hides: bool) -> Parcel:
    titles = {line.remote_id: line.title for line in lines}
    happened = list(one.events.all())[:EVENTS]
    return Parcel(
        carrier=order_words.carrier(one),
        number=one.tracking_number,
        url="" if hides else order_words.tracking_link(one),
        state=order_words.state(one),
        level=order_words.parcel_level(one),
        coming=order_words.next_event(one, found),
        holds=[f"{count} × {titles.get(line, '?')}" for line, count in one.lines.items()],
        events=[_happened(event) for event in happened],
        deny_url=reverse("desk:parcel_denied", args=[one.id]) if one.state == State.DELIVERED else "",
    )


def _happened(event: TrackingEvent) -> Happened:
    words = str(order_words.STATES.get(event.state, event.state))
    told = ", ".join(part for part in (event.text or words, event.place) if part)
    return Happened(times.moment(event.occurred_at, timezone.now()), told)


def _refund(one: Refund, found: Order) -> str:
    when = times.date_of(one.made_at) if one.made_at else ""
    told = [order_words.amount(one.amount, found.currency), when, one.reason, _("on its way") if one.is_pending else ""]
    return " · ".join(part for part in told if part)


def _return(one: Mapping[str, Any], lines: list[Line]) -> str:
    titles = {line.remote_id: line.title for line in lines}
    goods = ", ".join(f"{count} × {titles.get(line, '?')}" for line, count in (one.get("lines") or {}).items())
    asked, came = _day(one.get("requested_at")), _day(one.get("received_at"))
    told = [
        goods,
        str(one.get("state") or ""),
        _("asked for on {date}").format(date=asked) if asked else "",
        _("received on {date}").format(date=came) if came else "",
    ]
    return " · ".join(part for part in told if part)


def _day(value: Any) -> str:
    at: datetime | date | None = parse_datetime(str(value)) if value else None
    return times.date_of(at) if isinstance(at, datetime) else ""


ADDRESS_PARTS = ("name", "company", "line1", "line2", "postcode city", "region", "country", "phone")


def address_lines(value: Mapping[str, Any]) -> list[str]:
    """An address line by line, its country by name."""
    named = {**value, "country": country(str(value.get("country") or ""), get_language() or "en")}
    lines = (" ".join(str(named.get(part) or "") for part in names.split()).strip() for names in ADDRESS_PARTS)
    return [line for line in lines if line]


def _addresses(found: Order) -> list[tuple[str, list[str]]]:
    """Where it goes and who pays; said once where both are the same."""
    goes, pays = address_lines(found.shipping_address), address_lines(found.billing)
    if goes == pays or not pays:
        return [(_("Address"), goes)] if goes else []
    return [(_("Goes to"), goes), (_("Billed to"), pays)] if goes else [(_("Billed to"), pays)]


def _talks(request: AgentRequest, found: Order) -> list[tuple[str, str, str, str]]:
    """Conversations about it: address, subject, why, when."""
    now = timezone.now()
    return [
        (
            reverse("desk:conversation", args=[talk.id]),
            talk.subject or talk.preview,
            str(OrderLink.Reason(reason).label),
            times.short(talk.last_message_at, now),
        )
        for talk, reason in orders.conversations_of(request.user, found)
    ]


def _back(request: AgentRequest) -> tuple[str, str] | None:
    """The conversation somebody came from: its address and subject."""
    talk = queries.visible(request.user).filter(id=as_id(request.GET.get("from", "")) or 0).first()
    return (reverse("desk:conversation", args=[talk.id]), talk.subject or talk.preview) if talk else None


def back_to(order_id: int, request: AgentRequest) -> str:
    """The page of an order, with the way back to where somebody came from."""
    return order_panel.address(order_id, as_id(request.GET.get("from", "")))
