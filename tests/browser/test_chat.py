"""The chat in Chromium: on a shop's page of another origin with a strict policy, and in the desk beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message
from tests import factories
from tests.browser.chat_pages import answer, bubbles, chat, kept, opened, running_desk, say, shop_page, watched
from tests.browser.desk_pages import let_requests_end, signed_in, violations
from tests.web.chat.calling import Widget

pytestmark = pytest.mark.django_db(transaction=True)


def test_begun_in_one_browser_answered_in_another_through_a_restart(browser: Browser) -> None:
    chat()
    agent = factories.agent(seen_at=timezone.now())
    troubles: list[str] = []
    gone = ("net::ERR_",)  # while the server is down
    with (
        running_desk() as desk,
        shop_page(desk.base) as shop,
        signed_in(browser, desk.base, agent, also_expected=gone) as inside,
    ):
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
        expect(second.locator(".row.waiting .meta")).to_contain_text("Leaves when the connection is back")
        expect(second.locator(".panel .line")).to_have_text("You are offline. What you write is kept and leaves later.")
        context.set_offline(False)
        expect(second.locator(".row.waiting")).to_have_count(0)
        expect(first.locator(".list .bubble")).to_have_text(["One", "Two"])
        first.close()
        second.locator(".panel .head button[aria-label='Close the chat']").click()
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


def test_who_begins_anew_after_an_end_is_told_who_waits(browser: Browser, server: str) -> None:
    channel = chat()
    agent = factories.agent(seen_at=timezone.now())
    Widget(channel).begin().say()
    with shop_page(server) as shop:
        context = browser.new_context(locale="en-GB")
        page = watched(context, [])
        opened(page, shop)
        expect(page.locator(".offer p")).to_have_text("One person is ahead of you.")
        say(page, "Hello")
        expect(page.locator(".row.you:not(.waiting)")).to_have_count(1)
        operations.assign(Conversation.objects.latest("id").id, agent=agent, team=None, actor=None)
        page.wait_for_timeout(5_500)  # so long what was worked out is kept
        page.reload()
        page.locator(".panel .head button[aria-expanded]").click()
        page.get_by_role("button", name="End the chat").click()
        page.get_by_role("button", name="End it").click()
        page.get_by_role("button", name="Begin a new chat").click()
        expect(page.locator(".offer p")).to_have_text("One person is ahead of you.", timeout=8_000)
        context.close()
        let_requests_end()


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
        one = Conversation.objects.get()
        operations.redact_passage(one.id, "One", reason="payment", actor=agent.pk)
        expect(visitor.locator(".list .bubble").first).not_to_contain_text("One", timeout=30_000)
        operations.delete(one.id, reason="privacy", actor=agent.pk)
        expect(visitor.locator(".list .bubble")).to_have_count(0, timeout=30_000)
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
        for _press in range(20):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.tagName") == "SHOPBELL-CHAT", "what lies behind is not seen"
        say(page, "Wo ist mein Paket?")
        expect(page.locator(".panel [role=alert]")).to_be_visible()
        assert kept(page) == [0, 0, ""], "an address is missing: nothing was sent"
        page.locator(".panel input[type=email]").fill("anna@kunde.example")
        say(page, "Wo ist mein Paket?")
        expect(page.locator(".row.you:not(.waiting)")).to_have_count(1)
        page.locator(".panel .head button[aria-expanded]").click()
        assert violations(page) == []
        context.close()
        let_requests_end()
    assert troubles == []


def test_the_next_unread_chat_is_the_one_that_waits_longest(browser: Browser, server: str) -> None:
    channel = chat()
    for asked in ("one", "two", "three", "four"):
        Widget(channel).begin().say(asked)
    first, second, third, fourth = Conversation.objects.order_by("id").values_list("id", flat=True)
    with signed_in(browser, server, factories.agent(seen_at=timezone.now())) as page:
        page.goto(f"{server}/desk/c/{third}/?view=open")
        for number in (first, second, fourth):
            page.keyboard.press("q")
            expect(page.locator(f"main.talk[data-conversation='{number}']")).to_be_visible()
            expect(page.locator(f".chats-now [data-chat='{number}'][aria-current]")).to_be_visible()
        page.keyboard.press("q")
        expect(page.locator("desk-toast > span")).to_have_text("No chat has anything unread.")
