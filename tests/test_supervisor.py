"""The process tree of `./shopbell serve`, with real processes that are really killed."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shopbell import embedded, supervisor
from shopbell.installation import ROOT

PATIENCE_SECONDS = 60


def environment(data: Path) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "SHOPBELL_URL")}
    return {**clean, "SHOPBELL_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}


class Serve:
    """A running `serve` on a data folder, with what it printed."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data = data
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "shopbell", "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(data),
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def wait_for(self, pattern: str, times: int = 1) -> re.Match[str]:
        """The match of the line number `times` that fits the pattern."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = [match for line in list(self.lines) if (match := re.search(pattern, line))]
            if len(found) >= times:
                return found[times - 1]
            time.sleep(0.02)
        raise AssertionError(f"no line fits {pattern!r}:\n" + "\n".join(self.lines))

    def ready(self, times: int = 1) -> str:
        self.wait_for(r"worker is ready", times)
        return self.wait_for(r"web is ready on (\S+)", times)[1]

    def pid(self, name: str) -> int:
        found = [match for line in self.lines if (match := re.search(rf"{name} started \(process (\d+)\)", line))]
        return int(found[-1][1])

    def postmaster(self) -> int:
        return int((embedded.folder_of(self.data) / "postmaster.pid").read_text().split()[0])

    def tree(self) -> list[psutil.Process]:
        roots = [self.process.pid, self.postmaster()]
        return [process for pid in roots for process in (psutil.Process(pid), *psutil.Process(pid).children(True))]


@pytest.fixture(scope="module")
def migrated() -> Iterator[Path]:
    """A data folder whose tables were made once."""
    with tempfile.TemporaryDirectory(prefix="shopbell-") as folder:
        command = [sys.executable, "-P", "-m", "shopbell", "migrate"]
        subprocess.run(command, env=environment(Path(folder) / "data"), check=True)
        yield Path(folder) / "data"


@pytest.fixture
def data(scratch: Path, migrated: Path) -> Iterator[Path]:
    subprocess.run(["cp", "-a", migrated, scratch / "data"], check=True)  # with its owners, which shutil drops
    yield scratch / "data"
    embedded.stop(scratch / "data")


@pytest.fixture
def serve(data: Path) -> Iterator[Serve]:
    running = Serve(data)
    yield running
    end(running)


def end(running: Serve) -> None:
    if running.process.poll() is None:
        running.process.terminate()
        running.process.wait(30)


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def gone(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those of the processes that are still there after at most `seconds`; a zombie is not."""
    deadline = time.monotonic() + seconds
    left = processes
    while left and time.monotonic() < deadline:
        left = [process for process in left if is_there(process)]
        time.sleep(0.05)
    return left


def is_there(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
def test_of_two_webs_each_answers_when_the_other_cannot(data: Path) -> None:
    running = Serve(data, "--webs", "2")
    try:
        running.wait_for("worker is ready")
        address = running.wait_for(r"web is ready on (\S+)", times=2)[1]
        for stopped in (running.pid("web 1"), running.pid("web 2")):
            os.kill(stopped, signal.SIGSTOP)
            assert status(f"{address}healthz") == 200
            os.kill(stopped, signal.SIGCONT)
    finally:
        end(running)


@pytest.mark.parametrize("many", ["0", "-1", "65", "two"])
def test_a_number_of_processes_that_cannot_be_is_refused(many: str) -> None:
    command = [sys.executable, "-P", "-m", "shopbell", "serve", "--webs", many]
    found = subprocess.run(command, capture_output=True, text=True, check=False, env=environment(Path("/nonexistent")))
    assert (found.returncode, f"--webs: invalid count value: '{many}'" in found.stderr) == (2, True)


@pytest.mark.slow
def test_what_dies_comes_back(serve: Serve) -> None:
    address = serve.ready()
    assert status(address) < 500

    os.kill(serve.pid("web"), signal.SIGKILL)
    assert status(address) < 500  # the socket is the supervisor's: this waits for the new web and is not refused
    serve.wait_for(r"web ended \(signal SIGKILL\), starts again at once")

    os.kill(serve.pid("worker"), signal.SIGKILL)
    serve.wait_for(r"worker ended \(signal SIGKILL\), starts again at once")
    serve.wait_for(r"worker is ready", 2)

    former = serve.postmaster()
    os.kill(former, signal.SIGKILL)
    serve.wait_for(r"the database runs again")
    assert serve.postmaster() != former
    assert status(address) < 500


@pytest.mark.slow
def test_links_name_the_port_it_listens_on(serve: Serve) -> None:
    port = serve.ready().rstrip("/").rpartition(":")[2]
    given = [psutil.Process(serve.pid(name)).environ()["SHOPBELL_URL"] for name in ("web", "worker")]
    assert given == [f"http://localhost:{port}"] * 2


@pytest.mark.slow
def test_sigterm_leaves_no_process(serve: Serve) -> None:
    serve.ready()
    tree = serve.tree()
    assert len(tree) > 5
    serve.process.terminate()
    assert serve.process.wait(20) == 0
    assert gone(tree, 5) == []
    assert serve.lines[-1].endswith("stopped")
    assert not (embedded.folder_of(serve.data) / "postmaster.pid").exists()


@pytest.mark.slow
def test_a_killed_supervisor_takes_its_children_with_it_and_its_database_is_taken_over(
    serve: Serve, data: Path
) -> None:
    serve.ready()
    children = psutil.Process(serve.process.pid).children()
    database = serve.postmaster()
    serve.process.kill()
    assert sorted(child.name() for child in children if is_there(child)) != []
    assert gone(children, 15) == []
    again = Serve(data)
    try:
        assert status(again.ready()) < 500
        assert again.postmaster() == database
    finally:
        end(again)
    assert not embedded.is_running(data)


@pytest.mark.slow
def test_a_second_one_and_a_taken_port_are_refused(serve: Serve, data: Path, tmp_path: Path) -> None:
    port = serve.ready().rstrip("/").rpartition(":")[2]
    second = Serve(data)
    assert second.process.wait(20) == 1
    second.wait_for(rf"Shopbell runs already on .*data \(process {serve.process.pid}\)")
    other = Serve(tmp_path / "other", "--port", port)
    assert other.process.wait(20) == 1
    other.wait_for(rf"cannot listen on 127.0.0.1, port {port}: Address already in use")
    assert not (tmp_path / "other" / "postgres").exists()


@pytest.mark.slow
def test_a_child_that_hangs_is_killed(serve: Serve) -> None:
    serve.ready()
    os.kill(serve.pid("worker"), signal.SIGSTOP)
    tree = serve.tree()
    serve.process.terminate()
    assert serve.process.wait(30) == 0
    serve.wait_for(r"worker did not stop within 10 seconds and is killed")
    assert gone(tree, 5) == []


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (6, 16), (7, 30), (1000, 30)]
)
def test_pauses_grow_to_half_a_minute(failures: int, seconds: float) -> None:
    assert supervisor.pause_seconds(failures) == seconds
