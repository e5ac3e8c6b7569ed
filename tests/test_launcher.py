"""The POSIX sh at the root, run as a newcomer would, from odd places and on machines that lack something."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shopbell.commands import COMMANDS
from shopbell.installation import ROOT

WITHOUT_VENV = f'case "$2" in *ensurepip*) exit 1 ;; esac\nexec "{sys.executable}" "$@"'
TOOLS = ["cat", "cmp", "cp", "cut", "date", "dirname", "mkdir", "readlink", "rm", "sh"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder with spaces; what is large is linked."""
    folder = tmp_path / "my shop's desk"
    folder.mkdir()
    for name in ("shopbell", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / "src").symlink_to(ROOT / "src")
    return folder


@pytest.fixture
def ready(checkout: Path) -> Path:
    """The checkout with an environment as the launcher leaves it."""
    binaries = checkout / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (binaries / "python").chmod(0o755)
    for name in ("requirements.lock", "requirements-dev.lock"):
        shutil.copy(checkout / name, checkout / ".venv" / f"installed-{name}")
    return checkout


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH with the tools of any system and without Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name) or name)
    return folder


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def launch(command: Path, *arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(command), *arguments],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_runs_from_any_folder_and_through_links(ready: Path, tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(ready / "shopbell")
    (tmp_path / "two").symlink_to("one")
    (tmp_path / "json.py").write_text("raise SystemExit('a file beside you must not be imported')")
    result = launch(tmp_path / "two", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert [line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ")] == list(COMMANDS)


def test_an_unknown_command_is_named(ready: Path) -> None:
    result = launch(ready / "shopbell", "srve", cwd=ready)
    assert result.returncode == 2
    assert result.stderr.startswith("shopbell: there is no command 'srve'.")


def without_the_systems(checkout: Path) -> None:
    text = (checkout / "shopbell").read_text().replace("/usr/bin/python3 ", "")
    (checkout / "shopbell").write_text(text)


def test_no_python_says_what_to_install(checkout: Path, bare_path: Path) -> None:
    without_the_systems(checkout)
    result = launch(checkout / "shopbell", cwd=checkout, PATH=str(bare_path))
    assert result.returncode == 1
    assert "Python 3.11 or newer is needed" in result.stderr
    assert "apt install python3 python3-venv" in result.stderr


@pytest.mark.parametrize("broken", ["echo 'pyenv: python3: command not found' >&2; exit 127", WITHOUT_VENV])
def test_a_python_that_does_not_do_is_passed_over(checkout: Path, tmp_path: Path, bare_path: Path, broken: str) -> None:
    without_the_systems(checkout)
    script(bare_path / "python3", broken)
    told = tmp_path / "told"
    script(bare_path / "python3.12", f'echo "$@" >> "{told}"; exec "{sys.executable}" "$@"')
    result = launch(
        checkout / "shopbell", cwd=checkout, PATH=str(bare_path), PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="0"
    )
    assert "making the environment" in result.stderr
    assert "-m venv --clear" in told.read_text()


def test_no_venv_module_names_the_package(checkout: Path, tmp_path: Path) -> None:
    lacking = script(tmp_path / "python", WITHOUT_VENV)
    result = launch(checkout / "shopbell", cwd=checkout, SHOPBELL_PYTHON=str(lacking))
    assert result.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"Python {version} at {lacking} has no venv module. " in result.stderr
    assert f"apt install python{version}-venv" in result.stderr
    assert not (checkout / ".venv").exists()


def test_no_network_says_so_and_the_next_run_goes_on(checkout: Path, ready: Path, tmp_path: Path) -> None:
    """The lock file changed; pip cannot reach an index; the stamp is gone, so the next run tries again."""
    (checkout / "requirements.lock").write_text("a-package-that-is-not-there==1.0\n")
    result = launch(
        checkout / "shopbell",
        cwd=checkout,
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="0",
        PIP_NO_CACHE_DIR="1",
        PIP_PREFIX=str(tmp_path / "nowhere"),
        UV_CACHE_DIR=str(tmp_path / "cache"),
        HTTPS_PROXY="http://127.0.0.1:9",
    )
    assert result.returncode == 1
    assert "the packages could not be fetched or installed" in result.stderr
    assert "the first start needs the network" in result.stderr.lower()
    assert list((checkout / ".venv").glob("installed-*")) == []
