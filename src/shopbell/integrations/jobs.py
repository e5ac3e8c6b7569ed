"""Endless and periodic work of integrations: send to webhooks, forget what is old.

A thread serves one webhook at a time and for a short turn only, so one that is slow, or never reads, holds up nobody
but itself. Of several workers one serves a webhook: an advisory lock, which ends with a dead worker's connection.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection

from shopbell.events import bus, schedule
from shopbell.integrations import operations, queries, sending
from shopbell.integrations.models import Webhook

log = logging.getLogger(__name__)

THREADS = 4
LOOK_AGAIN_SECONDS = 1.0
TURN_SECONDS = 10.0
SENDER_LOCK = 7_303  # first half of the advisory locks that keep two workers from serving one webhook


@bus.in_background
def send_to_webhooks(stopping: threading.Event) -> None:
    """Give every webhook that is owed something a turn, again and again."""
    running: dict[int, Future[None]] = {}
    with ThreadPoolExecutor(THREADS) as pool:
        while not stopping.wait(LOOK_AGAIN_SECONDS):
            running = {number: turn for number, turn in running.items() if not turn.done()}
            for number in queries.owed():
                if number not in running:
                    running[number] = pool.submit(take_turn, number, stopping)


def take_turn(webhook_id: int, stopping: threading.Event) -> None:
    """Send what is due, the oldest first, for TURN_SECONDS or until something fails."""
    try:
        if _is_alone(webhook_id):
            _send_for(webhook_id, time.monotonic() + TURN_SECONDS, stopping)
    except Exception:  # of a thread of the pool nobody else would hear
        log.exception("webhook %s", webhook_id)
    finally:
        connection.close()  # lets the lock go, too


def _is_alone(webhook_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SENDER_LOCK, webhook_id % 2**31])
        return bool(cursor.fetchone()[0])


def _send_for(webhook_id: int, until: float, stopping: threading.Event) -> None:
    while time.monotonic() < until and not stopping.is_set():
        webhook = Webhook.objects.filter(id=webhook_id, is_active=True).first()
        dispatch = queries.next_dispatch(webhook_id) if webhook else None
        if webhook is None or dispatch is None or not sending.send(dispatch, webhook):
            return


@schedule.every(seconds=600)
def tidy_up() -> None:
    """Forget answers and uploads after a day, the log of webhooks after thirty; in chunks."""
    chores: tuple[Callable[[], int], ...] = (
        operations.forget_answers,
        operations.forget_uploads,
        operations.forget_dispatches,
    )
    for chore in chores:
        while chore():
            pass
