"""Everything in one file, and back: a tar of `database.dump`, `files/…`, `secret_key` and, last, `manifest.json`.

Consistent while running: the dump and the counts see one snapshot; a file is written before the row that names it
is committed and never changes, so files copied after the dump hold at least what it refers to. The manifest ends the
archive, so a backup that was cut off has none and is refused. Needs no Django.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from shopbell import __version__, libpq

FORMAT = 1
DUMP, KEY, MANIFEST, FILES = "database.dump", "secret_key", "manifest.json", "files"
CHUNK = 1 << 20
HEADER_LINES = 60  # a dump sets its session up in its first lines
NEWER_SETTINGS = (b"SET transaction_timeout",)  # PostgreSQL 17 and later write it, 15 and 16 refuse it
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
Progress = Callable[[str], None]


class BackupError(Exception):
    """A backup that cannot be made, read or put back; the message is for people."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: rows of each table, and the SHA-256 of each member."""

    format: int
    version: str
    made_at: str
    postgresql: str
    rows: dict[str, int]
    sha256: dict[str, str] = field(default_factory=dict)


def create(url: str, data: Path, target: Path, progress: Progress) -> Manifest:
    """Write the backup to `target`, readable by its owner only; an existing file is replaced when all is done."""
    part = target.with_name(target.name + ".part")
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            manifest = _fill(tar, url, data, part.parent, progress)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    return manifest


def _fill(tar: tarfile.TarFile, url: str, data: Path, scratch: Path, progress: Progress) -> Manifest:
    progress("database")
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".backup-") as folder:
        manifest = _dump(url, Path(folder) / DUMP)
        _add_dump(tar, Path(folder) / DUMP, manifest)
    files = sorted(path for path in (data / FILES).rglob("*") if path.is_file())
    progress(f"{len(files)} files")
    for path in files:
        with suppress(FileNotFoundError):  # it belonged to something erased just now
            _add_bytes(tar, str(path.relative_to(data)), path.read_bytes(), manifest)
    if key := secret_key(data):
        _add_bytes(tar, KEY, key, manifest)
    _add_bytes(tar, MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
    return manifest


def _dump(url: str, target: Path) -> Manifest:
    """Count and dump in one snapshot."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        rows = {table: _count(connection, table) for table in tables(connection)}
        flags = ["--format=custom", "--no-owner", "--no-privileges", "--schema=public", f"--snapshot={snapshot}"]
        libpq.run(url, "pg_dump", *flags, f"--file={target}")
        server = str(_one(connection, "SHOW server_version"))
    return Manifest(FORMAT, __version__, datetime.now(UTC).isoformat(timespec="seconds"), server, rows)


def restore(url: str, data: Path, source: Path, progress: Progress, *, force: bool = False) -> Manifest:
    """Put a backup into an empty database and the data folder; all of it is checked before anything is changed.

    `force` replaces what the database holds. The database changes in one transaction: a failure leaves it as it was.
    """
    try:
        with tarfile.open(source) as tar:
            progress("checking the file")
            manifest = check(tar)
            _require_room(url, force)
            _restore_files(tar, data, progress)
            with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as folder:
                dump = Path(folder) / DUMP
                with dump.open("wb") as file:
                    shutil.copyfileobj(_open(tar, DUMP), file)
                progress("database")
                _load(url, dump, force)
            _restore_key(tar, data)
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{source} is no backup, or damaged: {error}") from error
    with psycopg.connect(url) as connection:
        _compare(manifest, {table: _count(connection, table) for table in tables(connection)})
    return manifest


def check(tar: tarfile.TarFile) -> Manifest:
    """The manifest, after every member was read and found as it was written. BackupError says what is wrong."""
    members = {member.name: member for member in tar.getmembers()}
    if MANIFEST not in members:
        raise BackupError("the backup has no manifest: it was cut off, or is none of ours")
    manifest = Manifest(**json.loads(_open(tar, MANIFEST).read()))
    if manifest.format > FORMAT:
        raise BackupError(f"the backup is of format {manifest.format}: it needs a newer Shopbell")
    if wrong := set(manifest.sha256) ^ set(members) - {MANIFEST}:
        raise BackupError(f"the backup and its manifest differ in {', '.join(sorted(wrong)[:5])}")
    for name, expected in manifest.sha256.items():
        if _hash(_open(tar, name)) != expected:
            raise BackupError(f"{name} in the backup is damaged: its checksum differs")
    return manifest


def tables(connection: psycopg.Connection) -> list[str]:
    """Every table of the application."""
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [str(row[0]) for row in rows]


def secret_key(data: Path) -> bytes | None:
    """The key that the channels' passwords are encrypted with: SHOPBELL_SECRET_KEY, or the data folder's."""
    if given := os.environ.get("SHOPBELL_SECRET_KEY"):
        return given.encode()
    return file_key(data)


def file_key(data: Path) -> bytes | None:
    """The key kept in the data folder, if there is one."""
    path = data / KEY
    return path.read_bytes() if path.exists() else None


def _require_room(url: str, force: bool) -> None:
    with psycopg.connect(url) as connection:
        if busy := _one(connection, OTHERS):
            raise BackupError(f"{busy} other connections use the database: stop Shopbell's processes first")
        if int(str(_one(connection, "SHOW server_version_num"))) < 150000:
            raise BackupError("the database server is older than PostgreSQL 15")
        if tables(connection) and not force:
            raise BackupError("the database is not empty; --force replaces everything in it by the backup")


def _load(url: str, dump: Path, force: bool) -> None:
    """Run the dump as one transaction, without what the server is too old for."""
    first = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;" if force else "SELECT 1;"
    flags = ["-X", "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", "--single-transaction", "-c", first, "-f", "-"]
    script = ["--no-owner", "--no-privileges", "--file=-", str(dump)]
    with (
        tempfile.TemporaryFile() as errors,
        libpq.start(url, "pg_restore", *script, stdout=subprocess.PIPE, stderr=errors) as reader,
        libpq.start(url, "psql", *flags, stdin=subprocess.PIPE, stderr=errors) as writer,
    ):
        assert reader.stdout is not None
        assert writer.stdin is not None
        _pass_on(reader.stdout, writer.stdin)
        if reader.wait():
            writer.kill()  # at the end of its input it would commit half of the dump
        with suppress(BrokenPipeError):
            writer.stdin.close()
        if writer.wait():
            errors.seek(0)
            raise BackupError(f"the database refused the backup: {errors.read().decode(errors='replace').strip()}")


def _pass_on(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy the script line by line at first, leaving out settings that older servers do not know, then in bulk."""
    try:
        for _ in range(HEADER_LINES):
            line = source.readline()
            if line.startswith((b"CREATE SCHEMA public;", *NEWER_SETTINGS)):
                continue
            target.write(line)
        while chunk := source.read(CHUNK):
            target.write(chunk)
        target.flush()
    except BrokenPipeError:  # psql ended with an error, which the caller reads
        source.close()


def _restore_files(tar: tarfile.TarFile, data: Path, progress: Progress) -> None:
    """Each file appears under its name when it is whole. One already there has the same content."""
    names = [member.name for member in tar.getmembers() if member.name.startswith(f"{FILES}/")]
    progress(f"{len(names)} files")
    for name in names:
        target = (data / name).resolve()
        if not target.is_relative_to((data / FILES).resolve()):
            raise BackupError(f"{name} in the backup points out of the data folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        with part.open("wb") as file:
            for chunk in _chunks(_open(tar, name)):
                file.write(chunk)
        part.replace(target)


def _restore_key(tar: tarfile.TarFile, data: Path) -> None:
    if KEY not in tar.getnames():
        return
    path, key = data / KEY, _open(tar, KEY).read()
    if path.exists() and path.read_bytes().strip() != key.strip():
        path.replace(data / f"{KEY}.before-restore")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key)


def _compare(manifest: Manifest, rows: dict[str, int]) -> None:
    if rows != manifest.rows:
        wrong = sorted(table for table in {*rows, *manifest.rows} if rows.get(table) != manifest.rows.get(table))
        raise BackupError(f"the restored database differs from the backup in {', '.join(wrong)}")


def _add_dump(tar: tarfile.TarFile, path: Path, manifest: Manifest) -> None:
    """The dump may be larger than the memory."""
    with path.open("rb") as file:
        manifest.sha256[DUMP] = _hash(file)
        file.seek(0)
        tar.addfile(_member(DUMP, path.stat().st_size), file)


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes, manifest: Manifest | None = None) -> None:
    if manifest:
        manifest.sha256[name] = hashlib.sha256(content).hexdigest()
    tar.addfile(_member(name, len(content)), io.BytesIO(content))


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(datetime.now(UTC).timestamp())
    return info


def _open(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    file = tar.extractfile(name)
    if file is None:
        raise BackupError(f"{name} in the backup is no file")
    return file


def _hash(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(file):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(file: IO[bytes]) -> Iterable[bytes]:
    return iter(lambda: file.read(CHUNK), b"")


def _count(connection: psycopg.Connection, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _one(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    return None if row is None else row[0]
