"""What an agent does all day, in one go by keyboard: with axe at each step, and the focus never lost."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

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
