"""What a customer did in the shops and what became of it, to stand between their messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.commerce.contract import Source, State
from shopbell.commerce.models import Order, Refund, Shipment, TrackingEvent
from shopbell.conversations import finding_orders
from shopbell.customers.models import Customer
from shopbell.web import order_words, times
from shopbell.web.desk import order_panel
from shopbell.web.desk.timeline import Entry

MOST = 100  # orders, and scans of parcels
TOLD = (
    *(State.HANDED_OVER, State.AVAILABLE_FOR_PICKUP, State.DELIVERED, State.ATTEMPT_FAILED, State.EXCEPTION),
    *(State.RETURNED, State.LOST),
)


def build(viewer: Agent, customer: Customer, since: datetime | None, until: datetime | None) -> list[Entry]:
    """What happened after `since` and before `until`, in five queries however much it is."""
    rows = finding_orders.of_customer(viewer, customer).select_related("shop").defer("raw").order_by("-placed_at")
    orders = {row.id: row for row in rows[:MOST]}
    if not orders:
        return []
    told = [*_orders(orders.values()), *_parcels(orders), *_refunds(orders)]
    return [one for one in told if (since is None or one.at >= since) and (until is None or one.at < until)]


def _orders(orders: Iterable[Order]) -> Iterator[Entry]:
    for row in orders:
        yield _link(row, row.placed_at, _placed(row))
        if row.cancelled_at is not None:
            yield _fact(row.cancelled_at, "x", _("Order #{number} was cancelled").format(number=row.number))
        if row.collected_at is not None:
            words = _("Order #{number} was collected in the store").format(number=row.number)
            yield _fact(row.collected_at, "store", words)


def _placed(row: Order) -> str:
    value = order_words.amount(row.total, row.currency)
    if row.source == Source.STORE:
        place = row.place or row.shop.name
        return _("Bought in the store ({place}): #{number}, {amount}").format(
            place=place, number=row.number, amount=value
        )
    if row.is_pickup:
        state = order_words.standing(row).fulfilment
        words = _("Ordered to be collected in the store: #{number}, {amount} ({state})")
        return words.format(number=row.number, amount=value, state=state)
    return _("Ordered: #{number}, {amount}").format(number=row.number, amount=value)


def _parcels(orders: Mapping[int, Order]) -> Iterator[Entry]:
    """The turns a parcel took, each once; where no carrier tells, that it left and came."""
    parcels = {row.id: row for row in Shipment.objects.filter(order__in=orders).order_by("id")}
    scans = TrackingEvent.objects.filter(shipment__in=parcels, state__in=TOLD).order_by("-occurred_at")[:MOST]
    said: set[tuple[int, str]] = set()
    for scan in reversed(scans):
        if (scan.shipment_id, scan.state) in said:
            continue
        said.add((scan.shipment_id, scan.state))
        yield _turn(scan.occurred_at, orders[parcels[scan.shipment_id].order_id], State(scan.state))
    for row in parcels.values():
        if row.shipped_at and (row.id, State.HANDED_OVER) not in said:
            yield _turn(row.shipped_at, orders[row.order_id], State.HANDED_OVER)
        if row.delivered_at and (row.id, State.DELIVERED) not in said:
            yield _turn(row.delivered_at, orders[row.order_id], State.DELIVERED)


def _turn(at: datetime, order: Order, state: State) -> Entry:
    words = _("Parcel of #{number}: {state}").format(number=order.number, state=order_words.STATES[state])
    return _fact(at, "package", words)


def _refunds(orders: Mapping[int, Order]) -> Iterator[Entry]:
    for row in Refund.objects.filter(Q(made_at__isnull=False), order__in=orders):
        order = orders[row.order_id]
        words = _("{amount} of #{number} went back").format(
            amount=order_words.amount(row.amount, order.currency), number=order.number
        )
        if row.made_at is not None:
            yield _fact(row.made_at, "undo-2", words)


def _link(order: Order, at: datetime, words: str) -> Entry:
    icon = "store" if order.source == Source.STORE or order.is_pickup else "package"
    entry = Entry("link", at, words, icon, when=order_panel.address(order.id))
    entry.when_exact = times.clock(at)
    return entry


def _fact(at: datetime, icon: str, words: str) -> Entry:
    return Entry("fact", at, words, icon, times.clock(at), times.exact(at))
