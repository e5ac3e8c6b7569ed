"""`./shopbell psql`: an SQL prompt on the database, with PostgreSQL's own psql out of the installation."""

from __future__ import annotations

import argparse

from shopbell import installation, libpq


def run(options: argparse.Namespace) -> int:
    with installation.database() as url, libpq.start(url, "psql", *options.rest) as process:
        return process.wait()
