"""Endless and periodic work on the mirror: read the shops' changes, sweep, import, look after their health."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import close_old_connections, transaction
from django.db import connection as database
from django.db.models import F, Q
from django.utils import timezone

from shopbell.commerce import events, queries
from shopbell.commerce.models import CarrierAccount, Connection
from shopbell.commerce.operations import asking, companions, doing, pushing, syncing
from shopbell.events import bus, schedule

log = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 2
SYNC_LOCK = 7_306  # first half of the advisory locks that keep two workers from reading one shop
CARRIER_LOCK = 7_304  # the same for asking one carrier
ASK_AGAIN_SECONDS = 30
READ_EVERY, SWEEP_EVERY, CHECK_EVERY = timedelta(minutes=10), timedelta(hours=24), timedelta(hours=1)
SWEEPS_AT = range(1, 5)  # o'clock, UTC: while shops sleep
IMPORTED_AT_ONCE_SECONDS = 20  # then another shop has its turn
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 10, 900


@bus.in_background
def mirror_shops(stopping: threading.Event) -> None:
    """Do what is due for each shop, one after the other; a failing one is tried again at growing intervals."""
    pauses: dict[int, tuple[float, float]] = {}  # connection → (not before, by the monotonic clock; pause in seconds)
    while not stopping.is_set():
        close_old_connections()
        for row in Connection.objects.filter(is_active=True).select_related("shop").order_by("read_at", "id"):
            if stopping.is_set():
                return
            if time.monotonic() >= pauses.get(row.id, (0.0, 0.0))[0]:
                _look_after(row, stopping, pauses)
        stopping.wait(LOOK_AGAIN_SECONDS)


def _look_after(row: Connection, stopping: threading.Event, pauses: dict[int, tuple[float, float]]) -> None:
    try:
        with _alone(row.id) as is_mine:
            if is_mine:
                do_what_is_due(Connection.objects.select_related("shop").get(id=row.id), stopping)
        pauses.pop(row.id, None)
    except Exception as error:
        log.warning("connection %s: %s", row.id, error)
        syncing.note_failure(row, error)
        _pause(pauses, row.id, error)


def _pause(pauses: dict[int, tuple[float, float]], number: int, error: Exception) -> None:
    """Each failure in a row doubles the pause, and the far side may want a longer one."""
    pause = min(max(pauses.get(number, (0.0, 0.0))[1] * 2, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
    pauses[number] = (time.monotonic() + max(pause, getattr(error, "retry_after_seconds", None) or 0), pause)


@contextmanager
def _alone(number: int, lock: int = SYNC_LOCK) -> Iterator[bool]:
    """Whether this worker is the one to ask that far side; the lock also ends with a dead worker."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock, number])
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock, number])


def do_what_is_due(row: Connection, stopping: threading.Event) -> None:
    """Read a shop's changes, sweep it, go on with its first import, and look after its health. Raises ShopError."""
    now = timezone.now()
    if _is_due(row.read_at, now, READ_EVERY):
        syncing.read_changes(row, stopping.is_set)
        syncing.note_success(row, read_at=now)
    if not syncing.is_imported(row):
        syncing.import_everything(row, _for_a_while(stopping))
    elif now.hour in SWEEPS_AT and _is_due(row.swept_at, now, SWEEP_EVERY):
        syncing.sweep(row, stopping.is_set)
        syncing.note_success(row, swept_at=now)
    if _is_due(row.checked_at, now, CHECK_EVERY):
        syncing.check_health(row)


def _is_due(last: datetime | None, now: datetime, interval: timedelta) -> bool:
    return last is None or last <= now - interval


def _for_a_while(stopping: threading.Event) -> Callable[[], bool]:
    until = time.monotonic() + IMPORTED_AT_ONCE_SECONDS
    return lambda: stopping.is_set() or time.monotonic() > until


@bus.in_background
def ask_carriers(stopping: threading.Event) -> None:
    """Ask the carriers about open parcels that are due; one that gives no answers is tried at growing intervals."""
    pauses: dict[int, tuple[float, float]] = {}
    while not stopping.is_set():
        close_old_connections()
        ask_carriers_once(stopping, pauses)
        stopping.wait(ASK_AGAIN_SECONDS)


def ask_carriers_once(stopping: threading.Event, pauses: dict[int, tuple[float, float]]) -> None:
    """One round over all accounts that are switched on."""
    accounts = list(CarrierAccount.objects.filter(is_active=True).order_by("id"))
    asking.forget_unserved(accounts)
    for account in accounts:
        if stopping.is_set() or time.monotonic() < pauses.get(account.id, (0.0, 0.0))[0]:
            continue
        try:
            with _alone(account.id, CARRIER_LOCK) as is_mine:
                if is_mine:
                    asking.ask(account, accounts, stopping.is_set)
                    asking.note_success(account)
            pauses.pop(account.id, None)
        except Exception as error:
            log.warning("carrier account %s: %s", account.id, error)
            asking.note_failure(account, error)
            _pause(pauses, account.id, error)


@schedule.every(seconds=60)
def raise_alarms() -> None:
    """Tell that a shop could not be read for half an hour, once."""
    for row in queries.failing_for_long(Connection).filter(Q(alarmed_at=None) | Q(alarmed_at__lt=F("failing_since"))):
        _raise_alarm(row)


@transaction.atomic
def _raise_alarm(row: Connection) -> None:
    if Connection.objects.filter(id=row.id, alarmed_at=row.alarmed_at).update(alarmed_at=timezone.now()):
        bus.publish(events.ConnectionFailing(connection_id=row.id))


@schedule.every(seconds=3600)
def empty_old_pushes() -> None:
    """Give up the bodies of pushes that were understood weeks ago."""
    pushing.tidy()


@schedule.every(seconds=60)
def doubt_actions() -> None:
    """What was on its way when a worker died may have been done or not: read it back."""
    doing.doubt_lost()


@schedule.every(seconds=24 * 3600)
def count_companions() -> None:
    """What is bought together in each shop."""
    for row in Connection.objects.filter(is_active=True).order_by("id"):
        companions.count(row)
