"""The tests' PostgreSQL: one embedded server kept under var/test-postgres, one database for each run of pytest.

With DATABASE_URL set (the second leg on Debian's PostgreSQL) that server is used instead and nothing is started.
The tables are made once for each state of the migrations, in a template; the runs' databases are copies of it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from shopbell import embedded, translations

ROOT = Path(__file__).resolve().parents[1]
CLUSTER = ROOT / "var" / "test-postgres"
TEMPLATE = "SHOPBELL_TEST_TEMPLATE"  # the environment names it to the processes of a run


def start(stack: ExitStack) -> None:
    """Set the environment that shopbell.settings reads: a database server, and a data folder that is thrown away."""
    data = stack.enter_context(tempfile.TemporaryDirectory(prefix="shopbell-test-"))
    os.environ["SHOPBELL_DATA"] = data
    os.environ["DJANGO_SETTINGS_MODULE"] = "shopbell.settings"
    translations.compile_stale()
    server = ""
    if "DATABASE_URL" not in os.environ:
        server = _server(stack)
        _drop_left_overs(server)
        os.environ["DATABASE_URL"] = server.replace(f"/{embedded.DATABASE}?", f"/run_{os.getpid()}?")
    if TEMPLATE not in os.environ:
        os.environ[TEMPLATE] = _template(server or os.environ["DATABASE_URL"])


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


def _template(server: str) -> str:
    """The name of a database with all tables in it, made when there is none for these migrations."""
    name = f"template_{_state_of_migrations()}"
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template_%'").fetchall()
        if (name,) not in found:
            unfinished = f"unfinished_{os.getpid()}"
            connection.execute(f'CREATE DATABASE "{unfinished}"')
            _migrate(urlunsplit(urlsplit(server)._replace(path=f"/{unfinished}")))
            connection.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def _state_of_migrations() -> str:
    files = sorted(ROOT.glob("src/shopbell/**/migrations/*.py"))
    return sha256(b"".join(file.read_bytes() for file in [ROOT / "requirements.lock", *files])).hexdigest()[:16]


def _migrate(database: str) -> None:
    command = [sys.executable, "-m", "shopbell", "migrate"]
    environment = {**os.environ, "DATABASE_URL": database, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run(command, env=environment, cwd=ROOT, check=True)
