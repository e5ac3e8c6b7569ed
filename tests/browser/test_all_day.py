"""What an agent does all day, in one go by keyboard: with axe at each step, and the focus never lost."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, ViewportSize, expect

from shopbell.conversations.models import Conversation
from tests import factories
from tests.browser.desk_pages import overflow, signed_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = "() => document.activeElement && document.activeElement !== document.body"


def held(page: Page) -> None:
    """Nothing for axe to say, and the keyboard is somewhere."""
    assert violations(page) == []
    page.wait_for_function(KEPT, timeout=5_000)


def test_a_day_by_keyboard(browser: Browser, server: str) -> None:
    mari, box = factories.agent("Mari Maasikas"), factories.mailbox()
    factories.agent("Jaan Tamm")
    with transaction.atomic():
        made = [factories.conversation(box, f"c{n}@x.example", name=f"Customer {n}") for n in range(4)]
    with signed_in(browser, server, mari, base_url=server) as page:
        page.goto("/desk/?view=open")
        for row in (made[3], made[2]):
            page.keyboard.press("j")
            expect(page.locator(f"main.talk[data-conversation='{row.id}']")).to_be_visible()
        page.keyboard.press("k")
        expect(page.locator(f"main.talk[data-conversation='{made[3].id}']")).to_be_visible()
        page.locator(f"#row-{made[1].id} a").click()
        expect(page.locator(f"main.talk[data-conversation='{made[1].id}']")).to_be_visible()
        page.keyboard.press("a")
        expect(page.locator("#assign-filter")).to_be_focused()
        held(page)
        page.keyboard.type("jaan")
        page.keyboard.press("Enter")
        expect(page.locator(".talk-head .marks")).to_contain_text("Jaan Tamm")
        held(page)
        page.keyboard.press("s")
        page.locator("#when").fill("tomorrow 14:00")
        page.keyboard.press("Enter")
        expect(page.locator(f"#row-{made[1].id}")).to_have_count(0)
        expect(page.locator("#dialog")).to_be_hidden()
        held(page)
        assert Conversation.objects.get(id=made[1].id).snoozed_until is not None


def test_the_tour_leaves_room_to_answer_on_a_phone(browser: Browser, server: str) -> None:
    mari = factories.agent("Mari Maasikas", needs_tour=True)
    one = factories.conversation(factories.mailbox(), "c@x.example", name="Customer")
    with signed_in(browser, server, mari, base_url=server, viewport={"width": 390, "height": 844}) as page:
        page.goto("/desk/?view=open")
        expect(page.locator(".tour")).to_be_visible()
        assert overflow(page) == []
        assert violations(page) == []
        page.goto(f"/desk/c/{one.id}/")
        expect(page.locator(".tour")).to_be_hidden()
        page.get_by_label("Your reply").click()


def test_what_was_done_is_undone_by_a_key_and_words_for_a_time_are_typed_at_once(browser: Browser, server: str) -> None:
    mari = factories.agent("Mari Maasikas", needs_tour=True)
    one = factories.conversation(factories.mailbox(), "c@x.example", name="Customer One")
    with signed_in(browser, server, mari, base_url=server) as page:
        page.goto("/desk/?view=open")
        expect(page.locator(".tour")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(".tour")).to_have_count(0)
        held(page)
        page.keyboard.press("j")
        expect(page.locator(f"main.talk[data-conversation='{one.id}']")).to_be_visible()
        page.keyboard.press("s")
        expect(page.locator("#dialog button[autofocus]")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#dialog .item").nth(1)).to_be_focused()
        page.keyboard.type("3d")
        expect(page.locator("#when")).to_have_value("3d")
        page.keyboard.press("Enter")
        expect(page.locator("#toasts")).to_contain_text(f"#{one.id} is put aside")
        expect(page.locator("#dialog")).to_be_hidden()
        page.keyboard.press("z")
        expect(page.locator(f"main.talk[data-conversation='{one.id}']")).to_be_visible()
        assert Conversation.objects.get(id=one.id).snoozed_until is None
        page.keyboard.press("c")
        expect(page.locator("#step-add")).to_be_focused()
        page.keyboard.type("Ask the carrier")
        page.keyboard.press("Enter")
        expect(page.locator("#dialog .step")).to_have_count(1)
        page.locator("#dialog button[name=delete]").press("Enter")
        expect(page.locator("#dialog .step")).to_have_count(0)
        expect(page.locator("#step-add")).to_be_focused()
        page.goto("/desk/views/new/")
        page.locator('[name=do][value="group"]').press("Enter")
        expect(page.locator("#conditions .group select").last).to_be_focused()
        page.locator(".group [value^=remove]").press("Enter")
        expect(page.locator(".group")).to_have_count(0)
        expect(page.locator('#conditions [value="add"]')).to_be_focused()
        page.goto("/desk/customers/")
        page.keyboard.press("j")
        expect(page.locator("#rows a").first).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/customers/*/")  # with its scripts
        expect(page.locator("#note")).to_be_visible()
        page.keyboard.press("n")
        expect(page.locator("#note")).to_be_focused()


def test_customer_and_orders_come_when_asked_for_where_there_is_no_room(browser: Browser, server: str) -> None:
    mari = factories.agent("Mari Maasikas")
    one = factories.conversation(factories.mailbox(), "c@x.example", name="Customer One")
    phone: ViewportSize = {"width": 390, "height": 844}
    with signed_in(browser, server, mari, base_url=server, viewport=phone, has_touch=True, is_mobile=True) as page:
        page.goto(f"/desk/c/{one.id}/")
        beside = page.locator("aside.side")
        expect(beside).to_be_hidden()
        page.get_by_role("button", name="Customer and orders").tap()
        expect(beside.get_by_text("c@x.example")).to_be_in_viewport()
        assert violations(page) == []
        assert overflow(page) == []
        beside.get_by_role("link", name="Checklist").tap()
        expect(page.locator("#dialog #step-add")).to_be_focused()
        expect(beside).to_be_hidden()
        page.set_viewport_size({"width": 1440, "height": 900})
        expect(beside).to_be_visible()
        expect(page.get_by_role("button", name="Customer and orders")).to_be_hidden()
        page.set_viewport_size(phone)
        page.goto("/desk/preferences/")
        for box in page.locator("main input[type=checkbox]").all():
            size = box.bounding_box()
            assert size
            assert min(size["width"], size["height"]) >= 24, "to be met by a finger"
