"""The chat in Chromium: on a shop's page of another origin with a strict policy, and in the desk beside it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from shopbell.channels.models import Channel
from shopbell.conversations.models import Conversation, Message
from tests import factories
from tests.browser.desk_pages import let_requests_end, says, signed_in, violations
from tests.web.serving import ROOT, database_url, wait_until_up

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "c0ffee00c0ffee00"


@contextmanager
def shop_page(desk: str) -> Iterator[str]:
    """A shop's site whose policy allows the desk what docs/chat.md says, and nothing inline."""
    policy = f"default-src 'none'; style-src 'self'; script-src {desk}; connect-src {desk}; img-src {desk}"
    page = '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    page += "<title>Wool blanket</title><link rel=stylesheet href=/shop.css><main><h1>Wool blanket</h1></main>"
    page += f'<script async src="{desk}/chat/{KEY}/widget.js"></script>'

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


@pytest.fixture
def desk() -> Iterator[Desk]:
    running = Desk()
    running.start()
    yield running
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


def test_begun_in_one_browser_answered_in_another_through_a_restart(browser: Browser, desk: Desk) -> None:
    chat()
    agent = factories.agent(seen_at=timezone.now())
    troubles: list[str] = []
    gone = ("net::ERR_",)  # while the server is down
    with shop_page(desk.base) as shop, signed_in(browser, desk.base, agent, also_expected=gone) as inside:
        context = browser.new_context(locale="en-GB")
        visitor = watched(context, troubles)
        opened(visitor, shop)
        assert kept(visitor) == [0, 0, ""], "nothing is kept before somebody writes"
        expect(visitor.locator(".state")).to_have_text("We are here for you")
        say(visitor, "Where is my parcel?")
        expect(visitor.locator(".row.you:not(.waiting)")).to_have_count(1)
        inside.goto(f"{desk.base}/desk/?view=unassigned")
        inside.locator(".chats-now a").click()
        expect(inside.locator("#guest")).to_have_text("is here")
        expect(visitor.locator(".meta").last).to_contain_text("Seen")
        answer(inside, "I look it up.")
        expect(visitor.locator(".row.them .bubble")).to_have_text("I look it up.")
        expect(visitor.locator(".row.them .name")).to_have_text("Mari")
        expect(inside.locator(".read-mark:visible")).to_have_count(1)

        desk.stop()
        say(visitor, "Order 1042")
        say(visitor, "It is blue")
        expect(visitor.locator(".row.waiting")).to_have_count(2)
        expect(visitor.locator(".panel .line")).to_be_visible()
        desk.start()
        expect(visitor.locator(".row.waiting")).to_have_count(0, timeout=40_000)
        expect(visitor.locator(".panel .line")).to_be_hidden(timeout=40_000)
        inside.reload()
        answer(inside, "It comes tomorrow.")
        expect(visitor.locator(".row.them")).to_have_count(2)
        said = ["Where is my parcel?", "I look it up.", "Order 1042", "It is blue", "It comes tomorrow."]
        assert bubbles(visitor) == said
        visitor.reload()
        expect(visitor.locator(".list .bubble")).to_have_count(5)
        assert bubbles(visitor) == said
        assert list(Message.objects.order_by("id").values_list("text", flat=True)) == said
        assert Conversation.objects.count() == 1
        context.close()
        let_requests_end()
    assert troubles == []


def test_offline_two_tabs_and_closed(browser: Browser, server: str) -> None:
    chat()
    agent = factories.agent(seen_at=timezone.now())
    troubles: list[str] = []
    with shop_page(server) as shop, signed_in(browser, server, agent) as inside:
        context = browser.new_context(locale="en-GB")
        first = watched(context, troubles)
        opened(first, shop)
        say(first, "One")
        expect(first.locator(".row.you:not(.waiting)")).to_have_count(1)
        second = watched(context, troubles)
        second.goto(shop)
        expect(second.locator(".list .bubble")).to_have_text(["One"])
        context.set_offline(True)
        say(second, "Two")
        expect(second.locator(".row.waiting .meta")).to_contain_text("Leaves when you are online again")
        expect(second.locator(".panel .line")).to_have_text("You are offline. What you write is kept and leaves later.")
        context.set_offline(False)
        expect(second.locator(".row.waiting")).to_have_count(0)
        expect(first.locator(".list .bubble")).to_have_text(["One", "Two"])
        first.close()
        second.locator(".panel header button[aria-label='Close the chat']").click()
        expect(second.locator("shopbell-chat .launch")).to_be_focused()
        inside.goto(f"{server}/desk/c/{Conversation.objects.get().id}/")
        answer(inside, "Three")
        expect(second.locator(".unread")).to_have_text("1")
        expect(second.locator(".said")).to_have_text("New message from Mari")
        second.locator("shopbell-chat .launch").press("Enter")
        expect(second.locator(".unread")).to_be_hidden()
        expect(second.locator(".composer textarea")).to_be_focused()
        second.keyboard.press("Escape")
        expect(second.locator(".panel")).to_be_hidden()
        expect(second.locator("shopbell-chat .launch")).to_be_focused()
        assert Conversation.objects.count() == 1
        assert list(Message.objects.order_by("id").values_list("text", flat=True)) == ["One", "Two", "Three"]
        context.close()
        let_requests_end()
    assert troubles == []


def test_where_no_stream_gets_through_it_asks(browser: Browser, server: str) -> None:
    chat()
    agent = factories.agent(seen_at=timezone.now())
    with shop_page(server) as shop, signed_in(browser, server, agent) as inside:
        context = browser.new_context(locale="en-GB")
        visitor = watched(context, [])
        visitor.route("**/stream?*", lambda route: route.fulfill(status=502, body="no"))
        opened(visitor, shop)
        say(visitor, "One")
        expect(visitor.locator(".row.you:not(.waiting)")).to_have_count(1)
        inside.goto(f"{server}/desk/c/{Conversation.objects.get().id}/")
        answer(inside, "Two")
        expect(visitor.locator(".list .bubble")).to_have_text(["One", "Two"], timeout=30_000)
        expect(visitor.locator(".panel .line")).to_be_hidden()
        context.close()
        let_requests_end()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_with_it_on_a_small_phone_in_german(browser: Browser, server: str, scheme: Any) -> None:
    """Closed, so that the form for the address is there too; then with messages and the menu."""
    today = timezone.localdate()
    chat(settings={"holidays": f"{today - timedelta(days=1)} {today + timedelta(days=1)}", "asks_page": True})
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme, reduced_motion="reduce")
    troubles: list[str] = []
    page = watched(context, troubles)
    with shop_page(server) as shop:
        opened(page, f"{shop}/?l=de")
        expect(page.locator(".panel")).to_have_attribute("data-theme", scheme)
        expect(page.locator(".panel")).to_have_attribute("lang", "de")
        box = page.locator(".panel").bounding_box()
        assert box == {"x": 0, "y": 0, "width": 320, "height": 640}
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert violations(page) == []
        say(page, "Wo ist mein Paket?")
        expect(page.locator(".panel [role=alert]")).to_be_visible()
        assert kept(page) == [0, 0, ""], "an address is missing: nothing was sent"
        page.locator(".panel input[type=email]").fill("anna@kunde.example")
        say(page, "Wo ist mein Paket?")
        expect(page.locator(".row.you:not(.waiting)")).to_have_count(1)
        page.locator(".panel header button[aria-expanded]").click()
        assert violations(page) == []
        context.close()
        let_requests_end()
    assert troubles == []
