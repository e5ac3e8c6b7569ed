from datetime import timedelta

import pytest
from django.utils import timezone

from shopbell.core.health import Finding, Level, ok
from shopbell.events import checks
from shopbell.events.models import Delivery, Heartbeat, Schedule

pytestmark = pytest.mark.django_db


def ago(**duration: float):
    return timezone.now() - timedelta(**duration)


def owed(**fields):
    return Delivery.objects.create(handler="a.b", lane="inside", event_name="x", data={}, **fields)


def test_a_quiet_installation_is_well():
    Heartbeat.objects.create(name="one:1", at=ago(seconds=9))
    Schedule.objects.create(name="poll", due_at=timezone.now())
    assert checks.findings() == [
        ok("worker", "1 alive"),
        ok("outbox", "nothing waits"),
        ok("parked", "nothing was given up"),
        ok("schedule", "all periodic jobs went well"),
    ]


def test_no_worker_is_worth_a_look_and_a_silent_one_a_failure():
    assert checks.worker().level is Level.WARN
    Heartbeat.objects.create(name="one:1", at=ago(minutes=10))
    assert checks.worker() == Finding(
        Level.FAIL, "worker", "silent for 10 min: nothing is fetched, filed or sent; see its log"
    )


def test_the_outbox_fails_when_the_oldest_waits_too_long():
    owed(due_at=ago(seconds=5))
    assert checks.outbox() == ok("outbox", "waiting: 1, the oldest for 5 s")
    owed(due_at=ago(minutes=7))
    assert checks.outbox() == Finding(Level.FAIL, "outbox", "waiting: 2, the oldest for 7 min. Is a worker running?")


def test_what_is_due_later_or_parked_does_not_wait():
    owed(due_at=timezone.now() + timedelta(hours=1))
    owed(due_at=ago(hours=1), parked_at=ago(minutes=5), error="550 no such user")
    assert checks.outbox() == ok("outbox", "nothing waits")
    assert checks.parked() == Finding(Level.WARN, "parked", "1 given up, an admin may retry it: 550 no such user")


def test_a_failing_job_is_named():
    Schedule.objects.create(name="mailboxes", due_at=timezone.now(), error="boom")
    assert checks.schedule() == Finding(Level.FAIL, "schedule", "mailboxes: boom")
