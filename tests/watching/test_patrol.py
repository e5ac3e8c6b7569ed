"""The watch opens a case once, closes it when its reason is gone, and looks no oftener than it has to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from shopbell.commerce import contract
from shopbell.commerce.models import Connection, Order, Refund, Shipment, TrackingEvent
from shopbell.commerce.operations import recording, shipments
from shopbell.events.models import Event
from shopbell.watching.models import Case, Kind, Notice, Route
from shopbell.watching.operations import learning, patrol
from tests.commerce.things import order, parcel
from tests.watching.things import MONDAY, NOW, State, cases, laden, look, on_its_way, placed, rule

pytestmark = pytest.mark.django_db
PAID = contract.Payment.PAID


def test_a_stuck_parcel_is_a_case_once_and_closes_when_it_moves_on():
    shop = laden()
    row = on_its_way(shop)
    look(NOW - timedelta(seconds=1))
    assert cases() == []
    look()
    look()
    assert cases() == [("stuck", "open", "")]
    case = Case.objects.get()
    assert (case.order_id, case.shipment_id, case.carrier, case.country) == (row.order_id, row.id, "dhl", "DE")
    assert case.due_at == NOW
    told = Event.objects.filter(name="watching.case_opened").values_list("data", flat=True)
    assert list(told) == [{"case_id": case.id, "order_id": row.order_id, "kind": "stuck"}]
    moved = contract.TrackingData(occurred_at=NOW - timedelta(hours=1), state=State.OUT_FOR_DELIVERY)
    shipments.track([row.id], contract.Tracking(number=row.tracking_number, events=(moved,)))
    look()
    assert cases() == [("stuck", "resolved", "gone")]


def test_delivered_closes_every_case_of_the_parcel_but_what_the_customer_denies():
    shop = laden()
    row = on_its_way(shop, promised_on=date(2026, 11, 17))
    look()
    assert {kind for kind, *_ in cases()} == {"stuck", "late"}
    Case.objects.create(shop=shop.shop, order=row.order, shipment=row, kind=Kind.DENIED, due_at=NOW)
    done = contract.TrackingData(occurred_at=NOW, state=State.DELIVERED)
    shipments.track([row.id], contract.Tracking(number=row.tracking_number, events=(done,)))
    look()
    assert sorted(cases()) == [("denied", "open", ""), ("late", "resolved", "gone"), ("stuck", "resolved", "gone")]
    assert Shipment.objects.get().watch_at is None


def test_a_scan_nobody_understands_is_no_silence():
    row = on_its_way(laden())
    TrackingEvent.objects.create(shipment=row, occurred_at=NOW - timedelta(days=1), state="unknown", code="QQ")
    look()
    assert cases() == []


def test_a_carrier_that_goes_back_in_time_opens_nothing():
    shop = laden()
    row = on_its_way(shop)
    events = tuple(
        contract.TrackingData(occurred_at=at, state=state)
        for at, state in [(NOW, State.DELIVERED), (NOW - timedelta(days=9), State.IN_TRANSIT)]
    )
    shipments.track([row.id], contract.Tracking(number=row.tracking_number, events=events))
    look(NOW + timedelta(days=20))
    assert cases() == []


def test_what_came_late_closes_what_was_opened_too_early():
    shop = laden()
    row = on_its_way(shop)
    look()
    told = contract.TrackingData(occurred_at=NOW - timedelta(days=1), state=State.IN_TRANSIT)
    shipments.track([row.id], contract.Tracking(number=row.tracking_number, events=(told,)))
    look()
    assert cases() == [("stuck", "resolved", "gone")]
    Shipment.objects.update(asked_at=NOW + timedelta(days=6))
    look(NOW + timedelta(days=5))  # silent again: another stage, another case
    assert cases() == [("stuck", "resolved", "gone"), ("stuck", "open", "")]


def test_nothing_is_looked_at_before_its_time_nor_after_everything_is_over():
    shop = laden()
    row = on_its_way(shop)
    before = NOW - timedelta(hours=1)
    assert patrol.look_at_parcels(before) == 1
    row.refresh_from_db()
    assert row.watch_at == NOW
    assert patrol.look_at_parcels(before) == 0
    Order.objects.update(is_cancelled=True)
    Shipment.objects.update(watch_at=MONDAY)
    assert patrol.look_at_parcels(NOW) == 1
    row.refresh_from_db()
    assert row.watch_at is None


def test_orders_without_parcels_are_watched_too():
    shop = laden()
    placed(shop, payment=PAID, fulfilment=contract.Fulfilment.OPEN)
    look(MONDAY + timedelta(days=2) - timedelta(seconds=1))
    assert cases() == []
    look(MONDAY + timedelta(days=2))
    assert cases() == [("not_dispatched", "open", "")]
    item = order(number="101", placed_at=MONDAY, payment=PAID, shipments=(parcel(),))
    recording.record(shop, [item])
    look()
    assert cases()[0] == ("not_dispatched", "resolved", "gone")


def test_a_failed_payment_closes_when_it_is_paid():
    shop = laden()
    placed(shop, payment=contract.Payment.FAILED)
    look()
    assert cases() == [("payment", "open", "")]
    placed(shop, payment=PAID)
    look()
    assert ("payment", "resolved", "gone") in cases()


@pytest.mark.parametrize(("stock", "expected"), [(-1, ["stock"]), (0, ["stock"]), (1, []), (None, [])])
def test_an_order_with_a_variant_without_stock(stock, expected):
    shop = laden()
    variant = contract.VariantData(remote_id="v1", sku="MUG", stock=stock)
    recording.record(shop, [contract.ProductData(remote_id="m", title="Kruus", variants=(variant,))])
    line = contract.LineData(remote_id="l1", title="Kruus", quantity=2, sku="MUG", product_id="m", variant_id="v1")
    placed(shop, payment=PAID, fulfilment=contract.Fulfilment.OPEN, lines=(line,))
    look(MONDAY + timedelta(days=1))
    assert [kind for kind, *_ in cases()] == expected


def test_money_that_does_not_go_back():
    shop = laden()
    late = MONDAY + timedelta(days=7)  # five business days
    placed(shop, "1", payment=PAID, paid=4990, is_cancelled=True, cancelled_at=MONDAY)
    row = placed(shop, "2", payment=PAID, refunds=(contract.RefundData(remote_id="r", amount=1, is_pending=True),))
    Refund.objects.update(made_at=MONDAY)
    back = contract.ReturnData(remote_id="x", received_at=MONDAY)
    placed(shop, "3", payment=PAID, fulfilment=contract.Fulfilment.FULFILLED, returns=(back,))
    placed(
        shop,
        "4",
        payment=PAID,
        paid=4990,
        is_cancelled=True,
        cancelled_at=MONDAY,
        refunds=(contract.RefundData(remote_id="r", amount=4990, made_at=MONDAY),),
    )
    look(late - timedelta(seconds=1))
    assert Case.objects.filter(kind=Kind.REFUND).count() == 0
    look(late)
    owed = Case.objects.filter(kind=Kind.REFUND).values_list("order__remote_id", flat=True)
    assert sorted(owed) == ["1", "2", "3"]
    Refund.objects.filter(order=row).update(is_pending=False)
    Order.objects.filter(id=row.id).update(watch_at=MONDAY)
    look(late)
    assert Case.objects.get(order=row, kind=Kind.REFUND).outcome == "gone"


def test_nobody_looks_while_the_first_import_runs():
    shop = laden()
    on_its_way(shop)
    Connection.objects.update(imported_at=None)
    look()
    assert cases() == []
    Connection.objects.update(imported_at=NOW)
    look()
    assert cases() == [("stuck", "open", "")]


def test_a_case_makes_a_notice_only_where_the_shop_says_so_and_never_of_history():
    silent, writing, old, fresh = laden(), laden(), laden(), laden()
    for number, shop in enumerate((silent, writing, old, fresh)):
        on_its_way(shop, str(number))
        if shop is not silent:
            rule(shop, Kind.STUCK)
    Connection.objects.filter(id=fresh.id).update(imported_at=NOW + timedelta(hours=1))
    Order.objects.filter(connection=old).update(placed_at=MONDAY - timedelta(days=40))
    look()
    assert len(cases()) == 4
    assert list(Notice.objects.values_list("shop", flat=True)) == [writing.shop_id]


@pytest.mark.parametrize("kind", [Kind.LATE, Kind.PAYMENT])
def test_another_file_of_the_shops_past_is_no_news(kind):
    """A first file ended the import long ago; a second one brings what was wrong before it came."""
    shop = laden()
    rule(shop, kind)
    now = datetime.now(UTC)
    given = {"placed_at": now - timedelta(days=9), "promised_on": (now - timedelta(days=3)).date(), "updated_at": None}
    given["fulfilment"] = contract.Fulfilment.OPEN
    payment = contract.Payment.FAILED if kind == Kind.PAYMENT else contract.Payment.PAID
    recording.record(shop, [order("old", payment=payment, **given)], historic=True)
    patrol.look_at_orders(datetime.now(UTC))
    assert Case.objects.filter(kind=kind).count() == 1
    assert not Notice.objects.exists()
    recording.record(shop, [order("new", payment=payment, **given)])
    patrol.look_at_orders(datetime.now(UTC))
    assert [notice.order.remote_id for notice in Notice.objects.all()] == ["new"]


def test_what_becomes_wrong_after_a_file_came_is_told():
    shop = laden()
    rule(shop, Kind.LATE)
    now = datetime.now(UTC)
    tomorrow = (now + timedelta(days=1)).date()
    given = {"payment": PAID, "fulfilment": contract.Fulfilment.OPEN, "placed_at": now, "updated_at": None}
    item = order("1", promised_on=tomorrow, **given)
    recording.record(shop, [item], historic=True)
    Order.objects.update(watch_at=now)
    patrol.look_at_orders(now + timedelta(days=4))
    assert Notice.objects.filter(name="late").count() == 1


def test_two_parcels_late_for_one_reason_are_told_once():
    shop = laden()
    rule(shop, Kind.LATE)
    two = (parcel("p1", state=State.IN_TRANSIT), parcel("p2", tracking_number="2", state=State.IN_TRANSIT))
    fields = {"promised_on": date(2026, 11, 17), "payment": PAID}
    placed(shop, shipments=two, **fields)
    look()
    assert [kind for kind, *_ in cases()] == ["late", "late"]
    assert Notice.objects.count() == 1


def test_a_killed_watch_leaves_nothing_half_done():
    on_its_way(laden())
    with pytest.raises(RuntimeError), transaction.atomic():
        patrol.look_at_parcels(NOW)
        assert Case.objects.exists()
        raise RuntimeError
    assert not Case.objects.exists()
    assert Shipment.objects.get().watch_at == MONDAY
    look()
    assert len(cases()) == 1


def test_a_batch_costs_the_same_however_many_are_fine():
    shop = laden()
    counts = []
    for number in (1, 3):
        for each in range(number):
            on_its_way(shop, f"{number}{each}")
        with CaptureQueriesContext(
            database,
        ) as queries:
            patrol.look_at_parcels(NOW - timedelta(hours=1))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_routes_are_learned_from_what_was_delivered():
    shop = laden()
    now = datetime.now(UTC)
    for number in range(40):
        row = on_its_way(shop, str(number))
        handed = now - timedelta(days=9)
        hours = 20 + number  # 20 … 59
        Shipment.objects.filter(id=row.id).update(
            state="delivered", handed_at=handed, delivered_at=handed + timedelta(hours=hours)
        )
        for at in (handed, handed + timedelta(hours=hours // 2), handed + timedelta(hours=hours)):
            TrackingEvent.objects.create(shipment=row, occurred_at=at, state="in_transit")
    assert learning.learn() == 1
    route = Route.objects.get()
    assert (route.carrier, route.country, route.parcels) == ("dhl", "DE", 40)
    assert route.transit_hours == 58  # 95 % of 39 steps above 20 is 57.05, rounded up
    assert route.silence_hours == 29  # half of it, of the 38th of 40
    Shipment.objects.update(delivered_at=now - timedelta(days=100), handed_at=now - timedelta(days=101))
    assert learning.learn() == 0
    assert not Route.objects.exists()
