"""The tests' PostgreSQL: one embedded server kept under var/test-postgres, one database for each run of pytest.

With DATABASE_URL set (the second leg on Debian's PostgreSQL) that server is used instead and nothing is started.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg

from shopbell import embedded, translations

ROOT = Path(__file__).resolve().parents[1]
CLUSTER = ROOT / "var" / "test-postgres"


def start(stack: ExitStack) -> None:
    """Set the environment that shopbell.settings reads: a database server, and a data folder that is thrown away."""
    data = stack.enter_context(tempfile.TemporaryDirectory(prefix="shopbell-test-"))
    os.environ["SHOPBELL_DATA"] = data
    os.environ["DJANGO_SETTINGS_MODULE"] = "shopbell.settings"
    translations.compile_stale()
    if "DATABASE_URL" not in os.environ:
        server = _server(stack)
        _drop_left_overs(server)
        os.environ["DATABASE_URL"] = server.replace(f"/{embedded.DATABASE}?", f"/run_{os.getpid()}?")


def _server(stack: ExitStack) -> str:
    """The kept cluster runs without fsync, so a power cut may spoil it: then it is made anew."""
    try:
        return stack.enter_context(embedded.running(CLUSTER, embedded.FOR_TESTS))
    except embedded.EmbeddedError:
        shutil.rmtree(CLUSTER)
        return stack.enter_context(embedded.running(CLUSTER, embedded.FOR_TESTS))


def _drop_left_overs(server: str) -> None:
    """Databases of runs that were killed: their number is the process's."""
    with psycopg.connect(server, autocommit=True) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_run_%'").fetchall()
        for (name,) in names:
            process = name.removeprefix("test_run_").partition("_")[0]  # of pytest; its workers add their own names
            if not Path(f"/proc/{process}").exists():
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
