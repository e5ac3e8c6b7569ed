"""`./shopbell serve`: the embedded database (or DATABASE_URL), web and workers as one process tree."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys

from shopbell import installation, supervisor
from shopbell.supervisor import Child, say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="worker processes (default %(default)s)")
    parser.add_argument(
        "--proxy", default="127.0.0.1", help="addresses of reverse proxies to trust (default %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP. 1 when it cannot begin: the port is taken, or it runs already."""
    try:
        with supervisor.sole(installation.data_folder()), listen(options.host, options.port) as listener:
            run_tree(listener, options.workers, options.proxy)
    except (supervisor.AlreadyRunning, OSError) as error:
        print(f"shopbell: {error}", file=sys.stderr)
        return 1
    return 0


def run_tree(listener: socket.socket, workers: int, proxy: str) -> None:
    """Database, web and workers (which migrate first); blocks until told to stop, then ends all of it."""
    own_server = installation.has_own_server()
    say("starting the database" if not own_server else "using the database of DATABASE_URL")
    with installation.database():
        children = [web(listener, proxy), *(worker(number, workers) for number in range(workers))]
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


def web(listener: socket.socket, proxy: str) -> Child:
    """The web server on the supervisor's socket."""
    arguments = ["web", "--fd", str(listener.fileno()), "--proxy", proxy]
    return Child("web", arguments, (listener.fileno(),), {"SHOPBELL_PROCESS": "shopbell web"})


def worker(number: int, workers: int) -> Child:
    """Worker `number` of `workers`."""
    name = "worker" if workers == 1 else f"worker {number + 1}"
    return Child(name, ["worker"], environment={"SHOPBELL_PROCESS": f"shopbell {name}"})


def migrate() -> int:
    """Bring the tables up to date in a process of its own: this one stays small."""
    command = [sys.executable, "-P", "-m", "shopbell", "migrate"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, env=dict(os.environ), check=False).returncode
