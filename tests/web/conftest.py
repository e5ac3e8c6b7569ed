"""What tests of pages have in common."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.test import Client

if TYPE_CHECKING:
    from shopbell.agents.models import Agent
    from shopbell.conversations.models import Conversation


@pytest.fixture(autouse=True)
def _uncounted() -> Iterator[None]:
    """Sign-in attempts, counted in memory, are forgotten between tests."""
    cache.clear()
    yield
    cache.clear()


def _factories() -> Any:
    """Imported when a test runs, for this file is read before Django is set up."""
    return import_module("tests.factories")


@pytest.fixture
def agent() -> Agent:
    """Who works at the desk."""
    return _factories().agent("Mari Maasikas")


@pytest.fixture
def desk(client: Client, agent: Agent) -> Client:
    """Their browser, signed in."""
    client.force_login(agent)
    return client


@pytest.fixture
def one() -> Conversation:
    """A conversation of one message."""
    return _factories().conversation()
