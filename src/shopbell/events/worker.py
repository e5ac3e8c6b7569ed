"""A worker process: delivers both lanes, runs the schedule and the endless tasks, until told to stop."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import psycopg
from django.db import close_old_connections, connection
from django.utils import timezone

from shopbell.events import bus, delivery, schedule
from shopbell.events.models import Delivery, Heartbeat

log = logging.getLogger(__name__)
BATCH = 25
OUTSIDE_THREADS = 2
DEAD_FOR = timedelta(days=1)
TOGETHER_SECONDS = 0.05  # what comes within it is delivered together
LONGEST_NAP_SECONDS = 1.0  # a wake-up that got lost costs no more than this


def run(stopping: threading.Event, concurrency: int = 1) -> None:
    """Work until `stopping` is set. `concurrency`: threads that handle the inside lane (one is best below 4 cores)."""
    alarms = {lane.value: threading.Event() for lane in Delivery.Lane}
    inside, outside = Delivery.Lane.INSIDE.value, Delivery.Lane.OUTSIDE.value
    tasks: list[Callable[[], None]] = [lambda: _listen(stopping, alarms), lambda: _tick(stopping)]
    tasks += [lambda: _drain(inside, BATCH, stopping, alarms[inside])] * concurrency
    tasks += [lambda: _drain(outside, 1, stopping, alarms[outside])] * OUTSIDE_THREADS
    tasks += [lambda task=task: task(stopping) for task in bus.background.values()]  # type: ignore[misc]
    threads = [threading.Thread(target=_keep_going, args=(task, stopping)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _keep_going(task: Callable[[], None], stopping: threading.Event) -> None:
    """Begin again after an error (the database was away), a second later."""
    while not stopping.is_set():
        try:
            task()
        except Exception:
            log.exception("a worker thread failed and starts again")
            stopping.wait(1)
        finally:
            connection.close()


def _drain(lane: str, limit: int, stopping: threading.Event, alarm: threading.Event) -> None:
    """Deliver until told to stop. Threads of one lane share its alarm: who puts it out looks for work right after."""
    while not stopping.is_set():
        alarm.clear()
        if not delivery.deliver(lane, limit):
            alarm.wait(LONGEST_NAP_SECONDS)
            stopping.wait(TOGETHER_SECONDS)
            close_old_connections()


def _listen(stopping: threading.Event, alarms: Mapping[str, threading.Event]) -> None:
    """Ring the alarm of the lane something was published on. A connection of its own, for LISTEN holds it."""
    with psycopg.connect(bus.listening_address("shopbell worker"), autocommit=True) as listener:
        listener.execute(f"LISTEN {bus.WAKE_CHANNEL}")
        for alarm in alarms.values():
            alarm.set()
        while not stopping.is_set():
            for notice in listener.notifies(timeout=LONGEST_NAP_SECONDS):
                alarms[notice.payload].set()


def beat(name: str) -> None:
    """Say that this worker is alive, and forget those that died long ago without a word."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
    Heartbeat.objects.filter(at__lt=now - DEAD_FOR).delete()


def _tick(stopping: threading.Event) -> None:
    name = f"{socket.gethostname()}:{os.getpid()}"
    beats = 0
    while not stopping.wait(1):
        schedule.run_due()
        if beats % 10 == 0:
            beat(name)
        beats += 1
    Heartbeat.objects.filter(name=name).delete()
