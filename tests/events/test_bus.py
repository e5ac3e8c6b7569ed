"""Publishing and delivering: nothing lost, nothing twice, failures parked where a person sees them."""

from __future__ import annotations

import contextlib
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


@bus.event_type("tests.listed")
@dataclass(frozen=True, kw_only=True)
class Listed(bus.DomainEvent):
    number: int


@bus.read_log(Listed, where="EXISTS (SELECT 1 FROM events_heartbeat WHERE name = 'wanted')")
def read(line: Event) -> None:
    raise NotImplementedError


@bus.subscribe(Rang)
def listen(event: Rang) -> None:
    """Odd numbers fail, 100 asks for later, 200 for something else instead."""
    seen.append(event.number)
    Event.objects.create(name="tests.effect", data={"number": event.number})
    if event.number == 100:
        raise delivery.Later(30, effect=lambda: Event.objects.create(name="tests.later", data={}))
    if event.number == 200:
        raise delivery.Instead(lambda: Event.objects.create(name="tests.instead", data={}))
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
def test_a_handler_that_gives_up_leaves_only_what_it_asks_for():
    bus.publish(Rang(number=200))
    assert delivery.deliver("inside", 10) == 1
    assert effects() == []
    assert Event.objects.filter(name="tests.instead").count() == 1
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
    assert delivery.retry_parked(row.id, actor=7) is True
    assert delivery.retry_parked(row.id, actor=7) is False
    assert Event.objects.get(name="events.parked_retried").actor_id == 7
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


@bus.event_type("tests.broke")
@dataclass(frozen=True, kw_only=True)
class Broke(bus.DomainEvent):
    number: int


@bus.subscribe(Broke)
def meet_a_limit(event: Broke) -> None:
    """1 meets a limit of the database each time; 2 asks for later with an effect that cannot be carried out."""
    if event.number == 1:
        with connection.cursor() as cursor:
            cursor.execute("SELECT repeat('x', 3000)::tsvector")
    if event.number == 2:
        raise delivery.Later(30, effect=lambda: Event.objects.create(name="\0", data={}))
    Event.objects.create(name="tests.effect", data={"number": event.number})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [1, 10])
def test_what_the_database_refuses_every_time_does_not_hold_up_the_others(limit: int):
    bus.publish(Broke(number=1))
    for number in (4, 6):
        bus.publish(Broke(number=number))
    for _ in range(4):
        delivery.deliver("inside", limit)
    assert effects() == [4, 6]
    row = Delivery.objects.get()
    assert (row.data, row.attempts, row.parked_at) == ({"number": 1}, 1, None)
    assert row.error.startswith("OperationalError: word is too long")
    assert row.due_at > timezone.now() + timedelta(seconds=2)


@pytest.mark.django_db
def test_an_effect_that_cannot_be_carried_out_is_a_failure_like_any_other():
    bus.publish(Broke(number=2))
    bus.publish(Broke(number=4))
    assert delivery.deliver("inside", 10) == 2
    assert effects() == [4]
    row = Delivery.objects.get()
    assert (row.attempts, row.error[:10]) == (1, "DataError:")


@pytest.mark.django_db
def test_an_error_is_noted_whatever_its_words_are(monkeypatch: pytest.MonkeyPatch):
    def fail(event: Rang) -> None:
        raise ValueError("a\0b\udcffc")

    bus.publish(Rang(number=2))
    monkeypatch.setitem(bus._handlers, Delivery.objects.get().handler, fail)
    delivery.deliver("inside", 10)
    assert Delivery.objects.get().error == "ValueError: abc"


@pytest.mark.django_db
def test_a_batch_that_takes_long_ends_early_and_leaves_the_rest_for_the_next(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivery, "LONGEST_BATCH_SECONDS", -1.0)
    for number in (2, 4, 6):
        bus.publish(Rang(number=number))
    assert [delivery.deliver("inside", 10) for _ in range(4)] == [1, 1, 1, 0]
    assert effects() == [2, 4, 6]


@pytest.mark.django_db(transaction=True)
def test_two_batches_that_lock_each_other_out_lose_and_double_nothing():
    """Each takes what the other has: the database undoes one of them, and its rows are delivered afterwards."""
    first, second = Event.objects.create(name="a", data={}), Event.objects.create(name="b", data={})
    barrier = threading.Barrier(2)
    order = {2: (first.id, second.id), 4: (second.id, first.id)}

    def lock_both(event: Rang) -> None:
        one, other = order[event.number]
        Event.objects.select_for_update().get(id=one)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(3)
        Event.objects.select_for_update().get(id=other)
        Event.objects.create(name="tests.effect", data={"number": event.number})

    for number in order:
        bus.publish(Rang(number=number))
    name = Delivery.objects.first().handler
    plain, bus._handlers[name] = bus._handlers[name], lock_both

    def work() -> None:
        delivery.deliver("inside", 1)
        connection.close()

    try:
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        Delivery.objects.update(due_at=timezone.now())
        barrier.abort()
        delivery.deliver("inside", 10)
    finally:
        bus._handlers[name] = plain
    assert sorted(effects()) == [2, 4]
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_who_wants_nothing_is_owed_nothing():
    bus.publish(Listed(number=1))
    assert not Delivery.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO events_heartbeat (name, at) VALUES ('wanted', now())")
    bus.publish(Listed(number=2))
    assert Delivery.objects.get().data == {"number": 2}
