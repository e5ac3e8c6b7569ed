"""The distribution's own PostgreSQL in a private, throw-away cluster: the second leg of the suite, and of backups."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path("/usr/lib/postgresql")
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c listen_addresses=''"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: version 15 where it is installed, else the lowest later one; None without."""
    found = {int(path.parent.parent.name): path.parent for path in ROOT.glob("[0-9]*/bin/initdb")}
    usable = sorted(version for version in found if version >= 15)
    return found[usable[0]] if usable else None


def reason_for_skip() -> str | None:
    """Why the cluster cannot be made here, in words for a skipped test."""
    if programs() is None:
        return "the distribution's PostgreSQL >= 15 is not installed (apt install postgresql)"
    return None


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of the database `postgres` in a cluster that lives for the block. Root runs it as user postgres."""
    home = Path(tempfile.mkdtemp(prefix="shopbell-debian-pg-"))
    if os.geteuid() == 0:
        entry = pwd.getpwnam("postgres")
        os.chown(home, entry.pw_uid, entry.pw_gid)
    try:
        _run("initdb", "-D", home / "data", "-U", "postgres", "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8", "-N")
        flags = ["-D", home / "data", "-l", home / "log", "-w"]
        _run("pg_ctl", "start", *flags, "-o", f"{OPTIONS} -c unix_socket_directories={home}")
        try:
            yield f"postgresql://postgres@/postgres?host={quote(str(home))}"
        finally:
            _run("pg_ctl", "stop", "-D", home / "data", "-m", "immediate", "-w")
    finally:
        shutil.rmtree(home)


def _run(name: str, *arguments: str | Path) -> None:
    folder = programs()
    assert folder is not None
    as_user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    command = [str(folder / name), *map(str, arguments)]
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(command, cwd="/", stdout=output, stderr=output, **as_user)  # type: ignore[call-overload]
        output.seek(0)
        assert result.returncode == 0, output.read()
