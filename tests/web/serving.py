"""The real server on the tests' database: uvicorn, hub and pages in a process of its own, on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client

if TYPE_CHECKING:  # conftest files are read before Django is set up
    from shopbell.agents.models import Agent

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """Where the tests' database is, for a process that is not the tests'."""
    at = connection.settings_dict
    who = quote(at["USER"]) + (":" + quote(at["PASSWORD"]) if at["PASSWORD"] else "")
    if str(at["HOST"]).startswith("/"):
        return f"postgresql://{who}@/{at['NAME']}?host={quote(at['HOST'], safe='')}"
    return f"postgresql://{who}@{at['HOST'] or 'localhost'}:{at['PORT'] or 5432}/{at['NAME']}"


@contextmanager
def serving(**environment: str) -> Iterator[str]:
    """The address of a running server, which ends with the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        base = f"http://127.0.0.1:{port}"
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "shopbell", "web", "--fd", str(listener.fileno())],
            cwd=ROOT,
            pass_fds=[listener.fileno()],
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT / "src"),
                "DATABASE_URL": database_url(),
                "SHOPBELL_DATA": str(settings.DATA),
                "SHOPBELL_URL": base,
                **environment,
            },
        )
    try:
        wait_until_up(port)
        yield base
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()


def wait_until_up(port: int, seconds: float = 120) -> None:
    """Until /healthz answers 200. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError):
            probe = HTTPConnection("127.0.0.1", port, timeout=5)
            probe.request("GET", "/healthz")
            if probe.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError("the server did not come up")


def session_cookie(agent: Agent) -> str:
    """A signed-in agent's Cookie header."""
    client = Client()
    client.force_login(agent)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
