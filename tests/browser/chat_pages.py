"""The chat on a shop's page of another origin with a strict policy, and the desk beside it, in Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from shopbell.channels.models import Channel
from tests import factories
from tests.browser.desk_pages import says
from tests.web.serving import ROOT, database_url, wait_until_up

KEY = "c0ffee00c0ffee00"


@contextmanager
def shop_page(desk: str, vouch: str = "") -> Iterator[str]:
    """A shop's site whose policy allows the desk what docs/chat.md says, and nothing inline. `vouch`: who is signed in
    there, by the shop's word.
    """
    policy = f"default-src 'none'; style-src 'self'; script-src {desk}; connect-src {desk}; img-src {desk}"
    page = '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    page += "<title>Wool blanket</title><link rel=stylesheet href=/shop.css><header>Wool</header>"
    page += "<main><h1>Wool blanket</h1></main><footer>Poder</footer>"
    word = f' data-vouch="{vouch}"' if vouch else ""
    page += f'<script async src="{desk}/chat/{KEY}/widget.js"{word}></script>'

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            at = urlsplit(self.path)
            is_sheet = at.path == "/shop.css"
            language = parse_qs(at.query).get("l", ["en"])[0]
            self.send_response(200)
            self.send_header("Content-Type", "text/css" if is_sheet else "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            sheet = "html { color-scheme: light dark }"
            self.wfile.write((sheet if is_sheet else page.format(language)).encode())

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Desk:
    """A server that can be stopped and started again on the same port."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port))
        command = [sys.executable, "-P", "-m", "shopbell", "web", "--fd", str(listener.fileno())]
        place = {"PYTHONPATH": str(ROOT / "src"), "DATABASE_URL": database_url(), "SHOPBELL_DATA": str(settings.DATA)}
        environment = {**os.environ, **place, "SHOPBELL_URL": self.base}
        self.process = subprocess.Popen(command, cwd=ROOT, pass_fds=[listener.fileno()], env=environment)
        listener.close()
        wait_until_up(self.port)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def running_desk() -> Iterator[Desk]:
    """A running one."""
    running = Desk()
    try:
        running.start()
        yield running
    finally:
        running.stop()


def chat(**fields: Any) -> Channel:
    shop = factories.shop("Poder", accent="#1f4e5f", privacy_url="https://poder.example/privacy")
    values = {"shop": shop, "type": "chat", "name": "Chat", "address": KEY, "replies_through": factories.mailbox(shop)}
    return Channel.objects.create(**{**values, **fields})


def watched(context: BrowserContext, troubles: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
    return page


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("shopbell-chat .launch").click()
    expect(page.locator(".panel")).to_be_visible()


def say(page: Page, text: str) -> None:
    field = page.locator(".composer textarea")
    field.fill(text)
    field.press("Enter")


def bubbles(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".list .bubble").all_inner_texts()]


def kept(page: Page) -> list[object]:
    return page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")


def answer(agent_page: Page, text: str) -> None:
    agent_page.locator("#text-reply").click()
    field = agent_page.locator("#panel-reply .ProseMirror")
    expect(field).to_be_visible()
    field.press_sequentially(text)
    says(agent_page, text)
    field.press("Control+Enter")
    expect(agent_page.locator("article.us").last).to_contain_text(text)
