"""The time a search may take, and how many there may be at once: it must not slow down what the desk is for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

AT_ONCE = 3  # searches of one process; it answers pages with eight threads
PATIENCE_SECONDS = 1.0  # how long a search waits for its turn
PAGE_MILLISECONDS = 1_500
TYPING_MILLISECONDS = 400
# One search takes one processor, and goes through what it found row by row: whole tables are never gone through.
_LIMITS = """
SELECT set_config('statement_timeout', %s, true), set_config('max_parallel_workers_per_gather', '0', true),
       set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('jit', 'off', true)
"""
_NO_LIMITS = """
SET LOCAL statement_timeout TO DEFAULT; SET LOCAL max_parallel_workers_per_gather TO DEFAULT;
SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT; SET LOCAL jit TO DEFAULT
"""
_slots = threading.BoundedSemaphore(AT_ONCE)
T = TypeVar("T")


class Busy(Exception):
    """Others are searching, and none of them was done in time."""


class Budget:
    """What is left of one search's time. When it is spent the search ends with what it has.

    It runs from the first question to the database on: the first search of a process loads a dictionary before.
    """

    def __init__(self, milliseconds: int) -> None:
        self._seconds = milliseconds / 1000
        self._ends: float | None = None
        self._is_cut = False

    @property
    def left(self) -> int:
        """Milliseconds."""
        if self._ends is None:
            self._ends = time.monotonic() + self._seconds
        return max(int((self._ends - time.monotonic()) * 1000), 0)

    @property
    def is_spent(self) -> bool:
        return self._is_cut or not self.left

    def run(self, ask: Callable[[], T]) -> T | None:
        """What `ask` finds in the database; None when the time was over before."""
        if self.is_spent:
            return None
        is_inside = connection.in_atomic_block
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_LIMITS, [str(max(self.left, 1))])
                answer = ask()
                if is_inside:  # else the limits end with the transaction
                    cursor.execute(_NO_LIMITS)
            return answer
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            self._is_cut = True
            return None


@contextmanager
def taking(milliseconds: int) -> Iterator[Budget]:
    """A turn to search and the time for it. Raises Busy."""
    if not _slots.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        yield Budget(milliseconds)
    finally:
        _slots.release()
