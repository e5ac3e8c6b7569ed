"""`./shopbell serve`: the embedded database (or DATABASE_URL), web and workers as one process tree."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys

from shopbell import installation, supervisor
from shopbell.supervisor import Child, say

MOST_PROCESSES = 64  # of one kind


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default %(default)s)")
    parser.add_argument("--webs", type=count, default=1, help="web processes, on one address (default %(default)s)")
    parser.add_argument("--workers", type=count, default=1, help="worker processes (default %(default)s)")
    parser.add_argument(
        "--proxy", default="127.0.0.1", help="addresses of reverse proxies to trust (default %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP. 1 when it cannot begin: the port is taken, or it runs already."""
    try:
        with supervisor.sole(installation.data_folder()), listen(options.host, options.port) as listener:
            os.environ.setdefault("SHOPBELL_URL", f"http://localhost:{listener.getsockname()[1]}")
            run_tree(listener, options.webs, options.workers, options.proxy)
    except (supervisor.AlreadyRunning, OSError) as error:
        print(f"shopbell: {error}", file=sys.stderr)
        return 1
    return 0


def count(text: str) -> int:
    """How many processes. Raises ValueError for what is no number of them."""
    number = int(text)
    if not 1 <= number <= MOST_PROCESSES:
        raise ValueError(text)
    return number


def run_tree(listener: socket.socket, webs: int, workers: int, proxy: str) -> None:
    """Database, webs and workers (which migrate first); blocks until told to stop, then ends all of it."""
    own_server = installation.has_own_server()
    say("starting the database" if not own_server else "using the database of DATABASE_URL")
    with installation.database():
        children = [web(listener, proxy, number, webs) for number in range(webs)]
        children += [worker(number, workers) for number in range(workers)]
        supervisor.Supervisor(children, None if own_server else installation.data_folder()).run()
    say("stopped")


def listen(host: str, port: int) -> socket.socket:
    """The listening socket. The supervisor keeps it, so that nobody is refused while web is being restarted."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(f"cannot listen on {host}, port {port}: {error.strerror}. Choose another with --port.") from None
    listener.listen(1024)
    return listener


def web(listener: socket.socket, proxy: str, number: int = 0, webs: int = 1) -> Child:
    """Web server `number` of `webs`, all on the supervisor's socket: whoever is free takes the next connection."""
    name = _numbered("web", number, webs)
    arguments = ["web", "--fd", str(listener.fileno()), "--proxy", proxy]
    return Child(name, arguments, (listener.fileno(),), {"SHOPBELL_PROCESS": f"shopbell {name}"})


def worker(number: int, workers: int) -> Child:
    """Worker `number` of `workers`."""
    name = _numbered("worker", number, workers)
    return Child(name, ["worker"], environment={"SHOPBELL_PROCESS": f"shopbell {name}"})


def _numbered(name: str, number: int, of: int) -> str:
    return name if of == 1 else f"{name} {number + 1}"


def migrate() -> int:
    """Bring the tables up to date in a process of its own: this one stays small."""
    command = [sys.executable, "-P", "-m", "shopbell", "migrate"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, env=dict(os.environ), check=False).returncode
