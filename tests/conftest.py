"""What every test may count on: the database. Fixtures of one area live in that area's own conftest.py."""

from contextlib import ExitStack

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
