"""A private Shopbell to measure: its own data folder, embedded database and processes; nothing else is touched."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 60


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "shopbell", *arguments]


def run(*arguments: str) -> str:
    """A command of Shopbell to its end; returns what it printed. Raises CalledProcessError."""
    return subprocess.run(command(*arguments), check=True, stdout=subprocess.PIPE, text=True).stdout


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command that goes on for the length of a block."""
    child = subprocess.Popen(command(*arguments), stdout=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.terminate()
        child.wait(30)


@contextmanager
def web(listener: socket.socket) -> Iterator[subprocess.Popen[bytes]]:
    """A web process on a socket that listens already, from when it says that it is ready."""
    number = listener.fileno()
    child = subprocess.Popen(command("web", "--fd", str(number)), stdout=subprocess.PIPE, pass_fds=(number,))
    assert child.stdout is not None
    try:
        next(line for line in child.stdout if b"ready" in line)
        yield child
    finally:
        child.terminate()
        child.wait(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(port: int) -> None:
    """Until the server accepts connections. Raises TimeoutError."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


def use(data: Path) -> None:
    """Make `data` the data folder of this process and all it starts."""
    data.mkdir(parents=True, exist_ok=True)
    os.environ["SHOPBELL_DATA"] = str(data.resolve())
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    os.environ.setdefault("SHOPBELL_LOG", "ERROR")


def descendants(pid: int) -> list[int]:
    """The process and all below it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(stat[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Processor time they used so far, those children included that have ended."""
    ticks = 0
    for pid in pids:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, stat[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def postmaster(data: Path) -> int:
    """The embedded database's main process."""
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def megabytes(pids: list[int]) -> float:
    """Their memory: each page counted once however many of them share it (PSS)."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
