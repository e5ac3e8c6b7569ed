"""A carrier may go back in time, repeat itself and say odd things: the parcel stays where it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.commerce.contract import State, Tracking, TrackingData
from shopbell.commerce.models import Shipment
from shopbell.commerce.operations import recording, shipments
from tests.commerce.things import connect, order, parcel, scan

pytestmark = pytest.mark.django_db


def sent() -> Shipment:
    recording.record(connect(), [order(shipments=(parcel(),))])
    return Shipment.objects.get()


def told(row: Shipment, *events: TrackingData) -> Shipment:
    shipments.track([row.id], Tracking(number=row.tracking_number, events=events))
    row.refresh_from_db()
    return row


def test_events_in_any_order_come_to_the_same() -> None:
    row = sent()
    told(row, scan(9, State.OUT_FOR_DELIVERY))
    assert told(row, scan(3, State.IN_TRANSIT), scan(1, State.HANDED_OVER)).state == "out_for_delivery"
    assert row.handed_at is not None
    assert row.handed_at.hour == 1


def test_the_same_twice_is_one() -> None:
    row = sent()
    told(row, scan(9, State.ATTEMPT_FAILED, code="N1"), scan(9, State.ATTEMPT_FAILED, code="N1"))
    told(row, scan(9, State.ATTEMPT_FAILED, code="N1"))
    assert (row.events.count(), row.attempts) == (1, 1)


def test_a_delivered_parcel_is_not_moved_back_but_may_come_back() -> None:
    row = told(sent(), scan(9, State.DELIVERED), scan(10, State.IN_TRANSIT), scan(11, State.AVAILABLE_FOR_PICKUP))
    assert row.state == "delivered"
    told(row, scan(12, State.RETURNING))
    assert row.state == "returning"
    assert row.delivered_at is not None
    assert row.delivered_at.hour == 9


def test_what_is_delivered_on_the_way_back_is_delivered_to_the_sender() -> None:
    row = told(
        sent(),
        *(scan(1, State.IN_TRANSIT), scan(2, State.ATTEMPT_FAILED), scan(3, State.RETURNING)),
        *(scan(4, State.IN_TRANSIT), scan(5, State.OUT_FOR_DELIVERY)),
    )
    assert row.state == "returning"
    told(row, scan(6, State.DELIVERED))
    assert (row.state, row.delivered_at, row.attempts) == ("returned", None, 1)


def test_data_sent_late_announce_nothing() -> None:
    row = told(sent(), scan(1, State.HANDED_OVER), scan(2, State.IN_TRANSIT), scan(3, State.DATA_RECEIVED))
    assert row.state == "in_transit"


def test_unknown_says_nothing() -> None:
    row = told(sent(), scan(1, State.OUT_FOR_DELIVERY), scan(2, State.UNKNOWN, code="??"))
    assert row.state == "out_for_delivery"
    assert row.last_event_at is not None
    assert row.last_event_at.hour == 1
    assert row.events.filter(code="??").count() == 1


def test_an_event_of_the_future_counts_once_as_of_now() -> None:
    row = sent()
    later = TrackingData(occurred_at=timezone.now() + timedelta(days=300), state=State.IN_TRANSIT, code="F")
    told(row, later)
    first = row.events.get().occurred_at
    assert abs(first - timezone.now()) < timedelta(minutes=1)
    row.events.update(occurred_at=first - timedelta(hours=5))
    told(row, later)
    assert row.events.count() == 1


def test_a_parcel_shop_is_not_the_consumer() -> None:
    row = told(sent(), scan(1, State.IN_TRANSIT), scan(2, State.AVAILABLE_FOR_PICKUP))
    assert (row.state, row.delivered_at) == ("available_for_pickup", None)
