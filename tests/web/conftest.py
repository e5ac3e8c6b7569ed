"""What tests of pages have in common."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _uncounted() -> Iterator[None]:
    """Sign-in attempts, counted in memory, are forgotten between tests."""
    cache.clear()
    yield
    cache.clear()
