"""Chromium, and the real server for it to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

CHROMIUMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")  # the first takes a fifth less of the processor
expect.set_options(timeout=20_000)  # milliseconds: three such browsers share the cores of a small machine


@pytest.fixture(scope="session", autouse=True)
def _beside_an_event_loop() -> None:
    """Playwright keeps a loop in this thread; the tests' queries beside it are not run by it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = next((path for path in CHROMIUMS if Path(path).exists()), None)
    if found is None:
        pytest.skip("Chromium is not installed (apt-get install chromium-headless-shell)")
    browser = playwright.chromium.launch(executable_path=found)
    yield browser
    browser.close()
