"""Publishing and delivering: nothing lost, nothing twice, failures parked where a person sees them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from shopbell.events import bus, delivery, schedule
from shopbell.events.models import Delivery, Event, Schedule

seen: list[int] = []


@bus.event_type("tests.rang")
@dataclass(frozen=True, kw_only=True)
class Rang(bus.DomainEvent):
    number: int
    conversation_id: int = 0


@bus.subscribe(Rang)
def listen(event: Rang) -> None:
    """Odd numbers fail, 100 asks for later."""
    seen.append(event.number)
    Event.objects.create(name="tests.effect", data={"number": event.number})
    if event.number == 100:
        raise delivery.Later(30, effect=lambda: Event.objects.create(name="tests.later", data={}))
    if event.number % 2:
        raise ValueError("odd")


@pytest.fixture(autouse=True)
def _forget() -> None:
    seen.clear()


def effects() -> list[int]:
    return [row.data["number"] for row in Event.objects.filter(name="tests.effect").order_by("id")]


@pytest.mark.django_db
def test_an_event_is_logged_and_delivered_once():
    bus.publish(Rang(number=2, conversation_id=7), actor=3)
    logged = Event.objects.get(name="tests.rang")
    assert (logged.data, logged.conversation_id, logged.actor_id) == ({"number": 2, "conversation_id": 7}, 7, 3)
    assert delivery.deliver("inside", 10) == 1
    assert delivery.deliver("inside", 10) == 0
    assert effects() == [2]
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_a_rolled_back_change_publishes_nothing():
    with pytest.raises(RuntimeError), transaction.atomic():
        bus.publish(Rang(number=2))
        raise RuntimeError
    assert not Event.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_a_failing_handler_leaves_no_effect_and_is_tried_again_later():
    bus.publish(Rang(number=1))
    bus.publish(Rang(number=2))
    assert delivery.deliver("inside", 10) == 2
    assert effects() == [2]
    row = Delivery.objects.get()
    assert (row.attempts, row.error, row.parked_at) == (1, "ValueError: odd", None)
    assert timedelta(seconds=2) < row.due_at - timezone.now() < timedelta(seconds=5)
    assert delivery.deliver("inside", 10) == 0


@pytest.mark.django_db
def test_what_keeps_failing_is_parked_and_can_be_retried():
    bus.publish(Rang(number=1))
    for _ in range(delivery.MAX_ATTEMPTS):
        Delivery.objects.update(due_at=timezone.now())
        assert delivery.deliver("inside", 10) == 1
    row = Delivery.objects.get()
    assert row.parked_at is not None
    assert delivery.deliver("inside", 10) == 0
    assert delivery.retry_parked(row.id) is True
    assert delivery.retry_parked(row.id) is False
    assert delivery.deliver("inside", 10) == 1


@pytest.mark.django_db
def test_later_undoes_what_was_done_and_counts_as_no_failure():
    bus.publish(Rang(number=100))
    delivery.deliver("inside", 10)
    row = Delivery.objects.get()
    assert effects() == []
    assert (row.attempts, row.parked_at) == (0, None)
    assert timedelta(seconds=28) < row.due_at - timezone.now() <= timedelta(seconds=30)
    assert Event.objects.filter(name="tests.later").count() == 1


@pytest.mark.django_db
def test_a_timer_waits_for_its_time_and_is_not_logged():
    bus.publish(Rang(number=2), at=timezone.now() + timedelta(hours=1))
    assert not Event.objects.filter(name="tests.rang").exists()
    assert delivery.deliver("inside", 10) == 0
    Delivery.objects.update(due_at=timezone.now())
    assert delivery.deliver("inside", 10) == 1


@pytest.mark.django_db
def test_the_same_key_is_owed_once():
    bus.publish(Rang(number=2), key="a")
    bus.publish(Rang(number=4), key="a")
    bus.publish(Rang(number=6), key="b")
    assert sorted(Delivery.objects.values_list("data__number", flat=True)) == [2, 6]


@pytest.mark.django_db
def test_a_delivery_whose_code_is_gone_is_kept():
    bus.publish(Rang(number=2))
    Delivery.objects.update(handler="shopbell.nowhere")
    delivery.deliver("inside", 10)
    assert Delivery.objects.get().error == "LookupError: no handler is called shopbell.nowhere"


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work_and_double_none():
    for number in range(0, 80, 2):
        bus.publish(Rang(number=number))

    def work() -> None:
        while delivery.deliver("inside", 3):
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(effects()) == list(range(0, 80, 2))


@pytest.mark.django_db(transaction=True)
def test_a_locked_row_is_passed_over_not_waited_for():
    bus.publish(Rang(number=2))
    bus.publish(Rang(number=4))
    first = Delivery.objects.order_by("id").first()
    taken = threading.Event()
    release = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Delivery.objects.select_for_update().get(id=first.id)
            taken.set()
            release.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait(10)
    assert delivery.deliver("inside", 10) == 1
    release.set()
    thread.join()
    assert effects() == [4]


@pytest.mark.django_db
def test_a_job_runs_once_per_period_and_keeps_its_error():
    ran: list[int] = []

    def job() -> None:
        ran.append(1)
        raise RuntimeError("broken")

    name = f"{job.__module__}.{job.__qualname__}"
    schedule.every(seconds=600)(job)
    try:
        schedule.run_due()
        schedule.run_due()
        assert ran == [1]
        assert Schedule.objects.get(name=name).error == "RuntimeError: broken"
        Schedule.objects.filter(name=name).update(due_at=timezone.now() - timedelta(seconds=1))
        schedule.run_due()
        assert ran == [1, 1]
    finally:
        schedule._jobs.pop(name)


def test_every_event_type_is_frozen_and_carries_no_text():
    allowed = {"int", "int | None", "bool", "float", "str"}
    for cls in bus.event_types():
        assert cls.__dataclass_params__.frozen, cls
        assert {field.type for field in cls.__dataclass_fields__.values() if "ClassVar" not in field.type} <= allowed
