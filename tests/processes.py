"""Real processes on the tests' database, to be killed in the middle of their work."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from django.conf import settings

from tests import mailservers

ROOT = Path(__file__).resolve().parents[1]


def environment() -> dict[str, str]:
    """What a process needs to work on the tests' database and data folder."""
    given = urlsplit(os.environ["DATABASE_URL"])
    name = settings.DATABASES["default"]["NAME"]
    return {
        **os.environ,
        "DATABASE_URL": f"{given.scheme}://{given.netloc}/{name}?{given.query}",
        "SHOPBELL_DATA": str(settings.DATA),
        "PYTHONPATH": str(ROOT / "src"),
        "SHOPBELL_LOG": "ERROR",
    }


class Killable:
    """A `python -m shopbell …` that is killed without warning and started again."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = arguments
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "shopbell", *self.arguments]
        self.process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        if self.process.poll() is None:
            self.kill()


class Sink:
    """An SMTP server that keeps every mail it took: by Message-ID, how often."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.mails: list[bytes] = []
        self.refusals: list[str] = []  # answers given instead of 250, first come first served
        self._controller = Controller(
            self, hostname="127.0.0.1", port=mailservers.free_port(), data_size_limit=60_000_000
        )

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        content: bytes = envelope.original_content  # type: ignore[attr-defined]
        self.taken[str(message_from_bytes(content)["Message-ID"])] += 1
        self.mails.append(content)
        return "250 taken"

    @property
    def port(self) -> int:
        return self._controller.port

    @contextlib.contextmanager
    def running(self) -> Iterator[Sink]:
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()


def wait_until(condition: Callable[[], object], seconds: float = 30, what: Callable[[], object] = str) -> None:
    """Look every 50 ms until it is true; fails after so many seconds, telling `what()`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"did not happen in time: {what()}"
        time.sleep(0.05)
