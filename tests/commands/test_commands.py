"""The table of commands, and each command as it is called from outside."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shopbell import embedded
from shopbell.commands import COMMANDS
from shopbell.installation import ROOT
from tests import debian_postgres


@pytest.fixture
def data(scratch: Path) -> Iterator[Path]:
    yield scratch / "data"
    embedded.stop(scratch / "data")


def shopbell(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "SHOPBELL_URL")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "shopbell", *arguments],
        env={**clean, "PYTHONPATH": str(ROOT / "src"), "SHOPBELL_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_each_line_of_the_table_is_a_module_that_can_run(name: str) -> None:
    command = COMMANDS[name]
    path = ROOT / "src" / (command.module.replace(".", "/") + ".py")
    text = path.read_text()
    assert "def run(options: argparse.Namespace) -> int:" in text
    assert ("def arguments(parser: argparse.ArgumentParser) -> None:" in text) is not command.raw
    assert command.help[0].islower() or command.help.startswith("Django")
    assert not command.help.endswith(".")


def test_help_needs_no_database(data: Path) -> None:
    result = shopbell(data, "migrate", "--help")
    assert result.returncode == 0
    assert "bring the database's tables up to date" in result.stdout
    assert not embedded.folder_of(data).exists()


def test_a_mistyped_option_is_refused(data: Path) -> None:
    result = shopbell(data, "serve", "--prot", "80")
    assert result.returncode == 2
    assert "unrecognized arguments: --prot 80" in result.stderr


def test_a_pipe_that_closes_is_no_error(data: Path) -> None:
    code = f'"{sys.executable}" -P -m shopbell help | true'
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    result = subprocess.run(code, shell=True, env=environment, capture_output=True, text=True, check=False)
    assert result.stderr == ""


def test_doctor_on_a_new_installation(data: Path) -> None:
    result = shopbell(data, "doctor", "--json")
    report = json.loads(result.stdout)
    found = {finding["subject"]: finding for finding in report["findings"]}
    assert (result.returncode, report["ok"]) == (1, False)
    assert found["tables"]["level"] == "fail"
    assert "./shopbell migrate" in found["tables"]["message"]
    assert found["serve"]["level"] == "warn"
    assert found["database"]["message"].startswith("PostgreSQL 18.")
    assert "worker" not in found  # it is not asked without tables


def test_doctor_after_the_first_migration(data: Path) -> None:
    assert shopbell(data, "migrate").returncode == 0
    result = shopbell(data, "doctor", "--json", SHOPBELL_URL="https://desk.example.com")
    report = json.loads(result.stdout)
    found = {finding["subject"]: finding for finding in report["findings"]}
    assert (result.returncode, report["ok"]) == (0, True)
    assert found["tables"] == {"level": "ok", "subject": "tables", "message": "up to date"}
    assert found["address"]["level"] == "ok"
    assert {"worker", "outbox", "parked", "schedule", "inbound", "outbound", "files"} <= found.keys()


def test_doctor_finds_an_open_key_and_an_unreachable_database(data: Path) -> None:
    data.mkdir()
    (data / "secret_key").write_text("a" * 50)
    (data / "secret_key").chmod(0o644)
    result = shopbell(data, "doctor", DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    assert result.returncode == 1
    assert f"FAIL  secret key           others may read it: chmod 600 {data}/secret_key" in result.stdout
    assert "FAIL  database             cannot be reached: " in result.stdout
    assert result.stdout.splitlines()[-1].endswith("2 failing")


def test_a_broken_database_address_ends_with_words(data: Path) -> None:
    result = shopbell(data, "migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    assert result.returncode == 1
    assert result.stderr.startswith("shopbell: the database cannot be reached: ")
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_an_installation_moves_to_a_server_and_back(data: Path, scratch: Path) -> None:
    if reason := debian_postgres.reason_for_skip():
        pytest.skip(reason)
    assert shopbell(data, "migrate").returncode == 0
    change = "from shopbell.shops.models import Shop; Shop.objects.create(name='Õun & Söhne', slug='oun')"
    assert shopbell(data, "manage", "shell", "-c", change).returncode == 0
    first = shopbell(data, "backup", str(scratch / "b.tar"))
    assert first.returncode == 0, first.stderr
    assert stat.S_IMODE((scratch / "b.tar").stat().st_mode) == 0o600
    with debian_postgres.cluster() as url:
        there = scratch / "there"
        moved = shopbell(there, "restore", str(scratch / "b.tar"), DATABASE_URL=url)
        assert moved.returncode == 0, moved.stderr
        assert (there / "secret_key").read_text() == (data / "secret_key").read_text()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT name FROM shops_shop").fetchall() == [("Õun & Söhne",)]
        again = shopbell(there, "restore", str(scratch / "b.tar"), DATABASE_URL=url)
        assert (again.returncode, "not empty" in again.stderr) == (1, True)
        assert shopbell(there, "doctor", DATABASE_URL=url).returncode == 0
        assert shopbell(there, "backup", str(scratch / "c.tar"), DATABASE_URL=url).returncode == 0
    back = shopbell(scratch / "back", "restore", str(scratch / "c.tar"))
    assert back.returncode == 0, back.stderr
    result = shopbell(scratch / "back", "psql", "-Atc", "SELECT name, slug FROM shops_shop")
    assert result.stdout == "Õun & Söhne|oun\n"


def test_a_backup_says_why_it_failed(data: Path, tmp_path: Path) -> None:
    result = shopbell(data, "backup", str(tmp_path / "absent" / "b.tar"))
    assert result.returncode == 1
    assert "shopbell: no backup was made: " in result.stderr
    missing = shopbell(data, "restore", str(tmp_path / "none.tar"))
    assert missing.returncode == 1
    assert "shopbell: not restored: " in missing.stderr
