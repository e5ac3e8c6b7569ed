"""Merging, splitting and redacting in Chromium: by keyboard, with axe, at a phone's width, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from shopbell.agents.models import Agent
from shopbell.conversations.models import Conversation, Message
from tests import factories
from tests.browser.desk_pages import overflow, signed_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mari() -> Agent:
    return factories.agent("Mari Maasikas", "lead", time_zone="Europe/Tallinn")


@pytest.fixture
def page(browser: Browser, server: str, mari: Agent) -> Iterator[Page]:
    with signed_in(browser, server, mari, base_url=server) as page:
        yield page


@pytest.fixture
def two() -> list[Message]:
    box = factories.mailbox()
    with transaction.atomic():
        return [
            factories.receive(
                box, subject="Order 1042", text="My card is 4111 1111 1111 1111", occurred_at=timezone.now()
            ),
            factories.receive(box, subject="Order 1042", text="Hello? Anybody?", occurred_at=timezone.now()),
        ]


def test_merged_and_undone_by_keyboard(page: Page, two: list[Message]) -> None:
    first, second = (one.conversation_id for one in two)
    page.goto(f"/desk/c/{second}/")
    page.keyboard.press("m")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_text("same customer, same subject")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("1 message moves")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/desk/c/{first}/"))
    expect(page.locator(".bubble", has_text="Hello? Anybody?")).to_be_visible()
    expect(dialog).to_be_hidden()
    page.locator("desk-toast").get_by_role("button", name="Undo").click()
    expect(page).to_have_url(re.compile(f"/desk/c/{second}/"))
    expect(page.locator("main.talk .bubble")).to_have_count(1)
    assert Conversation.objects.get(id=second).state == "open"


def test_what_is_marked_is_removed(page: Page, two: list[Message]) -> None:
    page.goto(f"/desk/c/{two[0].conversation_id}/")
    page.evaluate(
        """() => {
            const text = document.querySelector(".bubble p").firstChild;
            const range = document.createRange();
            range.setStart(text, text.data.indexOf("4111"));
            range.setEnd(text, text.data.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    page.keyboard.press("h")
    expect(page.locator("#redact-passage")).to_have_value("4111 1111 1111 1111")
    page.get_by_role("button", name="Look where it stands").click()
    expect(page.locator("#dialog")).to_contain_text("It stands in 1 message.")
    assert violations(page) == []
    page.get_by_label("payment details").check()
    page.get_by_label("I am sure.").check()
    page.get_by_role("button", name="Remove for good").click()
    expect(page.locator(".bubble").first).to_contain_text("My card is █████")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#rows")).not_to_contain_text("4111")  # the list follows in a moment
    assert "4111" not in page.content()


@pytest.mark.parametrize("action", ["merge", "link", "split", "block", "redact", "delete", "print"])
def test_each_form_is_a_page_of_its_own_that_fits_a_phone(
    browser: Browser, server: str, mari: Agent, two: list[Message], action: str
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": True}
    with signed_in(browser, server, mari, base_url=server, **phone) as page:
        page.goto(f"/desk/c/{two[0].conversation_id}/{action}/")
        expect(page.locator("h1, h2").first).to_be_visible()
        assert overflow(page) == []
        assert violations(page) == []


def test_what_was_found_to_merge_with_goes_when_the_words_go(page: Page, two: list[Message]) -> None:
    with transaction.atomic():
        eve = factories.receive(two[0].channel, "eve@customer.example", name="Eve", subject="A blue cup")
    page.goto(f"/desk/c/{two[1].conversation_id}/merge/?q=eve")
    hits = page.locator("#merge-hits")
    expect(hits.get_by_role("link")).to_have_count(1)
    page.goto(f"/desk/c/{two[1].conversation_id}/")
    page.keyboard.press("m")
    expect(hits.get_by_role("link")).to_contain_text("same customer, same subject")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    field = page.get_by_label("Number, subject or customer")
    expect(field).to_be_focused()
    page.keyboard.type("eve")
    expect(hits.get_by_role("link")).to_contain_text(f"#{eve.conversation_id} A blue cup")
    page.keyboard.press("Enter")
    expect(hits.get_by_role("heading")).to_have_text("Found")
    expect(field).to_be_focused()
    for _ in "eve":
        page.keyboard.press("Backspace")
    expect(hits.get_by_role("heading")).to_have_text("Likely")
    expect(hits.get_by_role("link")).to_contain_text("same customer, same subject")
    expect(field).to_be_focused()
