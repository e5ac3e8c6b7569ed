"""Reading a shop: changes, the first import, single objects; what goes wrong is kept and loses nothing."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from shopbell.commerce import contract, jobs
from shopbell.commerce.models import Broken, Connection, Order
from shopbell.commerce.operations import syncing
from shopbell.events.models import Delivery, Event
from tests.commerce import shop_system
from tests.commerce.things import connect

pytestmark = pytest.mark.django_db


def never() -> bool:
    return False


@pytest.fixture
def far() -> shop_system.Shop:
    return shop_system.install()


def laden(**fields: object) -> Connection:
    return connect(connector="test_shop", settings={"shop": "one"}, **fields)


def numbers() -> list[str]:
    return sorted(Order.objects.values_list("remote_id", flat=True))


def test_changes_are_read_page_by_page_and_not_again(far: shop_system.Shop):
    row = laden()
    for number in "12345":
        far.put(number)
    assert syncing.read_changes(row, never) == 5
    assert numbers() == list("12345")
    assert syncing.read_changes(row, never) == 0
    far.put("6")
    assert syncing.read_changes(Connection.objects.get(), never) == 1


def test_a_reading_that_broke_off_goes_on_where_it_was(far: shop_system.Shop):
    row = laden()
    for number in "12345":
        far.put(number)
    turns = iter([False, True])  # stopped after the first page
    syncing.read_changes(row, lambda: next(turns, True))
    assert numbers() == ["1", "2"]
    again = Connection.objects.get()
    assert again.cursors["order"]["page"] == {"start": 2}
    syncing.read_changes(again, never)
    assert numbers() == list("12345")
    assert list(Connection.objects.get().cursors["order"]) == ["since"]


def test_an_object_that_cannot_be_understood_holds_up_no_other(far: shop_system.Shop):
    row = laden()
    far.put("1")
    far.put("2", total="a lot")
    far.put("3")
    syncing.read_changes(row, never)
    assert numbers() == ["1", "3"]
    assert Broken.objects.get().reason == "order 2: 'a lot' is no amount"
    far.put("2", total="12.00")
    syncing.read_changes(row, never)
    assert numbers() == ["1", "2", "3"]
    assert not Broken.objects.exists()


def test_the_first_import_is_newest_first_resumable_and_silent(far: shop_system.Shop):
    row = laden(imported_at=None)
    for day in range(5):
        far.put(str(day), updated=(datetime.now(UTC) - timedelta(days=100 - day)).isoformat())
    turns = iter([False, True])
    assert syncing.import_everything(row, lambda: next(turns, True), pause=0) is False
    assert numbers() == ["3", "4"]
    again = Connection.objects.get()
    assert again.imported["order"]["count"] == 2
    assert syncing.import_everything(again, never, pause=0) is True
    assert numbers() == list("01234")
    assert Connection.objects.get().imported_at is not None
    owed = Delivery.objects.filter(event_name="commerce.import_ended").values_list("data", flat=True)
    assert list(owed) == [{"connection_id": row.id, "shop_id": row.shop_id}]
    assert not Event.objects.filter(name="commerce.order_moved").exists()


def test_what_is_fetched_is_what_the_shop_has_now(far: shop_system.Shop):
    row = laden()
    far.put("1")
    assert syncing.fetch(row, "order", "1") is True
    assert syncing.fetch(row, "order", "1") is False
    far.orders.clear()
    assert syncing.fetch(row, "order", "1") is True
    assert Order.objects.get().gone_at is not None
    assert syncing.fetch(row, "order", "77") is False


def test_what_is_due_is_done_and_a_failure_is_noted(far: shop_system.Shop):
    row = laden(imported_at=None)
    far.put("1")
    jobs.do_what_is_due(row, threading.Event())
    done = Connection.objects.get()
    assert done.read_at
    assert done.imported_at
    assert done.checked_at
    far.fails = contract.Transient("the shop is down")
    Connection.objects.update(read_at=None)
    pauses: dict[int, tuple[float, float]] = {}
    jobs._look_after(Connection.objects.get(), threading.Event(), pauses)
    failing = Connection.objects.get()
    assert failing.error == "the shop is down"
    assert failing.failing_since
    assert pauses[row.id][1] == jobs.SHORTEST_PAUSE_SECONDS


def test_the_alarm_is_raised_once(far: shop_system.Shop):
    row = laden(failing_since=datetime.now(UTC) - timedelta(minutes=31))
    jobs.raise_alarms()
    jobs.raise_alarms()
    assert [event.data for event in Event.objects.filter(name="commerce.connection_failing")] == [
        {"connection_id": row.id}
    ]
