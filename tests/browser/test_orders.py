"""The order beside the message in Chromium: it appears by itself, is opened and acted on by keyboard."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from shopbell.commerce.models import Action, Connection
from shopbell.commerce.operations import recording
from shopbell.conversations.models import Conversation
from shopbell.events import delivery
from tests import factories
from tests.browser.desk_pages import overflow, signed_in, violations
from tests.commerce.things import connect, order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANNA = "anna@customer.example"


@pytest.fixture
def laden() -> Connection:
    return connect(factories.shop(), connector="woocommerce")


@pytest.fixture
def talk(laden: Connection) -> Conversation:
    with transaction.atomic():
        return factories.conversation(
            factories.mailbox(laden.shop), ANNA, text="Where is it?", occurred_at=timezone.now()
        )


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    with signed_in(browser, server, factories.agent("Leena Lead", "lead"), base_url=server) as page:
        yield page


def work() -> None:
    while delivery.deliver("inside", 50):
        pass


def test_an_order_placed_in_the_shop_appears_beside_the_open_message(page, laden, talk):
    page.goto(f"/desk/c/{talk.id}/")
    expect(page.locator("aside.side")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.locator("#orders")).to_have_count(0)
    began = time.monotonic()
    bought = order(number="SB-1", email=ANNA, paid=4990, placed_at=timezone.now())
    recording.record(laden, [bought])
    work()
    expect(page.locator("#orders")).to_contain_text("#SB-1", timeout=5_000)
    assert time.monotonic() - began < 60
    assert violations(page) == []
    page.keyboard.press("i")
    expect(page).to_have_url(re.compile(r"/desk/orders/\d+/\?from="))
    assert violations(page) == []
    page.keyboard.press("r")
    dialog = page.locator("#dialog")
    dialog.get_by_label(re.compile("Amount in EUR")).fill("99")
    dialog.get_by_role("button", name="Refund").click()
    expect(dialog.get_by_text("At most €49.90 can still go back.")).to_be_visible()
    assert violations(page) == []
    dialog.get_by_label(re.compile("Amount in EUR")).fill("12,50")
    dialog.get_by_role("button", name="Refund").dblclick()
    expect(page.get_by_text("Refund €12.50")).to_be_visible()
    assert [(one.amount, one.state) for one in Action.objects.all()] == [(1250, "requested")]
    expect(page.locator(".hit:focus")).to_contain_text("Refund €12.50")
    page.keyboard.press("n")
    expect(page.locator("#deed-text")).to_be_focused()
    page.keyboard.type("Before Christmas")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".hit:focus")).to_contain_text("Before Christmas")
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    assert overflow(page) == []
    assert violations(page) == []
