"""Orders, payments and parcels in words: what stands in the desk and what customers read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from shopbell.commerce import carriers
from shopbell.commerce.contract import Ability, Fulfilment, Payment, Source, State
from shopbell.commerce.models import Order, Shipment
from shopbell.commerce.steps import IS_OVER
from shopbell.core import money

Words = dict[str, str | Promise]
PAYMENTS: Words = {
    Payment.PENDING: gettext_lazy("not paid yet"),
    Payment.AUTHORISED: gettext_lazy("payment reserved"),
    Payment.PAID: gettext_lazy("paid"),
    Payment.PARTLY_PAID: gettext_lazy("partly paid"),
    Payment.PARTLY_REFUNDED: gettext_lazy("partly refunded"),
    Payment.REFUNDED: gettext_lazy("refunded"),
    Payment.FAILED: gettext_lazy("payment failed"),
    Payment.VOIDED: gettext_lazy("payment cancelled"),
    Payment.UNKNOWN: gettext_lazy("payment not known"),
}
FULFILMENTS: Words = {
    Fulfilment.OPEN: gettext_lazy("not sent yet"),
    Fulfilment.PARTLY: gettext_lazy("partly sent"),
    Fulfilment.FULFILLED: pgettext_lazy("order", "sent"),
    Fulfilment.DELIVERED: pgettext_lazy("order", "delivered"),
    Fulfilment.READY: gettext_lazy("ready for pickup"),
    Fulfilment.COLLECTED: gettext_lazy("collected"),
    Fulfilment.EXPIRED: gettext_lazy("not collected in time"),
    Fulfilment.RETURNED: gettext_lazy("returned"),
    Fulfilment.UNKNOWN: gettext_lazy("state not known"),
}
RESERVED = pgettext_lazy("click & collect", "reserved")
STATES: Words = {
    State.DATA_RECEIVED: gettext_lazy("announced to the carrier"),
    State.HANDED_OVER: gettext_lazy("handed to the carrier"),
    State.IN_TRANSIT: gettext_lazy("on its way"),
    State.CUSTOMS: gettext_lazy("in customs"),
    State.OUT_FOR_DELIVERY: gettext_lazy("out for delivery"),
    State.AVAILABLE_FOR_PICKUP: gettext_lazy("waits to be picked up"),
    State.DELIVERED: pgettext_lazy("parcel", "delivered"),
    State.ATTEMPT_FAILED: gettext_lazy("could not be handed over"),
    State.EXCEPTION: gettext_lazy("held up"),
    State.RETURNING: gettext_lazy("on its way back"),
    State.RETURNED: gettext_lazy("back at the sender"),
    State.LOST: gettext_lazy("lost"),
    State.CANCELLED: pgettext_lazy("parcel", "cancelled"),
    State.UNKNOWN: gettext_lazy("no news from the carrier"),
}
_NEXT: Words = {
    State.DATA_RECEIVED: gettext_lazy("the carrier takes it over"),
    State.HANDED_OVER: gettext_lazy("on its way to the delivery depot"),
    State.IN_TRANSIT: gettext_lazy("out for delivery"),
    State.CUSTOMS: gettext_lazy("customs lets it go"),
    State.OUT_FOR_DELIVERY: pgettext_lazy("parcel", "delivered"),
    State.AVAILABLE_FOR_PICKUP: gettext_lazy("the customer picks it up"),
    State.ATTEMPT_FAILED: gettext_lazy("the carrier tries again"),
    State.EXCEPTION: gettext_lazy("the carrier goes on"),
    State.RETURNING: gettext_lazy("back at the sender"),
}
SOURCES: Words = {
    Source.WEB: gettext_lazy("web shop"),
    Source.MARKETPLACE: gettext_lazy("marketplace"),
    Source.PHONE: gettext_lazy("by phone"),
    Source.STORE: gettext_lazy("store"),
    Source.OTHER: gettext_lazy("elsewhere"),
}
ABILITIES: Words = {
    Ability.NOTE: gettext_lazy("note in the shop"),
    Ability.CANCEL: gettext_lazy("cancel the order"),
    Ability.ADDRESS: gettext_lazy("change the address"),
    Ability.REFUND: gettext_lazy("refund"),
    Ability.COUPON: gettext_lazy("voucher"),
    Ability.COLLECT: gettext_lazy("tell the shop that it was collected"),
}
_BAD = {State.ATTEMPT_FAILED, State.EXCEPTION, State.LOST, State.RETURNING, State.RETURNED}
_GOOD = {State.DELIVERED}
_ALARMING = {Payment.FAILED, Payment.VOIDED}


def amount(minor: int, currency: str) -> str:
    """12,40 € as the reader writes it."""
    return money.shown(minor, currency, (get_language() or "en").partition("-")[0]) if currency else str(minor)


def date_short(day: date) -> str:
    """Tue 24 Nov."""
    return formats.date_format(day, pgettext("near date", "D j M"))


def state(parcel: Shipment) -> str:
    """Where a parcel is."""
    return str(STATES.get(parcel.state, parcel.state))


def parcel_level(parcel: Shipment) -> str:
    """How it is coloured: ok, warn, calm."""
    return "warn" if parcel.state in _BAD else "ok" if parcel.state in _GOOD else "calm"


def carrier(parcel: Shipment) -> str:
    """What people call the carrier; what the shop wrote where it is not known."""
    return carriers.label(parcel.carrier, parcel.carrier_name) or _("Parcel")


def tracking_link(parcel: Shipment) -> str:
    """Where the parcel's journey is shown: the shop's own address, else the carrier's page; "" when there is none."""
    if urlsplit(parcel.tracking_url).scheme in ("https", "http"):
        return parcel.tracking_url
    spoken = (get_language() or "en").partition("-")[0]
    return carriers.link(parcel.carrier, parcel.tracking_number, spoken, parcel.country)


def is_open(parcel: Shipment) -> bool:
    """Whether something is still to come."""
    return parcel.state not in IS_OVER


def expected(parcel: Shipment, order: Order) -> date | None:
    """The day a parcel should be there: the carrier's forecast, else what the shop promised."""
    return (parcel.expected_on or order.promised_on) if is_open(parcel) else None


def next_event(parcel: Shipment, order: Order) -> str:
    """What should happen next, and when as far as anybody says; "" when nothing is to come or nobody knows."""
    what = _NEXT.get(parcel.state)
    day = expected(parcel, order)
    if what is None and day is None:
        return ""
    if day is None:
        return _("Next: {event}").format(event=what)
    shown = date_short(day)
    if day < timezone.localdate():
        return _("Was expected {date}").format(date=shown)
    if what is None or parcel.state in (State.IN_TRANSIT, State.HANDED_OVER, State.DATA_RECEIVED):
        return _("Delivery expected {date}").format(date=shown)
    return _("Next: {event}, expected {date}").format(event=what, date=shown)


@dataclass(frozen=True)
class Standing:
    """How an order stands, in one or two words each, and how it is coloured."""

    fulfilment: str
    payment: str
    level: str  # of the fulfilment
    payment_level: str


def standing(order: Order, parcels: Iterable[Shipment] = ()) -> Standing:
    """As the customer would call it: where the parcels are says more than the shop does."""
    payment = str(PAYMENTS.get(order.payment, order.payment))
    words, level = _fulfilment(order, [parcel for parcel in parcels if parcel.state != State.CANCELLED])
    return Standing(words, payment, level, "warn" if order.payment in _ALARMING else "calm")


def _fulfilment(order: Order, parcels: list[Shipment]) -> tuple[str, str]:
    """The words and their colour."""
    if order.is_cancelled:
        return pgettext("order", "cancelled"), "warn"
    if order.collected_at is not None:
        return str(FULFILMENTS[Fulfilment.COLLECTED]), "ok"
    if order.is_pickup and order.fulfilment in (Fulfilment.OPEN, Fulfilment.UNKNOWN):
        return str(RESERVED), "calm"
    troubled = next((parcel for parcel in parcels if parcel.state in _BAD), None)
    if troubled is not None:
        return state(troubled), "warn"
    telling = [parcel for parcel in parcels if parcel.state != State.UNKNOWN]
    if telling and order.delivered_at is None:
        return state(min(telling, key=lambda one: list(STATES).index(State(one.state)))), "calm"
    if order.delivered_at is not None:
        return pgettext("order", "delivered"), "ok"
    level = "warn" if order.fulfilment in (Fulfilment.EXPIRED, Fulfilment.RETURNED) else "calm"
    level = "ok" if order.fulfilment in (Fulfilment.DELIVERED, Fulfilment.COLLECTED) else level
    return str(FULFILMENTS.get(order.fulfilment, order.fulfilment)), level
