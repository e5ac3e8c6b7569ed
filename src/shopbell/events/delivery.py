"""Deliver what is owed, with retries, from as many workers as there are.

A worker locks due rows (`SKIP LOCKED`), runs their handlers and deletes the rows, all in one transaction: a crash at
any point leaves every row as it was, free for the next worker at once. So a handler that only touches the database
takes effect exactly once, and one that talks to the world at least once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from shopbell.core import text
from shopbell.events import bus
from shopbell.events.models import Delivery

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 10
LONGEST_PAUSE_SECONDS = 3600
LONGEST_BATCH_SECONDS = 0.5


@bus.event_type("events.parked_retried")
@dataclass(frozen=True, kw_only=True)
class ParkedRetried(bus.DomainEvent):
    """Somebody had parked work tried again."""

    delivery_id: int


class Later(Exception):
    """A handler asks to be tried again in `seconds`: its effects so far are undone, only `effect` is carried out.

    Not counted as a failure: the handler keeps its own count.
    """

    def __init__(self, seconds: int, effect: Callable[[], object] = lambda: None) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds
        self.effect = effect


class Instead(Exception):
    """A handler never will be able to do its work: what it did is undone, `effect` is carried out, the row is done."""

    def __init__(self, effect: Callable[[], object]) -> None:
        super().__init__("something else instead")
        self.effect = effect


def deliver(lane: str, limit: int) -> int:
    """Deliver up to `limit` due rows of a lane in one transaction; returns how many were taken.

    A deadlock or a lost connection undoes the whole batch; then one row is taken by itself.
    """
    if limit == 1:
        return _deliver_alone(lane)
    try:
        return _deliver_batch(lane, limit)
    except OperationalError:
        connection.close()
        return _deliver_alone(lane)


def _due(lane: str, limit: int) -> list[Delivery]:
    """The rows that are owed longest, locked; those another worker has are passed over."""
    rows = Delivery.objects.select_for_update(skip_locked=True)
    return list(rows.filter(lane=lane, due_at__lte=Now(), parked_at__isnull=True).order_by("due_at", "id")[:limit])


def _deliver_batch(lane: str, limit: int) -> int:
    """What a handler locked stays locked until the batch ends, so a slow batch ends before its last row."""
    done: list[int] = []
    taken = 0
    with transaction.atomic():
        began = time.monotonic()
        for row in _due(lane, limit):
            if taken and time.monotonic() - began > LONGEST_BATCH_SECONDS:
                break
            taken += 1
            if _attempt(row):
                done.append(row.id)
        if done:
            Delivery.objects.filter(id__in=done).delete()
    return taken


def _deliver_alone(lane: str) -> int:
    """Deliver one row. What the database refuses every time counts as its failure, or it would be the next for ever."""
    row: Delivery | None = None
    try:
        with transaction.atomic():
            row = next(iter(_due(lane, 1)), None)
            if row is not None and _attempt(row):
                Delivery.objects.filter(id=row.id).delete()
    except OperationalError as error:
        connection.close()
        if row is None:
            raise
        _postpone_undone(row, error)
    return int(row is not None)


def _postpone_undone(row: Delivery, error: Exception) -> None:
    """Note the failure unless another worker has the row meanwhile. Raises OperationalError: the database is away."""
    with transaction.atomic():
        rows = Delivery.objects.select_for_update(skip_locked=True).filter(attempts=row.attempts, parked_at=None)
        if same := rows.filter(id=row.id).first():
            _postpone(same, error)


def _attempt(row: Delivery) -> bool:
    """Run one handler in a savepoint; a failure is noted on the row and tried again later, or parked."""
    try:
        with transaction.atomic():
            bus.handle(row)
    except OperationalError:
        raise
    except Later as later:
        _put_off(row, later)
    except Instead as instead:
        instead.effect()
        return True
    except Exception as error:
        log.exception("%s failed", row)
        _postpone(row, error)
    else:
        return True
    return False


def _put_off(row: Delivery, later: Later) -> None:
    try:
        with transaction.atomic():
            row.due_at = timezone.now() + timedelta(seconds=later.seconds)
            row.save(update_fields=["due_at"])
            later.effect()
    except OperationalError:
        raise
    except Exception as error:
        log.exception("%s could not be put off", row)
        _postpone(row, error)


def _postpone(row: Delivery, error: Exception) -> None:
    row.attempts += 1
    row.error = text.clean(f"{type(error).__name__}: {error}")[:2000]
    row.due_at = timezone.now() + timedelta(seconds=min(4**row.attempts, LONGEST_PAUSE_SECONDS))
    if row.attempts >= MAX_ATTEMPTS:
        row.parked_at = timezone.now()
    row.save(update_fields=["attempts", "error", "due_at", "parked_at"])


def retry_parked(delivery_id: int, *, actor: int) -> bool:
    """Give a parked row its attempts back; False when it is not parked (any more)."""
    with transaction.atomic():
        retried = Delivery.objects.filter(id=delivery_id, parked_at__isnull=False).update(
            parked_at=None, attempts=0, due_at=Now()
        )
        if retried:
            bus.publish(ParkedRetried(delivery_id=delivery_id), actor=actor)
    return bool(retried)
