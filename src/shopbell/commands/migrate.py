"""`./shopbell migrate`: bring the database's tables up to date. Several processes may start at once: one does it."""

from __future__ import annotations

import argparse
import sys

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

LOCK = 0x5B0B_3117  # any number; all Shopbell processes use this one


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbosity", type=int, default=0, help="1 names each migration")


def run(options: argparse.Namespace) -> int:
    """Apply what is missing; 1 when the database cannot be reached."""
    try:
        bring_up_to_date(options.verbosity)
    except OperationalError as error:
        print(f"shopbell: the database cannot be reached: {str(error).strip()}", file=sys.stderr)
        return 1
    finally:
        connection.close()  # web and worker go on in threads, with connections of their own
    return 0


def bring_up_to_date(verbosity: int = 0) -> None:
    """Apply what is missing, alone among all processes; quick when nothing is. Raises OperationalError."""
    if not missing():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if missing():  # nobody did it while we waited
            call_command("migrate", interactive=False, verbosity=verbosity)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def missing() -> int:
    """The number of migrations that this version has and the database lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
