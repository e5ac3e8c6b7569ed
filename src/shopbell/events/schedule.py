"""Periodic jobs. However many workers there are, each job runs once per period."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from shopbell.events.models import Schedule

log = logging.getLogger(__name__)
Job = Callable[[], None]
_jobs: dict[str, tuple[Job, int]] = {}


def every(*, seconds: int) -> Callable[[Job], Job]:
    """Run the function every so many seconds, the first time as soon as a worker starts."""

    def decorate(job: Job) -> Job:
        _jobs[f"{job.__module__}.{job.__qualname__}"] = (job, seconds)
        return job

    return decorate


def run_due() -> int:
    """Run the jobs that are due; an error is kept on the row and the job is tried again at its next turn."""
    now = timezone.now()
    Schedule.objects.bulk_create([Schedule(name=name, due_at=now) for name in _jobs], ignore_conflicts=True)
    due = list(Schedule.objects.filter(name__in=_jobs, due_at__lte=now))
    return sum(_run(row) for row in due)


def _run(row: Schedule) -> bool:
    job, seconds = _jobs[row.name]
    now = timezone.now()
    claimed = Schedule.objects.filter(name=row.name, due_at=row.due_at)
    if not claimed.update(due_at=now + timedelta(seconds=seconds), ran_at=now):
        return False
    error = ""
    try:
        job()
    except Exception as problem:
        log.exception("%s failed", row.name)
        error = f"{type(problem).__name__}: {problem}"[:2000]
    Schedule.objects.filter(name=row.name).exclude(error=error).update(error=error)
    return True
