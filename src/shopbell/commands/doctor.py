"""`./shopbell doctor`: what is configured, reachable, behind, failing. Exit code 1 when something fails, else 0."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import psycopg

from shopbell import __version__, installation, supervisor, translations
from shopbell.core.health import Finding, Level, fail, ok, warn
from shopbell.embedded import EmbeddedError

SIGNS = {Level.OK: "ok  ", Level.WARN: "look", Level.FAIL: "FAIL"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", help="one JSON object: findings, each with level, subject, message"
    )


def run(options: argparse.Namespace) -> int:
    """Print every finding; 1 when one of them is a failure."""
    findings: list[Finding] = []
    for finding in examine():
        findings.append(finding)
        if not options.json:
            print(f"{SIGNS[finding.level]}  {finding.subject:20} {finding.message}", flush=True)
    failing = any(finding.level is Level.FAIL for finding in findings)
    if options.json:
        print(json.dumps({"ok": not failing, "findings": [vars(finding) for finding in findings]}, indent=1))
    else:
        count = Counter(finding.level for finding in findings)
        print(f"\n{count[Level.OK]} ok, {count[Level.WARN]} to look at, {count[Level.FAIL]} failing")
    return int(failing)


def examine() -> Iterator[Finding]:
    """The machine and the installation first, then, when the database can be reached, everything in it."""
    data = installation.data_folder()
    yield ok("shopbell", f"{__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    yield packages()
    yield storage(data)
    yield disk(data)
    yield secret_key(data)
    yield catalogues()
    yield service(data)
    try:
        with installation.database() as url:
            psycopg.connect(url, connect_timeout=10).close()
            yield from application()
    except (EmbeddedError, psycopg.Error) as error:
        yield fail("database", f"cannot be reached: {str(error).strip()}")
    except Exception as error:  # a broken plug-in or setting must not end the report
        yield fail("application", f"does not load: {type(error).__name__}: {error}")


def application() -> list[Finding]:
    """What Django and each app know."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopbell.settings")
    import_module("django").setup()
    findings: list[Finding] = import_module("shopbell.commands.doctor_application").findings()
    return findings


def packages() -> Finding:
    """Is what the lock file names what is installed?"""
    installed = Path(sys.prefix) / "installed-requirements.lock"
    wanted = installation.ROOT / "requirements.lock"
    if not installed.exists() or not wanted.exists():
        return warn("packages", "not installed by ./shopbell: whether they fit the lock file is unknown")
    if installed.read_bytes() != wanted.read_bytes():
        return fail("packages", "behind the lock file: ./shopbell brings them up to date at its next start")
    return ok("packages", "as in requirements.lock")


def storage(data: Path) -> Finding:
    """Can attachments be written?"""
    try:
        with tempfile.NamedTemporaryFile(dir=data):
            return ok("data folder", str(data))
    except OSError as error:
        return fail("data folder", f"{data} cannot be written: {error.strerror}")


def disk(data: Path) -> Finding:
    """Below 1 GB free is a warning, below 200 MB a failure."""
    free = shutil.disk_usage(data).free / 1e9
    message = f"{free:.1f} GB free"
    if free < 0.2:
        return fail("disk", f"{message}: PostgreSQL stops when the disk is full")
    return ok("disk", message) if free >= 1 else warn("disk", message)


def secret_key(data: Path) -> Finding:
    """May only its owner read the key?"""
    if os.environ.get("SHOPBELL_SECRET_KEY"):
        return ok("secret key", "from SHOPBELL_SECRET_KEY")
    path = data / "secret_key"
    if not path.exists():
        return ok("secret key", "will be made at the first start")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return fail("secret key", f"others may read it: chmod 600 {path}")
    return ok("secret key", f"{path}, readable by its owner only")


def catalogues() -> Finding:
    """Are the translations compiled?"""
    stale = [po.parent.parent.name for po in translations.catalogues() if translations.is_stale(po)]
    if stale:
        return warn("translations", f"not compiled: {', '.join(sorted(set(stale)))}; the next start does it")
    return ok("translations", ", ".join(sorted({po.parent.parent.name for po in translations.catalogues()})) or "none")


def service(data: Path) -> Finding:
    """Does a supervisor run on this data folder?"""
    try:
        with supervisor.sole(data):
            return warn("serve", "is not running on this data folder")
    except supervisor.AlreadyRunning:
        return ok("serve", "is running")
