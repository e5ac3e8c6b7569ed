"""Two at once, on purpose: one holds what the other needs, until the other waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tests import processes

SECONDS = 20


@contextmanager
def waiting(work: Callable[[], object], then: Callable[[], object] | None = None) -> Iterator[list[BaseException]]:
    """A transaction in which the block holds something; then `work` runs in a thread until it waits for that, and
    `then` is done before it is let go. What `work` raised is in the list afterwards."""
    raised: list[BaseException] = []
    thread = threading.Thread(target=_run, args=(work, raised))
    with transaction.atomic():
        yield raised
        thread.start()
        processes.wait_until(lambda: _somebody_waits() or not thread.is_alive())
        assert thread.is_alive(), f"it never came to wait: {raised}"
        if then is not None:
            then()
    _join([thread])


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """All of them begin at the same instant; what they raised."""
    barrier, raised = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        barrier.wait(10)
        work()

    threads = [threading.Thread(target=_run, args=(lambda work=work: run(work), raised)) for work in works]
    for thread in threads:
        thread.start()
    _join(threads)
    return raised


def _join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()


def _run(work: Callable[[], object], raised: list[BaseException]) -> None:
    try:
        work()
    except BaseException as error:
        raised.append(error)
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
