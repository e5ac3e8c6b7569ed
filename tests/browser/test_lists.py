"""Selecting, keys and the menu of rows in Chromium."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect

from shopbell.conversations.models import Conversation
from tests import factories
from tests.browser.desk_pages import signed_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_rows_are_selected_changed_and_taken_back_by_keyboard(browser: Browser, server: str):
    mari, box = factories.agent("Mari Maasikas"), factories.mailbox()
    with transaction.atomic():
        made = [factories.conversation(box, f"c{n}@x.example", name=f"Customer {n}") for n in range(4)]
    with signed_in(browser, server, mari, base_url=server) as page:
        page.goto("/desk/?view=open")
        page.keyboard.press("ArrowDown")
        expect(page.locator("#rows .row a").first).to_be_focused()
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
        assert violations(page, without="target-size") == []  # of the rows the menu covers
        page.keyboard.press("Escape")
        expect(page.locator(f"#row-{made[1].id} a")).to_be_focused()
        page.keyboard.press("e")
        expect(page.locator(f"#row-{made[1].id}")).to_have_count(0)
        expect(page.locator("#rows")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#rows .row a").first).to_be_focused()
        page.keyboard.press("g")
        page.keyboard.press("2")
        expect(page).to_have_url(f"{server}/desk/?view=unassigned")


def test_a_long_choice_of_a_view_is_named_by_keyboard(browser: Browser, server: str):
    with signed_in(browser, server, factories.agent("Mari Maasikas"), base_url=server) as page:
        page.goto("/desk/views/new/")
        page.keyboard.type("Northern")
        page.locator("#f0").select_option("language")
        page.locator("#w0").focus()
        for typed, chosen in (("Eston", ["Estonian"]), ("danish", ["Danish", "Estonian"])):
            page.keyboard.type(typed)
            page.keyboard.press("Enter")
            expect(page.locator("input[name=v0]:checked")).to_have_count(len(chosen))
            expect(page.locator("#w0")).to_have_value("")
            expect(page.locator("#w0")).to_be_focused()


def test_keys_are_commands_though_a_row_is_ticked(browser: Browser, server: str):
    box = factories.mailbox()
    with transaction.atomic():
        first, second = (factories.conversation(box, f"c{n}@x.example", name=f"Customer {n}") for n in range(2))
    with signed_in(browser, server, factories.agent("Mari Maasikas"), base_url=server) as page:
        page.goto(f"/desk/c/{second.id}/?view=open")
        pick = page.locator(f"#row-{second.id} .pick")
        pick.focus()
        page.keyboard.press(" ")
        expect(pick).to_be_checked()
        page.keyboard.press("j")
        expect(page.locator(f"main.talk[data-conversation='{first.id}']")).to_be_visible()
        expect(pick).to_be_checked()
