"""The contact form in Chromium: on its own page, without JavaScript, and inside a shop's page with a strict policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from shopbell.channels.models import Channel, Inbound
from shopbell.web.portal import contact_form
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def shop_page(body: str) -> Iterator[str]:
    """A page of the shop's own site, whose policy allows no inline script or style."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", "default-src 'none'; script-src http:; frame-src http:")
            self.end_headers()
            self.wfile.write(b'<!doctype html><html lang="da"><title>Shop</title><h1>Kontakt</h1>' + body.encode())

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def form_of(website: str = "") -> Channel:
    shop = factories.shop("Poder", website=website)
    mailbox = factories.mailbox(shop, "help@poder.example")
    return Channel.objects.create(shop=shop, type="contact_form", name="Contact form", replies_through=mailbox)


def fill(page: Page, message: str = "Where is it?") -> None:
    page.get_by_label("Your e-mail address").fill("anna@customer.example")
    page.get_by_label("What is it about?").fill("My parcel")
    page.get_by_label("Your message").fill(message)


def test_written_and_sent_without_javascript(browser: Browser, server: str) -> None:
    channel = form_of()
    page = browser.new_context(java_script_enabled=False, locale="en").new_page()
    page.goto(f"{server}/contact/{channel.shop.slug}/")
    fill(page)
    page.get_by_label("Your e-mail address").fill("anna")
    page.wait_for_timeout(contact_form.LEAST_SECONDS * 1000 + 1000)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("What you wrote is still here.")
    expect(page.get_by_label("Your message")).to_have_value("Where is it?")
    expect(page.get_by_label("Your e-mail address")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Your e-mail address").fill("anna@customer.example")
    page.wait_for_timeout(contact_form.LEAST_SECONDS * 1000 + 1000)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we have your message")
    expect(page.get_by_text("anna@customer.example")).to_be_visible()
    page.reload()
    assert Inbound.objects.count() == 1


def test_by_keyboard_alone_and_no_wider_than_a_small_phone(browser: Browser, server: str) -> None:
    channel = form_of()
    page = browser.new_context(viewport={"width": 320, "height": 640}, locale="en").new_page()
    page.goto(f"{server}/contact/{channel.shop.slug}/")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.get_by_label("Your e-mail address").focus()
    names = []
    for _ in range(6):
        names.append(page.evaluate("document.activeElement.name || document.activeElement.textContent"))
        page.keyboard.press("Tab")
    assert names == ["email", "name", "subject", "order", "message", "uploads"], "the trap is never reached"
    assert page.evaluate("document.activeElement.textContent") == "Send"


def test_inside_the_shops_page(browser: Browser, server: str) -> None:
    line = '<script src="{}/static/js/contact-form-embed.js" data-shop="{}" data-order="1042" async></script>'
    with shop_page("") as elsewhere:
        channel = form_of(elsewhere)
    with shop_page(line.format(server, channel.shop.slug)) as shop:
        channel.shop.website = shop
        channel.shop.save()
        page = browser.new_context().new_page()
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.goto(shop)
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", level=1)).to_have_text("Skriv til os")
        expect(frame.locator("[name=order]")).to_have_value("1042")
        inside = frame.locator("body").evaluate("body => body.scrollHeight")
        expect(page.locator("iframe")).to_have_css("height", f"{inside}px")
        frame.locator("[name=email]").fill("anna@customer.example")
        frame.locator("[name=subject]").fill("Pakke")
        frame.locator("[name=message]").fill("Hvor er den?")
        page.wait_for_timeout(contact_form.LEAST_SECONDS * 1000 + 1000)
        frame.get_by_role("button", name="Send").click()
        expect(frame.get_by_text("anna@customer.example")).to_be_visible()
        assert Inbound.objects.get().channel == channel
        assert [text for text in troubles if "favicon" not in text] == []


def test_no_other_site_may_frame_it(browser: Browser, server: str) -> None:
    channel = form_of("https://www.poder.example")
    line = f'<script src="{server}/static/js/contact-form-embed.js" data-shop="{channel.shop.slug}" async></script>'
    with shop_page(line) as thief:
        page = browser.new_context().new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(thief)
        page.wait_for_selector("iframe")
        page.wait_for_timeout(500)
        assert any("frame-ancestors" in text for text in refused)
        assert page.frame_locator("iframe").locator("[name=email]").count() == 0
