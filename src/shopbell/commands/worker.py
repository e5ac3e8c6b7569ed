"""`./shopbell worker`: delivers events, fetches and sends mail, runs the schedule."""

from __future__ import annotations

import argparse
import os
import signal
import threading

from shopbell.commands import migrate
from shopbell.core.collecting import collect_rarely
from shopbell.events import worker
from shopbell.supervisor import say

BEHIND = 5  # of niceness: where processors are short, pages somebody waits for go first


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=1, help="threads for events (default %(default)s)")


def run(options: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT, then end what is being done and return."""
    if migrate.run(argparse.Namespace(verbosity=0)):
        return 1
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    os.nice(BEHIND)
    collect_rarely()
    say("worker is ready")
    worker.run(stopping, options.concurrency)
    return 0
