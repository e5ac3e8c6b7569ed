"""Pages of the desk in Chromium: signed in, watched for errors, looked at by axe."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page

from shopbell.agents.models import Agent

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RUN_AXE = """async (tags) => {
    const chosen = document.documentElement.dataset.theme;
    const isDark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    const runOnly = isDark ? {type: 'rule', values: ['color-contrast']} : {type: 'tag', values: tags};
    const options = {runOnly, resultTypes: ['violations'], preload: false};
    const found = await axe.run(document, options);
    return found.violations.map((each) => [each.id, each.nodes.map((node) => node.html.slice(0, 160))]);
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXPECTED = ("net::ERR_INTERNET_DISCONNECTED", "the server responded with a status of 4")  # what Chromium itself says
PICTURES = Path(__file__).resolve().parents[2] / "var" / "screenshots"


@contextmanager
def signed_in(
    browser: Browser, server: str, agent: Agent, *, also_expected: tuple[str, ...] = (), **options: Any
) -> Iterator[Page]:
    """A page of an agent. At the end: nothing was refused by the policy and no script has failed."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", **options})
    client = Client()
    client.force_login(agent)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server}])
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.set_default_timeout(15_000)
    yield page
    context.close()
    let_requests_end()
    unexpected = [text for text in troubles if not any(known in text for known in (*EXPECTED, *also_expected))]
    assert not unexpected, unexpected


_SAYS = """([words, kind]) => {
    const rich = document.querySelector(`#panel-${kind} .ProseMirror`);
    const plain = document.getElementById(`text-${kind}`);
    const text = rich ? [...rich.children].map(part => part.innerText.trim()).join('\\n\\n') : plain?.value;
    return text?.trim() === words;
}"""


def says(page: Page, words: str, kind: str = "reply") -> None:
    """The reply or note reads like that, with formatting or without; waits for it."""
    page.wait_for_function(_SAYS, arg=[words, kind])


def let_requests_end(seconds: float = 10) -> None:
    """Until the server has been idle for a moment: a request under way would meet the emptying of the tables."""
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> %s"
    deadline, quiet = time.monotonic() + seconds, 0
    while quiet < 3 and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            cursor.execute(busy, [cursor.fetchone()[0]])
            quiet = 0 if cursor.fetchone()[0] else quiet + 1
        time.sleep(0.1)


def violations(page: Page, without: str = "") -> list[str]:
    """What axe finds wrong with the page as it is now: rule, and the elements concerned.

    In the dark only colours differ, so only they are looked at there: a page is to be looked at in the light as well.
    """
    page.evaluate(AXE)
    found = page.evaluate(RUN_AXE, RULES)
    return [f"{rule}: {nodes}" for rule, nodes in found if rule != without]


def keep_picture(page: Page, name: str, **options: Any) -> None:
    """Kept in var/screenshots for people to look at, when SHOPBELL_PICTURES is set: drawing them takes a while."""
    if os.environ.get("SHOPBELL_PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", **options)


def overflow(page: Page) -> list[str]:
    """Elements that stick out of the window to the right, except those inside something that scrolls."""
    return page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(element => {
            const box = element.getBoundingClientRect();
            if (box.width < 2 || box.right <= innerWidth + 1) return false;
            if (getComputedStyle(element).visibility === 'hidden') return false;
            for (let at = element; at; at = at.parentElement) {
                const style = getComputedStyle(at);
                if (['auto', 'scroll', 'hidden', 'clip'].includes(style.overflowX) && at !== element) return false;
                if (style.clipPath !== 'none') return false;
            }
            return true;
        }).map(element => element.outerHTML.slice(0, 120))"""
    )
