"""`./shopbell migrate`: bring the database's tables up to date. Several machines may start at once: one does it."""

from __future__ import annotations

import argparse
import sys

from django.core.management import call_command
from django.db import OperationalError, connection

LOCK = 0x5B0B_3117  # any number; all Shopbell processes use this one


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbosity", type=int, default=0, help="1 names each migration")


def run(options: argparse.Namespace) -> int:
    """Apply what is missing; 1 when the database cannot be reached."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            call_command("migrate", interactive=False, verbosity=options.verbosity)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    except OperationalError as error:
        print(f"shopbell: the database cannot be reached: {error}", file=sys.stderr)
        return 1
    return 0
