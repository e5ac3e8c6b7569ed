"""Doctor's questions to the worker and the outbox."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
        return warn(_("worker"), _("none is running: start ./shopbell serve (or worker)"))
    silent = timezone.now() - latest.at
    if silent > SILENT:
        words = _("silent for {time}: nothing is fetched, filed or sent; see its log")
        return fail(_("worker"), words.format(time=_age(silent)))
    alive = Heartbeat.objects.filter(at__gt=timezone.now() - SILENT).count()
    return ok(_("worker"), _("{n} alive").format(n=alive))


def outbox() -> Finding:
    """How long has the oldest delivery that is due been waiting?"""
    due = Delivery.objects.filter(parked_at=None, due_at__lte=timezone.now())
    oldest = due.aggregate(oldest=Min("due_at"))["oldest"]
    if oldest is None:
        return ok(_("outbox"), _("nothing waits"))
    waiting = timezone.now() - oldest
    known = {"n": due.count(), "time": _age(waiting)}
    if waiting > LATE:
        return fail(_("outbox"), _("waiting: {n}, the oldest for {time}. Is a worker running?").format(**known))
    return ok(_("outbox"), _("waiting: {n}, the oldest for {time}").format(**known))


def parked() -> Finding:
    """Deliveries given up after all tries."""
    stuck = Delivery.objects.exclude(parked_at=None)
    if latest := stuck.order_by("-parked_at").first():
        words = ngettext(
            "{n} given up, an admin may retry it: {error}",
            "{n} given up, an admin may retry them; the last: {error}",
            number := stuck.count(),
        )
        return warn(_("parked"), words.format(n=number, error=latest.error[-200:]))
    return ok(_("parked"), _("nothing was given up"))


def schedule() -> Finding:
    """Periodic jobs that failed last time."""
    failing = [f"{job.name}: {job.error[-200:]}" for job in Schedule.objects.exclude(error="")]
    if failing:
        return fail(_("schedule"), "; ".join(failing))
    return ok(_("schedule"), _("all periodic jobs went well"))


def _age(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
