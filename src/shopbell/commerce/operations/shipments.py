"""Write parcels and what happens to them.

A parcel's state follows from its events by the carrier's clock (domain.md 5.6): what arrives late never moves a parcel
back that is delivered, the same event twice is one, and "unknown" says nothing. Where no carrier tells, the shop does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from shopbell.commerce import carriers, contract, events, steps
from shopbell.commerce.contract import State
from shopbell.commerce.keys import key
from shopbell.commerce.models import WATCHED_FOR, Order, Shipment, TrackingEvent
from shopbell.core import text
from shopbell.core.rows import upsert, write_back
from shopbell.core.storable import fit
from shopbell.core.transactions import retried
from shopbell.events import bus

Fresh = Mapping[str, tuple[contract.OrderData, str]]
_OF_SHOP = [
    *("carrier", "carrier_name", "country", "tracking_number", "tracking_key", "tracking_url", "lines", "shop_state"),
    *("shipped_at", "ask_at", "watch_at"),
]
_SETTLED = ["state", "reason", "handed_at", "delivered_at", "last_event_at", "attempts", "ask_at", "watch_at"]
_AFTER_DELIVERY = {State.RETURNING, State.RETURNED}
_WITH_CARRIER = steps.MOVING
_ON_A_WAY = {
    *(State.HANDED_OVER, State.IN_TRANSIT, State.CUSTOMS, State.OUT_FOR_DELIVERY, State.AVAILABLE_FOR_PICKUP),
    State.ATTEMPT_FAILED,
}
ASKED_FOR = timedelta(days=60)  # without news that long a carrier is asked about a parcel no more
CLOCK_SLACK = timedelta(hours=26)  # a carrier's local time taken for UTC is at most this far ahead


def write(fresh: Fresh, numbers: Mapping[str, int], *, historic: bool) -> None:
    """Mirror the parcels of these orders; one the shop has no more is cancelled, its history stays."""
    rows = [
        _row(numbers[remote_id], item, one)
        for remote_id, (item, _) in fresh.items()
        for one in {parcel.remote_id: parcel for parcel in item.shipments}.values()
    ]
    kept = {(row.order_id, row.remote_id) for row in rows}
    there = Shipment.objects.filter(order__in=numbers.values()).values_list("id", "order_id", "remote_id")
    gone = [number for number, order, remote in there if (order, remote) not in kept]
    if gone:
        Shipment.objects.filter(id__in=gone).exclude(state=State.DELIVERED).update(
            state=State.CANCELLED, shop_state=State.CANCELLED, ask_at=None, watch_at=timezone.now()
        )
    upsert(rows, ["order", "remote_id"], _OF_SHOP)
    given = {
        (numbers[remote_id], one.remote_id): one for remote_id, (item, _) in fresh.items() for one in item.shipments
    }
    for row in rows:
        _add_events(row.id, given[row.order_id, row.remote_id].events)
    _settle([row.id for row in rows], given, historic=historic)


def _row(order_id: int, item: contract.OrderData, one: contract.ShipmentData) -> Shipment:
    now = timezone.now()
    carrier = carriers.recognise(one.carrier, one.tracking_url, one.tracking_number)
    return Shipment(
        order_id=order_id,
        remote_id=one.remote_id,
        carrier=carrier,
        carrier_name=text.truncate(one.carrier, 100),
        country=(item.shipping_address.country or item.billing.country)[:2],
        tracking_number=text.truncate(one.tracking_number.strip(), 100),
        tracking_key=key(one.tracking_number),
        tracking_url=one.tracking_url[:1000],
        lines=dict(one.lines),
        shop_state=one.state,
        shipped_at=one.shipped_at,
        ask_at=now if one.tracking_number and (one.shipped_at or item.placed_at) > now - ASKED_FOR else None,
        watch_at=now if item.placed_at > now - WATCHED_FOR else None,
    )


@retried
def track(shipment_ids: Iterable[int], tracking: contract.Tracking) -> bool:
    """What a carrier says of one number, for every parcel that bears it; True when it brought news."""
    ids = list(shipment_ids)
    orders = _held(ids)
    before = steps.reached(orders.all())
    said = fit(tracking)
    if said.carrier:
        Shipment.objects.filter(id__in=ids, carrier="").update(carrier=carriers.recognise(said.carrier))
    news = sum([_add_events(number, said.events) for number in ids]) + _expect(ids, said.expected_on)
    if news:
        _settle(ids, {}, historic=False)
        steps.tell(before, steps.reached(orders.all()))
    return bool(news)


def _held(ids: list[int]) -> QuerySet[Order]:
    """The orders of these parcels, locked with them: of two parcels with news at once the second sees the first.

    Orders before parcels, as the shop's own news locks them.
    """
    numbers = set(Shipment.objects.filter(id__in=ids).values_list("order_id", flat=True))
    orders = Order.objects.filter(id__in=numbers)
    list(orders.select_for_update(no_key=True).order_by("id").values_list("id"))
    list(Shipment.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id").values_list("id"))
    return orders


def _expect(ids: list[int], day: date | None) -> int:
    """Note the carrier's forecast, where it has one; how many it is new to."""
    changed = Shipment.objects.filter(id__in=ids).exclude(expected_on__isnull=False, expected_on=day)
    return changed.update(expected_on=day) if day else 0


def _add_events(shipment_id: int, given: Sequence[contract.TrackingData]) -> int:
    """How many were not known. An event to come is a clock gone wrong: it counts as of when it was first heard of."""
    now = timezone.now()
    rows = [_event(shipment_id, one, now) for one in given if one.occurred_at <= now + CLOCK_SLACK]
    rows += _first_heard([_event(shipment_id, one, now) for one in given if one.occurred_at > now + CLOCK_SLACK])
    if not rows:
        return 0
    before = TrackingEvent.objects.filter(shipment=shipment_id).count()
    TrackingEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return TrackingEvent.objects.filter(shipment=shipment_id).count() - before


def _first_heard(rows: list[TrackingEvent]) -> list[TrackingEvent]:
    """Of events whose time cannot be believed those that are not known."""
    known = TrackingEvent.objects.filter(shipment_id__in={row.shipment_id for row in rows})
    there = set(known.values_list("code", "state", "text", "place")) if rows else set()
    return [row for row in rows if (row.code, row.state, row.text, row.place) not in there]


def _event(shipment_id: int, one: contract.TrackingData, now: datetime) -> TrackingEvent:
    return TrackingEvent(
        shipment_id=shipment_id,
        occurred_at=one.occurred_at if one.occurred_at <= now + CLOCK_SLACK else now.replace(microsecond=0),
        state=one.state,
        reason=one.reason[:20],
        code=one.code[:60],
        text=text.truncate(one.text, 500),
        place=text.truncate(one.place, 200),
    )


def _settle(ids: list[int], given: Mapping[tuple[int, str], contract.ShipmentData], *, historic: bool) -> None:
    """Derive what is known of these parcels from their events, and say what is new."""
    if not ids:
        return
    by_parcel: dict[int, list[TrackingEvent]] = {}
    for event in TrackingEvent.objects.filter(shipment__in=ids).order_by("occurred_at", "id"):
        by_parcel.setdefault(event.shipment_id, []).append(event)
    rows = list(Shipment.objects.filter(id__in=ids))
    moved = []
    for row in rows:
        said = given.get((row.order_id, row.remote_id))
        if _derive(row, by_parcel.get(row.id, []), said, is_past=historic):
            moved.append(row)
    for row in rows if not given else []:  # the carrier said something; when the shop did, it is noted already
        row.watch_at = timezone.now()
    write_back(rows, _SETTLED)
    if not historic:
        for row in moved:
            bus.publish(events.ShipmentMoved(shipment_id=row.id, order_id=row.order_id, state=row.state))
    _date_deliveries({row.order_id for row in rows})


def _derive(
    row: Shipment, happened: list[TrackingEvent], given: contract.ShipmentData | None, *, is_past: bool
) -> bool:
    """Set what follows from the events; True when the parcel's state is another."""
    before = row.state
    told = journey([event for event in happened if event.state != State.UNKNOWN])
    row.state, row.reason = (told[-1][0], told[-1][1].reason) if told else (row.shop_state, "")
    handed = [event.occurred_at for state, event in told if state in _WITH_CARRIER]
    row.handed_at = handed[0] if handed else None
    delivered = [event.occurred_at for state, event in told if state == State.DELIVERED]
    row.delivered_at = (
        delivered[0] if delivered else _shop_says(row, given, is_past=is_past or before == State.DELIVERED)
    )
    row.last_event_at = max((event.occurred_at for event in happened if event.state != State.UNKNOWN), default=None)
    row.attempts = sum(state == State.ATTEMPT_FAILED for state, _event in told)
    if row.state in steps.IS_OVER:
        row.ask_at = None
    return row.state != before


def journey(happened: Sequence[TrackingEvent]) -> list[tuple[State, TrackingEvent]]:
    """The events in the carrier's order that moved the parcel, and where it was after each.

    Nothing moves a delivered parcel but its way back, and nothing one that came back. On the way back whatever happens
    is the way back, and what is delivered then is delivered to the sender. Data that are sent late announce nothing.
    """
    told: list[tuple[State, TrackingEvent]] = []
    for event in happened:
        state = State(event.state)
        before = told[-1][0] if told else State.UNKNOWN
        if before == State.RETURNED or (before == State.DELIVERED and state not in _AFTER_DELIVERY):
            continue
        if state == State.DATA_RECEIVED and before in _WITH_CARRIER:
            continue
        if before == State.RETURNING:
            state = State.RETURNED if state == State.DELIVERED else State.RETURNING if state in _ON_A_WAY else state
        told.append((state, event))
    return told


def _shop_says(row: Shipment, given: contract.ShipmentData | None, *, is_past: bool) -> datetime | None:
    """When it was delivered by the shop's word: now, where it is news. Of the past nobody knows; none is made up."""
    if row.state != State.DELIVERED:
        return None
    return (given.delivered_at if given else None) or row.delivered_at or (None if is_past else timezone.now())


def _date_deliveries(order_ids: Iterable[int]) -> None:
    """When the consumer had the last parcel of each order; null while one is on its way (domain.md L1), and where
    nobody knows of one when it was.
    """
    wanted = set(order_ids)
    orders = list(Order.objects.filter(id__in=wanted).only("id", "fulfilment", "delivered_at"))
    parcels: dict[int, list[Shipment]] = {}
    rows = Shipment.objects.filter(order__in=wanted).exclude(state=State.CANCELLED)
    for parcel in rows.only("order_id", "state", "delivered_at"):
        parcels.setdefault(parcel.order_id, []).append(parcel)
    for order in orders:
        mine = parcels.get(order.id, [])
        dates = [parcel.delivered_at for parcel in mine if parcel.delivered_at]
        is_known = bool(mine) and len(dates) == len(mine) and steps.is_delivered(order, mine)
        order.delivered_at = max(dates) if is_known else None
    write_back(orders, ["delivered_at"])
