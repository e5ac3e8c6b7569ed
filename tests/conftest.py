"""What every test may count on: the database. Fixtures of one area live in that area's own conftest.py."""

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


SLOW_FIRST = ("tests/flows/", "tests/browser/", "tests/commands/")  # so that no process is left alone with them


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes are begun first; the order within a file stays."""
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW_FIRST))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    database.start(STACK)
    django.setup()
    settings.PASSWORD_HASHERS = ["tests.hashing.OneRound"]
    flushing.install()


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
