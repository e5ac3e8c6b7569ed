"""How long the next conversation takes to stand there, in Chromium: from the press of J to what is painted."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.figures import Row
from benchmarks.pages import cookies

CHROMIUMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
COUNT = 25  # of a list of thirty
READING_SECONDS = {"after reading for two seconds": 2.0, "hurrying from one to the next": 0.0}
_WATCH = """() => {
  window.painted = [];
  let pressed = 0;
  document.addEventListener("keydown", (event) => { if (event.key === "j") pressed = performance.now(); }, true);
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!pressed || ctx?.target?.id !== "work") return;
    const since = pressed;
    pressed = 0;
    requestAnimationFrame(() => setTimeout(() => window.painted.push(performance.now() - since)));
  });
}"""


def measure(port: int, cpu_seconds: Callable[[], float]) -> list[Row]:
    """One agent goes down the list by keyboard. Raises StopIteration where Chromium is not installed."""
    chromium = next(path for path in CHROMIUMS if Path(path).exists())
    kept = [{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"} for name, value in cookies().items()]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        rows = []
        for what, seconds in READING_SECONDS.items():
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.add_cookies(kept)  # type: ignore[arg-type]
            rows.append(_walk(context.new_page(), port, what, seconds, cpu_seconds))
            context.close()
        return rows


def _walk(page: Page, port: int, what: str, seconds: float, cpu_seconds: Callable[[], float]) -> Row:
    page.goto(f"http://127.0.0.1:{port}/desk/?view=open")
    page.evaluate(_WATCH)
    _next(page, 1)
    time.sleep(seconds)
    started, used = time.perf_counter(), cpu_seconds()
    for number in range(2, COUNT + 2):
        _next(page, number)
        time.sleep(seconds)
    times = page.evaluate("() => window.painted")[1:]
    return Row(f"next conversation, {what}", 1, times, time.perf_counter() - started, cpu_seconds() - used)


def _next(page: Page, number: int) -> None:
    page.keyboard.press("j")
    page.wait_for_function("(number) => window.painted.length === number", arg=number)
