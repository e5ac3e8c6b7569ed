"""PostgreSQL's own programs on Shopbell's database. The password goes by the environment: command lines are public."""

from __future__ import annotations

import os
import subprocess
from typing import IO, Any

from psycopg.conninfo import conninfo_to_dict

from shopbell import embedded
from shopbell.core import prepared

_NAMES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "dbname": "PGDATABASE",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslrootcert": "PGSSLROOTCERT",
}


class ProgramError(Exception):
    """A program of PostgreSQL failed; the message is its own."""


def environment(url: str) -> dict[str, str]:
    """This process's environment with the connection of `url` (libpq's PG… variables)."""
    values = conninfo_to_dict(url)
    return {**os.environ, **{_NAMES[key]: str(value) for key, value in values.items() if key in _NAMES}}


def django_database(url: str) -> dict[str, object]:
    """Django's settings for postgresql://user:password@host:port/name?host=/socket/folder or any other connection."""
    values = dict(conninfo_to_dict(url))
    keys = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {name: str(values.pop(key, "")) for name, key in keys.items()}
    return {
        "ENGINE": "shopbell.core.postgres",
        **given,
        "NAME": given["NAME"] or "postgres",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**values, **prepared.OPTIONS, "application_name": os.environ.get("SHOPBELL_PROCESS", "shopbell")},
    }


def run(url: str, name: str, *arguments: str, stdin: IO[bytes] | None = None) -> None:
    """Run psql, pg_dump … on the database and wait; ProgramError with what it wrote when it fails."""
    with start(url, name, *arguments, stdin=stdin or subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        _, errors = process.communicate()
    if process.returncode:
        raise ProgramError(f"{name}: {errors.decode(errors='replace').strip()}")


def start(url: str, name: str, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Begin psql, pg_dump … on the database; `options` are those of Popen."""
    return subprocess.Popen([str(embedded.program(name)), *arguments], env=environment(url), **options)
