"""What tests of pages have in common."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _quick_and_uncounted(settings: Settings) -> Iterator[None]:
    """Passwords are hashed quickly; sign-in attempts, counted in memory, are forgotten between tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()
