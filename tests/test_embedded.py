import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shopbell import embedded
from shopbell.installation import ROOT


@pytest.fixture
def data(scratch: Path) -> Iterator[Path]:
    folder = scratch / "the data's folder"
    yield folder
    embedded.stop(folder)


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_the_last_user_stops_it_and_the_data_stay(data: Path) -> None:
    with embedded.running(data) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        with embedded.running(data) as again:
            assert again == url
        assert embedded.is_running(data)
    assert not embedded.is_running(data)
    assert not embedded.is_alive(data)
    with embedded.running(data) as url:
        assert one(url, "SELECT n FROM kept") == 7


def test_another_process_keeps_it_alive(data: Path) -> None:
    code = "import sys, pathlib; from shopbell import embedded\n"
    code += "with embedded.running(pathlib.Path(sys.argv[1])): print('up', flush=True); sys.stdin.read()"
    with embedded.running(data):
        other = subprocess.Popen(
            [sys.executable, "-c", code, str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        assert other.stdout is not None
        assert other.stdout.readline() == b"up\n"
    assert embedded.is_running(data)
    other.communicate()
    assert not embedded.is_running(data)


def test_after_a_kill_what_was_committed_is_there(data: Path) -> None:
    with embedded.running(data) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        pid = int((embedded.folder_of(data) / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        while embedded.is_alive(data):
            time.sleep(0.01)
        assert embedded.start(data) == url
        assert one(url, "SELECT sum(n)::int FROM kept") == 500500


def test_nobody_else_gets_at_it(data: Path) -> None:
    with embedded.running(data) as url:
        assert stat.S_IMODE(embedded.folder_of(data).stat().st_mode) == 0o700
        assert one(url, "SHOW listen_addresses") == ""
        assert one(url, "SHOW unix_socket_directories") == str(embedded.socket_folder(embedded.folder_of(data)))


def test_a_long_path_has_its_socket_elsewhere_and_private(scratch: Path) -> None:
    data = scratch / ("a" * 60) / ("b" * 60)
    with embedded.running(data) as url:
        assert one(url, "SELECT 1") == 1
        folder = embedded.socket_folder(embedded.folder_of(data))
        assert not folder.is_relative_to(data)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not embedded.is_running(data)
    folder.rmdir()


def test_the_owners_settings_win(data: Path) -> None:
    with embedded.running(data) as url:
        assert one(url, "SHOW shared_buffers") == "64MB"
        assert one(url, "SHOW synchronous_commit") == "on"
    (embedded.folder_of(data) / "local.conf").write_text("shared_buffers = 48MB\n")
    with embedded.running(data) as url:
        assert one(url, "SHOW shared_buffers") == "48MB"


def test_an_interrupted_first_start_is_begun_anew(data: Path) -> None:
    home = embedded.folder_of(data)
    (home / "base" / "1").mkdir(parents=True)
    (home / "postgresql.conf").write_text("half a file")
    with embedded.running(data) as url:
        assert one(url, "SELECT current_database()") == "shopbell"


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    with embedded.running(data):
        pass
    (embedded.folder_of(data) / "local.conf").write_text("shared_buffers = nonsense\n")
    with pytest.raises(embedded.EmbeddedError, match="shared_buffers"):
        embedded.start(data)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root opens folders for PostgreSQL's user")
def test_root_opens_closed_folders_for_passing_only(scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    closed = scratch / "closed"
    closed.mkdir(mode=0o700)
    with embedded.running(closed / "data") as url:
        assert one(url, "SELECT 1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert f"{closed} may now be passed through" in capsys.readouterr().err
    assert embedded.folder_of(closed / "data").stat().st_uid != 0
