"""One process tree: keeps the embedded PostgreSQL and the child processes alive, and ends them all together.

A child that ends is started again at once, then after 1, 2, 4 … 30 seconds while it keeps ending; a minute of life
resets this. A pipe held open by the supervisor is the children's lifeline: they stop when it closes, so a killed
supervisor leaves no web or worker behind. Needs no Django.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from shopbell import embedded

STOP_SECONDS = 10
STEADY_SECONDS = 60
LONGEST_PAUSE_SECONDS = 30
LOOK_SECONDS = 1.0


class AlreadyRunning(Exception):
    """Another supervisor works on the same data folder."""


@dataclass
class Child:
    """A process to keep alive: `arguments` follow `python -m shopbell`, `keep_open` are inherited files."""

    name: str
    arguments: Sequence[str]
    keep_open: tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    failures: int = 0


def say(message: str) -> None:
    """One line for each thing that happens, with the time of day."""
    print(time.strftime("%H:%M:%S"), message, flush=True)


@contextmanager
def sole(data: Path) -> Iterator[None]:
    """Hold the data folder for the length of a block; AlreadyRunning when another process does."""
    with (data / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"Shopbell runs already on {data} (process {lock.read().strip() or 'unknown'}). "
                "Stop that one first, or set SHOPBELL_DATA to another folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class Supervisor:
    """Runs `children` until SIGTERM, SIGINT or SIGHUP; `data` is the embedded server's folder, None without one."""

    def __init__(self, children: Sequence[Child], data: Path | None) -> None:
        self.children = list(children)
        self.data = data
        self.lifeline = -1
        self.database_failures = 0
        self.database_due_at = 0.0

    def run(self) -> None:
        """Block until told to stop; all children have ended when this returns (the database is the caller's)."""
        self.lifeline, held = os.pipe()
        with _signals() as wake:
            while True:
                self._look_after_database()
                for child in self.children:
                    self._look_after(child)
                if _wait(wake, self._nap_seconds()):
                    break
            self._stop_children()
        os.close(self.lifeline)
        os.close(held)

    def _nap_seconds(self) -> float:
        waiting = [child.due_at - time.monotonic() for child in self.children if child.process is None]
        return max(min([LOOK_SECONDS, *waiting]), 0.0)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is not None and child.process.poll() is not None:
            child.failures = 0 if now - child.started_at > STEADY_SECONDS else child.failures + 1
            child.due_at = now + pause_seconds(child.failures)
            say(f"{child.name} ended ({_reason(child.process.returncode)}), starts again {_when(child.failures)}")
            child.process = None
        if child.process is None and now >= child.due_at:
            self._start(child)

    def _start(self, child: Child) -> None:
        child.started_at = time.monotonic()
        child.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "shopbell", *child.arguments],
            stdin=subprocess.DEVNULL,
            pass_fds=(self.lifeline, *child.keep_open),
            env={**os.environ, **child.environment, "SHOPBELL_LIFELINE": str(self.lifeline)},
            start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops the others in order
        )
        say(f"{child.name} started (process {child.process.pid})")

    def _look_after_database(self) -> None:
        now = time.monotonic()
        if self.data is None or now < self.database_due_at or embedded.is_alive(self.data):
            return
        say("the database ended, starts again")
        try:
            embedded.start(self.data)
            self.database_failures = 0
            say("the database runs again")
        except embedded.EmbeddedError as error:
            self.database_failures += 1
            say(f"{error} (next try {_when(self.database_failures + 1)})")
        self.database_due_at = now + pause_seconds(self.database_failures + 1)

    def _stop_children(self) -> None:
        say("stopping")
        processes = [child.process for child in self.children if child.process is not None]
        for process in processes:
            with suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is not None:
                _end(child.name, child.process, deadline)


def pause_seconds(failures: int) -> float:
    """How long to wait before start number `failures` + 1 in a row: 0, 0, 1, 2, 4 … 30 seconds."""
    return 0.0 if failures <= 1 else float(min(2 ** (failures - 2), LONGEST_PAUSE_SECONDS))


def _end(name: str, process: subprocess.Popen[bytes], deadline: float) -> None:
    try:
        process.wait(max(deadline - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        say(f"{name} did not stop within {STOP_SECONDS} seconds and is killed")
        process.kill()
        process.wait()


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _when(failures: int) -> str:
    seconds = pause_seconds(failures)
    return f"in {seconds:.0f} s" if seconds else "at once"


@contextmanager
def _signals() -> Iterator[int]:
    """A file descriptor that becomes readable, with the signal's number, at a signal that concerns the supervisor."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    old_wakeup = signal.set_wakeup_fd(writer)
    caught = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
    old = {number: signal.signal(number, lambda *_: None) for number in caught}
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(old_wakeup)
        for number, handler in old.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)


def _wait(wake: int, seconds: float) -> bool:
    """Sleep until a signal or the time is up; was it one that means stop?"""
    ready, _, _ = select.select([wake], [], [], seconds)
    return bool(ready) and any(number != signal.SIGCHLD for number in os.read(wake, 100))
