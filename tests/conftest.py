"""What every test may count on: the database. Fixtures of one area live in that area's own conftest.py."""

import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import django
import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests import database, flushing
from tests.web.serving import serving

STACK = ExitStack()


SLOW = ("tests/flows/", "tests/browser/", "tests/commands/")
WAITING = ("tests/test_supervisor", "tests/test_embedded", "tests/test_asgi", "tests/web/test_live", "tests/web/chat/")
BEGUN_BY = 0.8  # the part of a run in which the last of them is begun, so that none is waited for alone


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes, or wait for processes and clocks, are spread among the others: two Chromiums at once on
    two cores starve each other, and two that wait leave the cores idle.
    """
    files = list(dict.fromkeys(item.nodeid.partition("::")[0] for item in items))
    slow = [file for file in files if file.startswith(SLOW + WAITING)]
    quick = [file for file in files if not file.startswith(SLOW + WAITING)]
    places = {file: float(place) for place, file in enumerate(quick)}
    step = BEGUN_BY * len(quick) / max(len(slow), 1)
    places |= {file: place * step for place, file in enumerate(slow)}
    items.sort(key=lambda item: places[item.nodeid.partition("::")[0]])


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    database.start(STACK)
    django.setup()
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = os.environ[database.TEMPLATE]
    settings.PASSWORD_HASHERS = ["tests.hashing.OneRound"]
    flushing.install()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Why something was tried once more: a test that fails now and then hides a defect, or is one."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.write_line(f"{report.nodeid} was tried again after:\n{report.longreprtext[-2000:]}")


def pytest_unconfigure(config: pytest.Config) -> None:
    STACK.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test logged travels between processes as UTF-8, also where it speaks of broken text."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder for a PostgreSQL of its own. pytest's tmp_path will not do: root's is closed to other users."""
    with tempfile.TemporaryDirectory(prefix="shopbell-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a server on the tests' database."""
    with django_db_blocker.unblock():
        manager = serving()
        base = manager.__enter__()
    yield base
    manager.__exit__(None, None, None)
