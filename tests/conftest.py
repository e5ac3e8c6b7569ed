"""What every test may count on: the database. Fixtures of one area live in that area's own conftest.py."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import django
import pytest

from tests import database

STACK = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    database.start(STACK)
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    STACK.close()


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder for a PostgreSQL of its own. pytest's tmp_path will not do: root's is closed to other users."""
    with tempfile.TemporaryDirectory(prefix="shopbell-") as folder:
        yield Path(folder)
