"""`./shopbell psql`: an SQL prompt on the database, with PostgreSQL's own psql out of the installation."""

from __future__ import annotations

import argparse
import subprocess

from shopbell import embedded, installation


def run(options: argparse.Namespace) -> int:
    with installation.database() as url:
        return subprocess.run([str(embedded.program("psql")), "-X", url, *options.rest], check=False).returncode
