"""Two at once, on purpose: one holds what the other needs, until the other waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tests import processes


@contextmanager
def waiting(work: Callable[[], object]) -> Iterator[list[BaseException]]:
    """A transaction in which the block holds something; then `work` runs in a thread until it waits for that. What
    `work` raised is in the list afterwards."""
    raised: list[BaseException] = []
    thread = threading.Thread(target=_run, args=(work, raised))
    with transaction.atomic():
        yield raised
        thread.start()
        processes.wait_until(lambda: _somebody_waits() or not thread.is_alive())
    thread.join(60)


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """All of them begin at the same instant; what they raised."""
    raised: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        _run(work, raised)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def _run(work: Callable[[], object], raised: list[BaseException]) -> None:
    try:
        work()
    except Exception as error:
        raised.append(error)
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
