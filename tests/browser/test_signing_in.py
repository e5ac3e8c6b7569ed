"""Signing in as people do it: an authenticator app, recovery codes, security keys and passkeys in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, Page

from shopbell.agents import operations
from shopbell.agents.models import Agent
from tests import factories
from tests.browser import desk_pages
from tests.web.test_signing_in import totp

pytestmark = pytest.mark.django_db(transaction=True)
KEY = {"protocol": "ctap2", "hasUserVerification": True, "isUserVerified": True}


@contextmanager
def visitor(browser: Browser, server: str) -> Iterator[Page]:
    """Somebody with a computer that has a passkey store; at the address by name, for keys belong to names."""
    base = server.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=base, locale="en-GB", viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.set_default_timeout(15_000)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {**KEY, "transport": "internal", "hasResidentKey": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    desk_pages.let_requests_end()
    assert troubles == []


def sign_in(page: Page, agent: Agent) -> None:
    page.goto("/accounts/login/")
    page.fill("#id_login", agent.email)
    page.fill("#id_password", factories.PASSWORD)
    page.click("button.strong")


def long_ago() -> None:
    """Everybody signed in so long ago that they are asked who they are before they change how they sign in."""
    for row in Session.objects.all():
        store = SessionStore(row.session_key)
        for record in store.get("account_authentication_methods", []):
            record["at"] -= 700
        store.save()


def confirm(page: Page) -> None:
    """Whoever changes how they sign in is asked for the password again."""
    page.get_by_role("heading", name="Is it you?").wait_for()
    assert desk_pages.violations(page) == []
    page.fill("#id_password", factories.PASSWORD)
    page.get_by_role("button", name="Go on").click()


def sign_out(page: Page) -> None:
    """As if the browser had forgotten; away from the desk first, whose scripts would notice."""
    page.goto("about:blank")
    page.context.clear_cookies()


def test_a_passkey_is_added_signs_in_alone_and_is_removed(browser: Browser, server: str) -> None:
    mari = factories.agent()
    with visitor(browser, server) as page:
        sign_in(page, mari)
        page.wait_for_url("**/desk/**")
        page.goto("/accounts/security/")
        page.get_by_role("link", name="Add a key").click()
        page.get_by_role("heading", name="Add a passkey or a security key").wait_for()
        assert desk_pages.violations(page) == []
        page.fill("#id_name", "My laptop")
        page.press("#id_name", "Enter")
        page.wait_for_url("**/security/codes/")
        assert desk_pages.violations(page) == []
        page.get_by_role("link", name="I have them").click()
        assert page.get_by_text("My laptop").first.is_visible()
        assert page.get_by_text("passkey", exact=True).is_visible()
        sign_out(page)
        page.goto("/accounts/login/?next=/desk/drafts/")
        assert desk_pages.violations(page) == []
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/desk/drafts/")
        sign_out(page)
        sign_in(page, mari)
        page.get_by_role("button", name="Use a key or passkey").click()
        page.wait_for_url("**/desk/**")
        page.goto("/accounts/security/")
        long_ago()
        page.get_by_role("link", name="Rename").click()
        confirm(page)
        page.fill("#id_name", "Old laptop")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Remove Old laptop").click()
        page.get_by_role("button", name="Remove it").click()
        page.wait_for_url("**/accounts/security/keys/")
        assert not Authenticator.objects.filter(type="webauthn").exists()
        sign_out(page)
        page.goto("/accounts/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("alert").filter(has_text="The key was not accepted").wait_for()
        assert page.url.endswith("/accounts/login/")


def test_an_app_is_set_up_where_the_role_needs_it_and_a_recovery_code_stands_in(browser: Browser, server: str) -> None:
    mari = factories.agent()
    Agent.objects.filter(pk=mari.pk).update(factor_by="2026-01-01T00:00:00Z")
    with visitor(browser, server) as page:
        sign_in(page, mari)
        page.get_by_role("heading", name="A second step is needed").wait_for()
        assert desk_pages.violations(page) == []
        page.get_by_role("link", name="An authenticator app").click()
        page.get_by_role("heading", name="Set up an authenticator app").wait_for()
        assert desk_pages.violations(page) == []
        assert page.locator("img.code").evaluate("image => image.complete && image.naturalWidth > 0")
        page.get_by_text("I cannot scan it").click()
        secret = page.locator("pre.copy").inner_text().strip()
        page.fill("#id_code", "000000")
        page.get_by_role("button", name="Switch it on").click()
        page.get_by_text("This code is wrong.").wait_for()
        page.fill("#id_code", totp(secret))
        page.get_by_role("button", name="Switch it on").click()
        page.wait_for_url("**/security/codes/")
        code = page.locator("pre.copy").inner_text().split()[0]
        page.goto("/desk/")
        assert page.url.endswith("/desk/")
        sign_out(page)
        sign_in(page, mari)
        page.get_by_role("heading", name="One more step").wait_for()
        assert desk_pages.violations(page) == []
        page.fill("#id_code", code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/desk/**")


@pytest.mark.parametrize("way", ["invitation", "password"])
def test_a_link_for_a_password_lets_in(browser: Browser, server: str, way: str) -> None:
    """Chromium says no origin from a page that keeps its address to itself, and a form without one is refused."""
    admin = factories.agent("Ada Admin", "admin")
    named = {"email": "liis@shop.example", "name": "Liis", "role": "agent", "password": None}
    agent = operations.create_agent(actor=admin.pk, **named)
    if way == "invitation":
        address = f"/accounts/invitation/{operations.invite(agent, actor=admin.pk)[1]}/"
    else:
        address = reverse("choose_password", args=operations.make_password_link(agent, actor=admin.pk))
    with visitor(browser, server) as page:
        page.goto(address)
        page.keyboard.type("a warm winter coat")
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/")
