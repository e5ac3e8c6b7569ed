"""Selecting, keys and the menu of rows in Chromium."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect

from shopbell.conversations.models import Conversation
from tests import factories
from tests.browser.desk_pages import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_rows_are_selected_changed_and_taken_back_by_keyboard(browser: Browser, server: str):
    mari, box = factories.agent("Mari Maasikas"), factories.mailbox()
    with transaction.atomic():
        made = [factories.conversation(box, f"c{n}@x.example", name=f"Customer {n}") for n in range(4)]
    with signed_in(browser, server, mari, base_url=server) as page:
        page.goto("/desk/?view=open")
        page.locator("#rows .row a").first.focus()
        page.keyboard.press("x")
        page.keyboard.press("Shift+ArrowDown")
        expect(page.locator("#bulk .picked")).to_have_text("2 selected")
        page.keyboard.press("#")
        page.locator("#bulk-add").fill("late")
        page.keyboard.press("Enter")
        expect(page.locator("#bulk-panel")).to_contain_text("2 conversations changed.")
        expect(page.locator("#dialog")).not_to_be_visible()
        expect(page.locator("#rows .pick:checked")).to_have_count(0)
        assert Conversation.objects.filter(tags=["late"]).count() == 2
        page.keyboard.press("z")
        expect(page.locator("#bulk-panel")).to_contain_text("2 conversations are as they were.")
        assert not Conversation.objects.filter(tags=["late"]).exists()
        page.keyboard.press("Control+k")
        page.keyboard.type("select the whole")
        page.keyboard.press("Enter")
        expect(page.locator("#bulk [name=all]")).to_be_checked()
        page.keyboard.press("p")
        expect(page.locator("#dialog-title")).to_have_text("Priority of 4 conversations")
        page.keyboard.press("Enter")
        expect(page.locator("#bulk-panel")).to_contain_text("4 conversations changed.")
        expect(page.locator("#dialog")).not_to_be_visible()
        page.locator(f"#row-{made[1].id} a").focus()
        page.keyboard.press("Shift+F10")
        expect(page.locator("#row-menu")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(f"#row-{made[1].id} a")).to_be_focused()
        page.keyboard.press("e")
        expect(page.locator(f"#row-{made[1].id}")).to_have_count(0)
        page.keyboard.press("g")
        page.keyboard.press("2")
        expect(page).to_have_url(f"{server}/desk/?view=unassigned")
