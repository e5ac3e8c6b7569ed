"""`./shopbell report punctuality`: exact figures by the shops' own calendars."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from shopbell.commands import report
from shopbell.commerce import contract, punctuality
from shopbell.commerce.models import Order, Shipment
from shopbell.commerce.operations import recording, shipments
from shopbell.knowledge import policies
from shopbell.shops.models import Shop
from tests.commerce.things import connect, order, parcel

pytestmark = pytest.mark.django_db
FULFILLED = contract.Fulfilment.FULFILLED


def shop(zone: str = "Europe/Tallinn", slug: str = "hallik") -> Shop:
    return Shop.objects.create(name=slug, slug=slug, time_zone=zone)


def sold(where: Shop, *items: dict[str, Any]) -> None:
    """Orders promised for a day; those with `delivered` are with their consumer since then."""
    connection = connect(where)
    for at, given in enumerate(items):
        delivered = given.pop("delivered", None)
        fields = {"promised_on": date(2026, 7, 10), "fulfilment": FULFILLED, "shipments": (parcel(),), **given}
        recording.record(connection, [order(str(at), number=str(at), **fields)])
        if delivered:
            ids = Shipment.objects.filter(order__connection=connection, order__remote_id=str(at)).values_list("id")
            event = contract.TrackingData(occurred_at=delivered, state=contract.State.DELIVERED)
            shipments.track([number for (number,) in ids], contract.Tracking(number="1", events=(event,)))


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    report.arguments(parser)
    return report.run(parser.parse_args(["punctuality", *words]))


def read(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run("--json", *words) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize(
    ("zone", "promised", "delivered", "late"),
    [
        ("Europe/Tallinn", date(2026, 7, 10), datetime(2026, 7, 10, 20, 59, tzinfo=UTC), 0),
        ("Europe/Tallinn", date(2026, 7, 10), datetime(2026, 7, 10, 21, 0, tzinfo=UTC), 1),
        ("Europe/Tallinn", date(2026, 7, 10), datetime(2026, 7, 10, 23, 30, tzinfo=UTC), 1),
        ("Europe/London", date(2026, 7, 10), datetime(2026, 7, 10, 22, 30, tzinfo=UTC), 0),
        ("Europe/London", date(2026, 7, 10), datetime(2026, 7, 10, 23, 30, tzinfo=UTC), 1),
        ("UTC", date(2026, 7, 10), datetime(2026, 7, 10, 23, 30, tzinfo=UTC), 0),
        ("Atlantic/Azores", date(2026, 7, 10), datetime(2026, 7, 10, 23, 59, tzinfo=UTC), 0),
        ("Atlantic/Azores", date(2026, 7, 10), datetime(2026, 7, 11, 0, 0, tzinfo=UTC), 1),
        # Winter begins on 25 October 2026 at 01:00 UTC: midnight in Tallinn is at 21:00 UTC before and 22:00 after.
        ("Europe/Tallinn", date(2026, 10, 24), datetime(2026, 10, 24, 21, 30, tzinfo=UTC), 1),
        ("Europe/Tallinn", date(2026, 10, 25), datetime(2026, 10, 25, 21, 30, tzinfo=UTC), 0),
        ("Europe/Tallinn", date(2026, 10, 25), datetime(2026, 10, 25, 22, 0, tzinfo=UTC), 1),
        # Summer begins on 29 March 2026 at 01:00 UTC.
        ("Europe/Tallinn", date(2026, 3, 28), datetime(2026, 3, 28, 21, 59, tzinfo=UTC), 0),
        ("Europe/Tallinn", date(2026, 3, 29), datetime(2026, 3, 29, 21, 30, tzinfo=UTC), 1),
        ("America/New_York", date(2026, 7, 10), datetime(2026, 7, 11, 3, 59, tzinfo=UTC), 0),
        ("America/New_York", date(2026, 7, 10), datetime(2026, 7, 11, 4, 0, tzinfo=UTC), 1),
    ],
)
def test_the_day_is_the_shop_s(zone: str, promised: date, delivered: datetime, late: int) -> None:
    where = shop(zone)
    sold(where, {"promised_on": promised, "delivered": delivered})
    found = punctuality.of(where, datetime(2026, 11, 1, tzinfo=UTC))
    assert (found.delivered, found.late, found.open_past_promise) == (1, late, 0)


def test_what_counts_and_what_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    in_time, too_late = datetime(2026, 7, 9, 12, tzinfo=UTC), datetime(2026, 7, 12, 12, tzinfo=UTC)
    where = shop()
    sold(
        where,
        {"delivered": in_time},
        {"delivered": in_time},
        {"delivered": too_late},
        {"promised_on": None, "delivered": too_late},
        {},
        {"is_cancelled": True},
        {"is_cancelled": True, "delivered": too_late},
        {"refunds": (contract.RefundData(remote_id="r", amount=4990),)},
        {"refunds": (contract.RefundData(remote_id="r", amount=100),)},
        {"fulfilment": contract.Fulfilment.READY, "is_pickup": True, "shipments": ()},
        {"fulfilment": contract.Fulfilment.DELIVERED, "shipments": ()},
        {"fulfilment": contract.Fulfilment.OPEN, "shipments": (), "promised_on": policies.today(where)},
        {"fulfilment": contract.Fulfilment.OPEN, "shipments": (), "promised_on": date(2099, 1, 1)},
    )
    answer = read(capsys)
    assert (answer["delivered"], answer["late"], answer["open_past_promise"]) == (3, 1, 2)
    assert answer["late_share"] == 0.3333


def test_a_parcel_shop_is_not_the_consumer(capsys: pytest.CaptureFixture[str]) -> None:
    sold(shop(), {})
    event = contract.TrackingData(
        occurred_at=datetime(2026, 7, 9, tzinfo=UTC), state=contract.State.AVAILABLE_FOR_PICKUP
    )
    shipments.track([Shipment.objects.get().id], contract.Tracking(number="1", events=(event,)))
    answer = read(capsys)
    assert (answer["delivered"], answer["open_past_promise"]) == (0, 1)


def test_what_the_shop_deleted_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    sold(shop(), {})
    Order.objects.update(gone_at=timezone.now())
    assert read(capsys)["open_past_promise"] == 0


def test_the_day_is_over_only_when_it_is_over_in_the_shop() -> None:
    where = shop("Europe/Tallinn")
    sold(where, {"promised_on": date(2026, 7, 10)})
    midnight = datetime(2026, 7, 10, 21, 0, tzinfo=UTC)
    assert punctuality.of(where, midnight - timedelta(seconds=1)).open_past_promise == 0
    assert punctuality.of(where, midnight).open_past_promise == 1


def test_shops_beside_each_other_and_together(capsys: pytest.CaptureFixture[str]) -> None:
    night = datetime(2026, 7, 10, 21, 30, tzinfo=UTC)
    sold(shop("Europe/Tallinn", "b-tallinn"), {"delivered": night})
    sold(shop("Europe/London", "a-london"), {"delivered": night}, {"delivered": night})
    answer = read(capsys)
    assert list(answer) == [
        *("report", "as_of", "from", "to", "delivered", "late", "late_share", "open_past_promise", "shops"),
    ]
    assert (answer["report"], answer["from"], answer["to"]) == ("punctuality", None, None)
    assert (answer["delivered"], answer["late"], answer["late_share"], answer["open_past_promise"]) == (3, 1, 0.3333, 0)
    assert answer["shops"] == [
        {
            **{"shop": "a-london", "time_zone": "Europe/London", "delivered": 2, "late": 0, "late_share": 0.0},
            "open_past_promise": 0,
        },
        {
            **{"shop": "b-tallinn", "time_zone": "Europe/Tallinn", "delivered": 1, "late": 1, "late_share": 1.0},
            "open_past_promise": 0,
        },
    ]
    assert read(capsys, "--shop", "a-london")["delivered"] == 2


def test_from_and_to_are_promised_days_and_both_count(capsys: pytest.CaptureFixture[str]) -> None:
    sold(
        shop(),
        *({"promised_on": date(2026, 7, day), "delivered": datetime(2026, 8, 1, tzinfo=UTC)} for day in (9, 10, 11)),
    )
    assert read(capsys, "--from", "2026-07-10")["late"] == 2
    assert read(capsys, "--to", "2026-07-10")["late"] == 2
    answer = read(capsys, "--from", "2026-07-10", "--to", "2026-07-10")
    assert (answer["late"], answer["from"], answer["to"]) == (1, "2026-07-10", "2026-07-10")


def test_nothing_is_no_share(capsys: pytest.CaptureFixture[str]) -> None:
    shop()
    assert read(capsys)["late_share"] is None


def test_words(capsys: pytest.CaptureFixture[str]) -> None:
    sold(shop(), {"delivered": datetime(2026, 7, 12, tzinfo=UTC)}, {"delivered": datetime(2026, 7, 9, tzinfo=UTC)})
    assert run() == 0
    assert capsys.readouterr().out == "hallik  2 delivered, 1 late (50.0%), 0 open past their promise\n"


def test_what_cannot_be_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--shop", "nobody") == 2
    assert run("--from", "2026-07-11", "--to", "2026-07-10") == 2
    assert "there is no shop 'nobody'" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run("--from", "July")


def test_a_past_delivery_nobody_dated_is_neither_late_nor_open():
    """A file says "delivered" and not when: what is not known is not made up."""
    where = shop()
    connection = connect(where)
    known = parcel("p1", state=contract.State.DELIVERED, delivered_at=datetime(2026, 7, 9, tzinfo=UTC))
    undated = parcel("p2", state=contract.State.DELIVERED)
    for number, parcels in (("1", (undated,)), ("2", (known,)), ("3", (known, undated))):
        item = order(number, number=number, promised_on=date(2026, 7, 10), fulfilment=FULFILLED, shipments=parcels)
        recording.record(connection, [item], historic=True)
        recording.record(connection, [item])
    found = punctuality.of(where, datetime(2026, 11, 1, tzinfo=UTC))
    assert (found.delivered, found.late, found.open_past_promise) == (1, 0, 0)


def test_a_delivery_the_shop_tells_of_is_of_now():
    where = shop()
    recording.record(connect(where), [order("1", shipments=(parcel("p1", state=contract.State.DELIVERED),))])
    assert timezone.now() - Shipment.objects.get().delivered_at < timedelta(minutes=5)
