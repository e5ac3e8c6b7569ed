"""`./shopbell demo`: a demo shop on a database of its own, opened on a free port, with sign-ins printed."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import suppress
from pathlib import Path

from shopbell import embedded, installation, supervisor
from shopbell.commands.serve import listen, migrate, web, worker
from shopbell.supervisor import say

SIGN_INS = "demo.json"
OWN_FOLDER = installation.ROOT / "var" / "demo"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, help="port to listen on (default 8000, or a free one when that is taken)")
    parser.add_argument("--fresh", action="store_true", help="throw the former demo away and begin anew")


def run(options: argparse.Namespace) -> int:
    """Serve the demo until Ctrl-C. Its data are kept in var/demo, or where SHOPBELL_DATA says."""
    data = folder()
    os.environ.pop("DATABASE_URL", None)
    try:
        with supervisor.sole(data), free_listener(options.host, options.port) as listener:
            if options.fresh or (data == OWN_FOLDER and not (data / SIGN_INS).exists()):  # or it was interrupted
                clear(data)
            return serve(data, listener)
    except (supervisor.AlreadyRunning, OSError) as error:
        print(f"shopbell: {error}", file=sys.stderr)
        return 1


def folder() -> Path:
    """The demo's own data folder, used by this process and its children from now on."""
    chosen = installation.data_folder()
    data = OWN_FOLDER if chosen == OWN_FOLDER.parent else chosen
    installation.use_data_folder(data)
    return data


def serve(data: Path, listener: socket.socket) -> int:
    host, port = listener.getsockname()[:2]
    address = f"http://{host}:{port}"
    os.environ.setdefault("SHOPBELL_URL", address)
    os.environ["SHOPBELL_DEMO"] = "1"  # its shop system, which has no network behind it
    say("starting the database")
    with installation.database():
        say("making the tables")
        if migrate() or fill():
            return 1
        threading.Thread(target=announce, args=(data, address), daemon=True).start()
        supervisor.Supervisor([web(listener, "127.0.0.1"), worker(0, 1)], data).run()
    say("stopped")
    return 0


def fill() -> int:
    """The demo's shop and conversations, made by a process of its own when the database is empty."""
    command = [sys.executable, "-P", "-m", "shopbell", "demo-data"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


def clear(data: Path) -> None:
    """Remove a former demo. Refuses, with FileNotFoundError, a folder in which no demo was made."""
    if data != OWN_FOLDER and any(data.glob("postgres/*")) and not (data / SIGN_INS).exists():
        raise FileNotFoundError(f"{data} holds data that are not a demo's: --fresh removes only what demo made")
    embedded.stop(data)
    for name in ("postgres", "files"):
        shutil.rmtree(data / name, ignore_errors=True)
    (data / SIGN_INS).unlink(missing_ok=True)


def free_listener(host: str, port: int | None) -> socket.socket:
    """The port asked for; without one 8000, or any that is free."""
    if port is not None:
        return listen(host, port)
    try:
        return listen(host, 8000)
    except OSError:
        return listen(host, 0)


def announce(data: Path, address: str) -> None:
    """Print the sign-ins once the pages are there, or should be."""
    with suppress(OSError):  # any answer will do; the connection waits for the web server to start
        urllib.request.urlopen(address, timeout=60).close()
    rows = json.loads((data / SIGN_INS).read_text())
    print(f"\n  Shopbell's demo: {address}\n", flush=True)
    for role, email, password in rows:
        print(f"  {role:16} {email:32} {password}")
    print("\n  Ctrl-C ends it; the next start goes on with the same data (--fresh: begin anew).\n", flush=True)
