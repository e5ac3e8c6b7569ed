"""Open parcels are asked about when it is time, kindly, and no longer than there is hope."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from shopbell.commerce import contract, jobs
from shopbell.commerce.models import CarrierAccount, Shipment
from shopbell.commerce.operations import asking, recording
from tests.commerce.standin import Reply, Request, StandIn, serving
from tests.commerce.things import connect, order, parcel

pytestmark = pytest.mark.django_db


class GlsHere(StandIn):
    """GLS's own interface, as far as it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.parcels: dict[str, dict[str, Any]] = {}

    def answer(self, request: Request) -> Reply:
        if request.path.endswith("/token"):
            return Reply(body={"access_token": "t0k", "expires_in": 3600})
        asked = request.path.rsplit("/", 1)[1].split(",")
        missing = {"errorCode": "E_404_01"}
        return Reply(body={"parcels": [{"requested": one, **self.parcels.get(one, missing)} for one in asked]})

    def scans(self, number: str, *codes: str, when: datetime | None = None) -> None:
        start = (when or timezone.now()) - timedelta(hours=len(codes))
        events = [
            {"code": code, "country": "DE", "eventDateTime": (start + timedelta(hours=at)).isoformat()}
            for at, code in enumerate(codes)
        ]
        self.parcels[number] = {"status": "INTRANSIT", "events": events[::-1]}


@pytest.fixture
def gls() -> Iterator[GlsHere]:
    with serving(GlsHere()) as there:
        yield there


def account(there: StandIn | None, carrier: str = "gls", **fields: Any) -> CarrierAccount:
    settings = {"api_key": "k", "api_secret": "s"}
    if there:
        settings |= {"address": f"{there.url}/track", "token_address": f"{there.url}/token"}
    number = CarrierAccount.objects.count()
    given = {"carrier": carrier, "name": f"account {number}", "key": f"key{number}", "settings": settings, **fields}
    return CarrierAccount.objects.create(**given)


def parcels(*numbers: str, carrier: str = "GLS", placed_at: datetime | None = None) -> list[Shipment]:
    connection = connect()
    placed_at = placed_at or timezone.now() - timedelta(days=1)
    items = [
        order(str(at), number=str(at), placed_at=placed_at, shipments=(parcel(tracking_number=one, carrier=carrier),))
        for at, one in enumerate(numbers)
    ]
    recording.record(connection, items)
    return list(Shipment.objects.order_by("id"))


def ask(row: CarrierAccount, *others: CarrierAccount) -> int:
    return asking.ask(row, [row, *others], lambda: False)


def again(number: str) -> timedelta | None:
    """In how long a parcel is asked about again, to the minute."""
    row = Shipment.objects.get(tracking_number=number)
    return row.ask_at and timedelta(minutes=round((row.ask_at - timezone.now()).total_seconds() / 60))


def test_states_come_in_and_the_next_question_follows_from_them(gls: GlsHere) -> None:
    parcels("1", "2", "3", "4")
    gls.scans("1", "INTIAL.NORMAL", "INBOUD.NORMAL")
    gls.scans("2", "INBOUD.NORMAL", "OUTDEL.NORMAL")
    gls.scans("3", "OUTDEL.NORMAL", "DELIVD.NORMAL")
    assert ask(account(gls)) == 3
    assert [row.state for row in Shipment.objects.order_by("id")] == [
        *("in_transit", "out_for_delivery", "delivered", "unknown"),
    ]
    hours = [timedelta(hours=6), timedelta(hours=1), None, timedelta(hours=6)]
    assert [again(number) for number in ("1", "2", "3", "4")] == hours
    assert all(row.asked_at for row in Shipment.objects.all())


def test_nobody_is_asked_before_it_is_time(gls: GlsHere) -> None:
    parcels("1")
    row = account(gls)
    gls.scans("1", "INBOUD.NORMAL")
    ask(row)
    gls.calls.clear()
    assert ask(row) == 0
    assert gls.calls == []


def test_ten_at_once_and_the_token_is_kept(gls: GlsHere) -> None:
    parcels(*(str(number) for number in range(25)))
    row = account(gls)
    ask(row)
    assert [len(call.path.split(",")) for call in gls.asked("GET")] == [10, 10, 5]
    assert len(gls.asked("POST", "/token")) == 1
    Shipment.objects.update(ask_at=timezone.now())
    ask(CarrierAccount.objects.get())
    assert len(gls.asked("POST", "/token")) == 1


def test_sixty_silent_days_are_enough(gls: GlsHere) -> None:
    parcels("1", placed_at=timezone.now() - timedelta(days=61))
    assert again("1") is None
    Shipment.objects.update(ask_at=timezone.now())
    assert ask(account(gls)) == 0
    assert gls.calls == []
    assert again("1") is None


def test_a_parcel_that_is_old_but_speaks_is_asked_about(gls: GlsHere) -> None:
    parcels("1", placed_at=timezone.now() - timedelta(days=90))
    Shipment.objects.update(last_event_at=timezone.now() - timedelta(days=59), ask_at=timezone.now())
    ask(account(gls))
    assert again("1") == timedelta(hours=6)


def test_the_same_events_again_are_no_news(gls: GlsHere) -> None:
    (row,) = parcels("1")
    gls.scans("1", "INTIAL.NORMAL", "INBOUD.NORMAL")
    mine = account(gls)
    assert ask(mine) == 1
    Shipment.objects.update(ask_at=timezone.now())
    assert ask(mine) == 0
    assert row.events.count() == 2


def test_one_refused_number_does_not_hold_up_the_others(gls: GlsHere) -> None:
    parcels("1", "2", "3")
    gls.scans("3", "OUTDEL.NORMAL")
    gls.fault(400, part="/track", times=1)
    gls.fault(400, part="/track/2", times=1)
    assert ask(account(gls)) == 1
    assert [again(one) for one in ("1", "2", "3")] == [timedelta(hours=6), timedelta(hours=6), timedelta(hours=1)]


def test_an_account_that_refuses_everything_fails(gls: GlsHere) -> None:
    parcels("1", "2")
    gls.fault(400, part="/track", times=99)
    with pytest.raises(contract.Refused):
        ask(account(gls))


def test_two_orders_in_one_parcel(gls: GlsHere) -> None:
    parcels("1", "1")
    gls.scans("1", "OUTDEL.NORMAL")
    ask(account(gls))
    assert [row.state for row in Shipment.objects.all()] == ["out_for_delivery"] * 2


def test_an_aggregator_is_asked_about_what_no_other_serves(gls: GlsHere) -> None:
    parcels("1", "2", carrier="GLS")
    Shipment.objects.filter(tracking_number="2").update(carrier="")
    direct, wide = account(gls), account(None, "aftership")
    assert [row.tracking_number for row in asking.due(direct, [direct, wide])] == ["1"]
    assert [row.tracking_number for row in asking.due(wide, [direct, wide])] == ["2"]
    assert [row.tracking_number for row in asking.due(wide, [wide])] == ["1", "2"]


def test_parcels_nobody_can_be_asked_about_wait_until_somebody_can(gls: GlsHere) -> None:
    parcels("1")
    other = account(None, "ups")
    assert asking.forget_unserved([other]) == 1
    assert again("1") is None
    mine = account(gls)
    assert asking.ask_again(mine) == 1
    assert asking.forget_unserved([other, mine]) == 0
    assert asking.forget_unserved([account(None, "aftership")]) == 0
    assert again("1") == timedelta(0)


def test_a_round_goes_past_a_failing_account_and_shows_it(gls: GlsHere) -> None:
    parcels("1")
    broken = account(gls, "ups", settings={"client_id": "i", "client_secret": "s", "token_address": f"{gls.url}/no"})
    gls.fault(429, part="/no", headers={"Retry-After": "1800"}, times=1)
    Shipment.objects.create(
        order=Shipment.objects.get().order, remote_id="u", carrier="ups", tracking_number="1Z", ask_at=timezone.now()
    )
    mine = account(gls)
    gls.scans("1", "INBOUD.NORMAL")
    pauses: dict[int, tuple[float, float]] = {}
    jobs.ask_carriers_once(threading.Event(), pauses)
    broken.refresh_from_db()
    mine.refresh_from_db()
    assert broken.failing_since is not None
    assert "429" in broken.error
    assert mine.failing_since is None
    assert Shipment.objects.get(tracking_number="1").state == "in_transit"
    assert list(pauses) == [broken.id]
    assert pauses[broken.id][1] == jobs.SHORTEST_PAUSE_SECONDS
    jobs.ask_carriers_once(threading.Event(), pauses)
    assert len(gls.asked("POST", "/no")) == 1


def test_pauses_grow_and_end() -> None:
    pauses: dict[int, tuple[float, float]] = {}
    lengths = []
    for _try in range(9):
        jobs._pause(pauses, 1, contract.Transient("x"))
        lengths.append(pauses[1][1])
    assert lengths == [10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_an_account_that_answers_again_is_well(gls: GlsHere) -> None:
    row = account(gls, failing_since=timezone.now(), error="down")
    parcels("1")
    jobs.ask_carriers_once(threading.Event(), {})
    row.refresh_from_db()
    assert (row.failing_since, row.error) == (None, "")


def test_an_aggregator_says_which_carrier_it_is(gls: GlsHere) -> None:
    parcels("1", carrier="Home delivery")
    made = contract.Tracking(
        number="1",
        carrier="gls",
        events=(contract.TrackingData(occurred_at=timezone.now(), state=contract.State.IN_TRANSIT),),
    )
    assert asking.shipments.track(Shipment.objects.values_list("id", flat=True), made)
    assert Shipment.objects.get().carrier == "gls"
