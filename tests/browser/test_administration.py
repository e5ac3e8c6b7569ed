"""Everything under /admin/ and what agents set for themselves: accessible, in every width, without an error."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from shopbell.agents import operations
from tests import factories
from tests.browser import desk_pages

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = """
    mailboxes/ mailboxes/new/ people/ people/new/ signing-in/ sign-on/ log/ teams/new/ shops/ shops/new/ tags/ tags/new/
    checklists/ checklists/new/ macros/ macros/new/ fields/ fields/new/customer/ health/ tokens/ tokens/new/ webhooks/
    webhooks/new/ stuck/
"""
OWN = """
    /admin/ /desk/preferences/ /desk/preferences/availability/ /desk/preferences/notifications/ /accounts/security/
    /accounts/password/ /accounts/reauthenticate/ /desk/signatures/new/ /desk/customers/ /desk/customers/import/
    /desk/customers/doubles/ /desk/customers/segments/new/ /desk/handbook/ /desk/handbook/writing/ /api/docs
"""


@pytest.mark.parametrize(
    ("theme", "language", "width"), [("light", "en", 1280), ("dark", "de", 1280), ("light", "de", 390)]
)
def test_the_pages_are_accessible(browser: Browser, server: str, theme: str, language: str, width: int) -> None:
    factories.shop()
    factories.conversation()
    admin = factories.agent("Ada Admin", "admin", theme=theme, language=language, also_answers=True)
    operations.record_sign_in(admin)
    addresses = [*(f"/admin/{path}" for path in ADMIN.split()), *OWN.split()]
    troubles: list[tuple[str, str]] = []
    with desk_pages.signed_in(browser, server, admin, viewport={"width": width, "height": 900}) as page:
        for address in addresses:
            answer = page.goto(server + address)
            assert answer is not None
            assert answer.status == 200, address
            troubles += [(address, what) for what in (*desk_pages.overflow(page), *desk_pages.violations(page))]
        page.goto(f"{server}/desk/preferences/")
        rows = page.locator(".tabs.own a").evaluate_all("tabs => new Set(tabs.map(tab => tab.offsetTop)).size")
        page.goto(f"{server}{page.locator('.tabs.own a').nth(-2).get_attribute('href')}")
        expect(page.locator(".tabs.own [aria-current]")).to_be_in_viewport(ratio=1)
    assert troubles == []
    assert rows == 1, "tabs are a row that scrolls, not two"


def test_preferences_are_found_by_the_palette(browser: Browser, server: str) -> None:
    with desk_pages.signed_in(browser, server, factories.agent()) as page:
        page.goto(f"{server}/desk/")
        page.keyboard.press("Control+k")
        page.keyboard.type("availab")
        page.get_by_role("option", name="Preferences: Availability").wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/preferences/availability/")


def test_things_are_added_and_deleted_from_the_palette(browser: Browser, server: str) -> None:
    with desk_pages.signed_in(browser, server, factories.agent("Ada Admin", "admin")) as page:
        page.goto(f"{server}/admin/macros/")
        commands = {"administration: shops": "shops/", "administration: tags": "tags/", "add a tag": "tags/new/"}
        for command, address in commands.items():
            page.keyboard.press("Control+k")
            page.keyboard.type(command)
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/admin/{address}")
        page.keyboard.type("late")
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/tags/")
        page.keyboard.press("j")
        expect(page.get_by_role("link", name="Change late")).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/admin/tags/\d+/$"))
        page.keyboard.press("Control+k")
        page.keyboard.type("delete this")
        page.keyboard.press("Enter")
        expect(page.locator("summary", has_text="Delete this tag")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Delete for good")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main").get_by_text("“late” is being deleted")).to_be_visible()


def test_after_saving_the_keyboard_is_where_the_page_begins(browser: Browser, server: str) -> None:
    team = factories.team("Returns")
    with desk_pages.signed_in(browser, server, factories.agent("Ada Admin", "admin", also_answers=True)) as page:
        said, heading = page.locator("#live"), page.locator("main h1")
        page.goto(f"{server}/admin/tags/")
        expect(heading).not_to_be_focused()
        page.goto(f"{server}/admin/tags/new/")
        page.keyboard.type("late")
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/tags/")
        expect(heading).to_be_focused()
        expect(said).to_have_text("Saved.")
        for address in ("preferences/#main", "preferences/availability/", "preferences/notifications/"):
            page.goto(f"{server}/desk/{address}")
            page.get_by_role("button", name="Save", exact=True).press("Enter")
            expect(page.locator("#toasts")).to_contain_text("Saved")
            expect(heading).to_be_focused()
        page.goto(f"{server}/admin/teams/{team.pk}/")
        page.get_by_role("button", name="Save", exact=True).press("Enter")
        page.wait_for_url("**/admin/people/#teams")
        expect(page.locator("#teams")).to_be_focused()
        page.goto(f"{server}/desk/preferences/")
        page.get_by_label("Time zone").fill("Europe/Nowhere")
        page.keyboard.press("Enter")
        expect(page.locator("main [role=alert]")).to_contain_text("Not saved yet")
        expect(page.get_by_label("Time zone")).to_be_focused()
