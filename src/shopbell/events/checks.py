"""Doctor's questions to the worker and the outbox."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from shopbell.core.health import Finding, fail, ok, warn
from shopbell.events.models import Delivery, Heartbeat, Schedule

SILENT = timedelta(minutes=1)  # a worker writes every ten seconds
LATE = timedelta(minutes=1)


def findings() -> list[Finding]:
    return [worker(), outbox(), parked(), schedule()]


def worker() -> Finding:
    """Is some worker alive?"""
    latest = Heartbeat.objects.order_by("-at").first()
    if latest is None:
        return warn("worker", "none is running: start ./shopbell serve (or worker)")
    silent = timezone.now() - latest.at
    if silent > SILENT:
        return fail("worker", f"silent for {_age(silent)}: nothing is fetched, filed or sent; see its log")
    return ok("worker", f"{Heartbeat.objects.filter(at__gt=timezone.now() - SILENT).count()} alive")


def outbox() -> Finding:
    """How long has the oldest delivery that is due been waiting?"""
    due = Delivery.objects.filter(parked_at=None, due_at__lte=timezone.now())
    oldest = due.aggregate(oldest=Min("due_at"))["oldest"]
    if oldest is None:
        return ok("outbox", "nothing waits")
    waiting = timezone.now() - oldest
    if waiting > LATE:
        return fail("outbox", f"{due.count()} wait, the oldest for {_age(waiting)}: is a worker running?")
    return ok("outbox", f"{due.count()} wait, the oldest for {_age(waiting)}")


def parked() -> Finding:
    """Deliveries given up after all tries."""
    stuck = Delivery.objects.exclude(parked_at=None)
    if latest := stuck.order_by("-parked_at").first():
        return warn("parked", f"{stuck.count()} given up, to be retried by an admin; the last: {latest.error[-200:]}")
    return ok("parked", "nothing was given up")


def schedule() -> Finding:
    """Periodic jobs that failed last time."""
    failing = [f"{job.name}: {job.error[-200:]}" for job in Schedule.objects.exclude(error="")]
    return fail("schedule", "; ".join(failing)) if failing else ok("schedule", "all periodic jobs went well")


def _age(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
