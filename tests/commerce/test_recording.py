"""What comes from a shop ends up in the mirror, once, and only the newest counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from shopbell.commerce import contract
from shopbell.commerce.contract import Fulfilment
from shopbell.commerce.models import Account, Line, Order, Product, Refund, Shipment, Variant
from shopbell.commerce.operations import linking, recording, shipments
from shopbell.customers.operations import resolving
from shopbell.events.models import Delivery, Event
from tests import factories, racing
from tests.commerce.things import NOON, connect, order, parcel, scan

pytestmark = pytest.mark.django_db
State = contract.State


def moved() -> list[str]:
    return list(Event.objects.filter(name="commerce.order_moved").order_by("id").values_list("data__step", flat=True))


def test_an_order_is_kept_with_its_lines_and_its_customer():
    laden = connect()
    assert recording.record(laden, [order(coupons=("SOMMER",), note="Bitte klingeln")]) == 1
    row = Order.objects.get()
    assert (row.number, row.number_key, row.total, row.currency) == ("1042", "1042", 4990, "EUR")
    assert (row.shop, row.coupons, row.note) == (laden.shop, ["SOMMER"], "Bitte klingeln")
    assert row.customer is not None
    assert row.customer.name == "Anna Saar"
    assert row.customer.identities.get().verified_at is None
    assert [(line.title, line.quantity, line.sku) for line in row.lines.all()] == [("Kruus", 2, "MUG")]
    assert moved() == ["received"]


def test_the_same_again_changes_nothing_and_neither_does_what_is_older():
    laden = connect()
    recording.record(laden, [order(total=100)])
    before = Order.objects.values().get()
    assert recording.record(laden, [order(total=100, raw={"other": "spelling"})]) == 0
    assert recording.record(laden, [order(total=999, updated_at=NOON - timedelta(seconds=1))]) == 0
    assert Order.objects.values().get() == before
    assert recording.record(laden, [order(total=120, updated_at=NOON + timedelta(seconds=1))]) == 1
    assert Order.objects.get().total == 120
    assert moved() == ["received"]


def test_what_is_gone_from_an_order_is_gone_here():
    laden = connect()
    first = order(refunds=(contract.RefundData(remote_id="r1", amount=500),))
    recording.record(laden, [first])
    line = contract.LineData(remote_id="l2", title="Tass", quantity=1)
    recording.record(laden, [replace(first, lines=(line,), refunds=(), updated_at=NOON + timedelta(hours=1))])
    assert [row.remote_id for row in Line.objects.all()] == ["l2"]
    assert not Refund.objects.exists()
    assert Order.objects.get().refunded == 0


def test_two_shops_may_call_different_orders_the_same():
    for laden in (connect(), connect()):
        recording.record(laden, [order()])
    assert Order.objects.count() == 2


def test_an_order_without_a_customer_belongs_to_nobody():
    recording.record(connect(), [order(email="", name="", customer_id="77")])
    assert Order.objects.get().customer is None


def test_an_order_that_came_before_its_account_is_joined_with_it_once_that_comes():
    laden, other = connect(), connect()
    recording.record(laden, [order("1", customer_id="7", email="work@office.test"), order("2", customer_id="8")])
    recording.record(other, [order("1", customer_id="7", email="work@office.test")])
    kept = Order.objects.get(connection=laden, remote_id="2")
    linking.give(kept.id, None, actor=factories.agent().pk)
    people = [contract.CustomerData(remote_id=one, email="anna@customer.test", name="Anna Saar") for one in ("7", "8")]
    Delivery.objects.all().delete()
    recording.record(laden, people)
    row = Order.objects.get(connection=laden, remote_id="1")
    assert (row.account, row.linked_by) == (Account.objects.get(remote_id="7"), "account")
    assert row.customer == resolving.resolve("email", "anna@customer.test")
    kept.refresh_from_db()
    assert (kept.account, kept.customer, kept.linked_by) == (Account.objects.get(remote_id="8"), None, "agent")
    assert Order.objects.get(connection=other).account is None
    told = Delivery.objects.filter(event_name="commerce.order_changed").values_list("data__order_id", flat=True)
    assert sorted(set(told)) == [row.id, kept.id]


def test_an_account_s_owner_comes_before_the_order_s_own_address():
    laden = connect()
    recording.record(laden, [contract.CustomerData(remote_id="7", email="Anna@Customer.test", name="Anna Saar")])
    recording.record(laden, [order(customer_id="7", email="work@office.test")])
    row = Order.objects.get()
    assert row.account == Account.objects.get()
    assert row.customer == resolving.resolve("email", "anna@customer.test")


def test_what_happened_is_told_once_and_an_import_tells_nothing():
    laden = connect()
    recording.record(laden, [order("old", payment=contract.Payment.PAID)], historic=True)
    assert moved() == []
    recording.record(laden, [order("new")])
    paid = order("new", payment=contract.Payment.PAID, updated_at=NOON + timedelta(minutes=1))
    recording.record(laden, [paid])
    recording.record(laden, [replace(paid, note="x")])
    assert moved() == ["received", "paid"]


def test_products_with_their_variants():
    laden = connect()
    two = tuple(contract.VariantData(remote_id=one, sku=one, price=990, currency="EUR") for one in "ab")
    recording.record(laden, [contract.ProductData(remote_id="9", title="Kruus", variants=two)])
    recording.record(laden, [contract.ProductData(remote_id="9", title="Kruus 2", variants=two[1:])])
    assert [(row.title, row.remote_id) for row in Product.objects.all()] == [("Kruus 2", "9")]
    assert [row.sku for row in Variant.objects.all()] == ["b"]


def test_what_the_shop_deleted_is_marked_and_comes_back():
    laden = connect()
    recording.record(laden, [order()])
    assert recording.forget(laden, "order", "1") is True
    assert recording.forget(laden, "order", "1") is False
    assert Order.objects.get().gone_at is not None
    assert recording.record(laden, [order()]) == 1
    assert Order.objects.get().gone_at is None


def test_a_hundred_orders_take_as_many_queries_as_three():
    laden = connect()
    counts = []
    for start, many in ((0, 3), (1000, 100)):
        batch = [order(str(start + number), number=str(number), shipments=(parcel(),)) for number in range(many)]
        with CaptureQueriesContext(
            database,
        ) as taken:
            recording.record(laden, batch, historic=True)
        counts.append(len(taken))
    assert counts[0] >= counts[1]


# parcels


def test_a_parcel_is_where_its_last_event_says():
    laden = connect()
    recording.record(laden, [order(fulfilment=contract.Fulfilment.FULFILLED, shipments=(parcel(),))])
    row = Shipment.objects.get()
    shipments.track([row.id], contract.Tracking(number="x", events=(scan(12, State.OUT_FOR_DELIVERY),)))
    shipments.track([row.id], contract.Tracking(number="x", events=(scan(9, State.IN_TRANSIT),)))
    row.refresh_from_db()
    assert (row.state, row.handed_at) == ("out_for_delivery", datetime(2026, 11, 3, 9, tzinfo=UTC))
    assert moved() == ["received", "shipped", "out_for_delivery"]


def test_a_delivered_parcel_is_not_moved_back_by_what_comes_late():
    laden = connect()
    recording.record(laden, [order(fulfilment=contract.Fulfilment.FULFILLED, shipments=(parcel(),))])
    row = Shipment.objects.get()
    scans = (scan(9, State.DELIVERED), scan(11, State.IN_TRANSIT), scan(12, State.UNKNOWN))
    assert shipments.track([row.id], contract.Tracking(number="x", events=scans)) is True
    assert shipments.track([row.id], contract.Tracking(number="x", events=scans)) is False
    row.refresh_from_db()
    assert (row.state, row.delivered_at, row.ask_at) == ("delivered", datetime(2026, 11, 3, 9, tzinfo=UTC), None)
    assert Order.objects.get().delivered_at == row.delivered_at
    shipments.track([row.id], contract.Tracking(number="x", events=(scan(15, State.RETURNING),)))
    row.refresh_from_db()
    assert row.state == "returning"
    assert Order.objects.get().delivered_at is None


def test_a_parcel_shop_is_not_the_consumer():
    laden = connect()
    recording.record(laden, [order(fulfilment=contract.Fulfilment.FULFILLED, shipments=(parcel(),))])
    row = Shipment.objects.get()
    shipments.track([row.id], contract.Tracking(number="x", events=(scan(9, State.AVAILABLE_FOR_PICKUP),)))
    row.refresh_from_db()
    assert (row.state, row.delivered_at) == ("available_for_pickup", None)
    assert "ready" in moved()
    assert "delivered" not in moved()


def test_an_order_is_paid_when_we_learn_of_it_and_one_that_comes_paid_when_it_was_placed():
    laden = connect()
    paid = contract.Payment.PAID
    recording.record(laden, [order("1", payment=paid), order("2", payment=contract.Payment.PENDING)])
    before = Order.objects.get(remote_id="1").paid_at
    assert before == NOON
    assert Order.objects.get(remote_id="2").paid_at is None
    later = NOON + timedelta(hours=1)
    recording.record(laden, [order("1", payment=paid, total=1, updated_at=later)])
    recording.record(laden, [order("2", payment=paid, updated_at=later)])
    assert Order.objects.get(remote_id="1").paid_at == before
    learned = Order.objects.get(remote_id="2").paid_at
    assert learned is not None
    assert learned > datetime.now(UTC) - timedelta(minutes=1)


def test_what_is_new_is_looked_at_and_what_is_very_old_is_not():
    laden = connect()
    now = datetime.now(UTC)
    recording.record(laden, [order("1", placed_at=now, shipments=(parcel(),))])
    recording.record(laden, [order("2", placed_at=now - timedelta(days=91), shipments=(parcel("p2"),))])
    assert [row.watch_at is None for row in Order.objects.order_by("remote_id")] == [False, True]
    assert [row.watch_at is None for row in Shipment.objects.order_by("remote_id")] == [False, True]
    Shipment.objects.update(watch_at=None)
    delivered = contract.Tracking(number="00340434161094015902", events=(scan(9, State.DELIVERED),))
    shipments.track([Shipment.objects.get(remote_id="p1").id], delivered)
    assert Shipment.objects.get(remote_id="p1").watch_at is not None


def test_two_orders_may_call_their_parcels_the_same():
    one = order("1", shipments=(parcel("1", tracking_number="A1", events=(scan(8, State.DELIVERED),)),))
    other = order("2", shipments=(parcel("1", tracking_number="B1", events=(scan(8, State.IN_TRANSIT),)),))
    recording.record(connect(), [one, other])
    assert dict(Shipment.objects.values_list("tracking_number", "state")) == {"A1": "delivered", "B1": "in_transit"}


def test_what_is_older_than_what_was_deleted_does_not_bring_it_back():
    laden = connect()
    recording.record(laden, [order("1", total=100, updated_at=NOON)])
    recording.forget(laden, "order", "1")
    assert recording.record(laden, [order("1", total=50, updated_at=NOON - timedelta(hours=1))]) == 0
    row = Order.objects.get()
    assert (row.total, row.gone_at is None) == (100, False)


@pytest.mark.django_db(transaction=True)
def test_two_parcels_that_arrive_at_once_complete_their_order():
    laden = connect()
    recording.record(laden, [order("1", fulfilment=Fulfilment.FULFILLED, shipments=(parcel("a"), parcel("b")))])
    one, other = Shipment.objects.order_by("id").values_list("id", flat=True)
    there = contract.Tracking(number="00340434161094015902", events=(scan(9, State.DELIVERED),))
    with racing.waiting(lambda: shipments.track([other], there)) as raised:
        shipments.track([one], there)
    assert raised == []
    assert Order.objects.get().delivered_at == scan(9, State.DELIVERED).occurred_at
    assert moved().count("delivered") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("news", ["order", "account"])
def test_what_an_agent_says_while_the_shop_s_news_is_written_stays(news):
    laden, agent = connect(), factories.agent()
    recording.record(laden, [order("1", customer_id="7")])
    owner = resolving.resolve("email", "owner@x.test")
    number = Order.objects.get().id
    item = order("1", customer_id="7", total=1, updated_at=None)
    if news == "account":
        item = contract.CustomerData(remote_id="7", email="acc@x.test", name="Acc")
    with racing.waiting(lambda: recording.record(laden, [item])) as raised:
        linking.give(number, owner.id, actor=agent.pk)
    assert raised == []
    row = Order.objects.get()
    assert (row.customer_id, row.linked_by, row.account_id is None) == (owner.id, "agent", news == "order")
