"""A tab of the shop's page that stays open for days, in Chromium: what was removed meanwhile is waited for by nobody,
and a visit or a chat that is no more has a clear end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, Route, expect

from shopbell.channels import jobs
from shopbell.channels.models import Channel, Inbound
from shopbell.chats.models import Line, Visit
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message
from tests import factories
from tests.browser.chat_pages import bubbles, chat, opened, running_desk, say, shop_page, watched
from tests.browser.desk_pages import let_requests_end, violations
from tests.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def asked(page: Page) -> list[str]:
    """The questions for lines the page puts from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if "/messages?after=" in request.url:
            found.append(request.url.partition("?")[2])

    page.on("request", note)
    return found


def test_what_was_removed_is_waited_for_by_nobody(browser: Browser, server: str) -> None:
    chat()
    agent = factories.agent("Mari Maasikas", seen_at=timezone.now())
    troubles: list[str] = []
    with shop_page(server) as shop:
        context = browser.new_context(locale="en-GB")
        page = watched(context, troubles)
        opened(page, shop)
        for text in ("One", "My card is 4111 1111", "Three"):
            say(page, text)
        expect(page.locator(".row.you:not(.waiting)")).to_have_count(3)
        first = Conversation.objects.get()
        operations.redact_passage(first.id, "4111 1111", reason="payment", actor=agent.pk)
        expect(page.locator(".list .bubble").nth(1)).not_to_contain_text("4111")
        operations.delete(first.id, reason="privacy", actor=agent.pk)
        expect(page.locator(".list .bubble")).to_have_count(0)
        assert (Line.objects.count(), Visit.objects.get().top) == (0, 3)

        questions = asked(page)
        say(page, "Four")
        expect(page.locator(".row.you:not(.waiting)")).to_have_count(1)
        second = Conversation.objects.get()
        for text in ("Five", "Six", "Seven"):
            operations.reply(second.id, agent, factories.answer(text))
        expect(page.locator(".list .bubble")).to_have_text(["Four", "Five", "Six", "Seven"])
        expect(page.locator(".unread")).to_be_hidden()
        assert questions == [], "the stream says what comes after what"
        wait_until(lambda: Visit.objects.get().read_seq == 7)

        page.reload()
        expect(page.locator(".list .bubble")).to_have_text(["Four", "Five", "Six", "Seven"])
        expect(page.locator(".unread")).to_be_hidden()
        context.set_offline(True)
        expect(page.locator(".panel .line")).to_be_visible()
        for number in range(230):  # more than one answer holds
            operations.reply(second.id, agent, factories.answer(f"While away {number}"))
        operations.delete(second.id, reason="privacy", actor=agent.pk)
        context.set_offline(False)
        expect(page.locator(".panel .line")).to_be_hidden()
        say(page, "I am back")
        expect(page.locator(".row.you:not(.waiting)").last).to_contain_text("I am back")
        page.reload()
        expect(page.locator(".list .bubble")).to_have_text(["I am back"])
        context.close()
        let_requests_end()
    assert troubles == []


def test_a_tab_that_slept_for_three_days_goes_on(browser: Browser) -> None:
    """Meanwhile the server was started anew, raw bytes were forgotten, and answers say more than this tab knows of."""
    chat()
    agent = factories.agent("Mari Maasikas", seen_at=timezone.now())
    troubles: list[str] = []
    with running_desk() as desk, shop_page(desk.base) as shop:
        context = browser.new_context(locale="en-GB")
        page = watched(context, troubles)
        page.clock.install()
        opened(page, shop)
        say(page, "One")
        expect(page.locator(".row.you:not(.waiting)")).to_have_count(1)
        found = Conversation.objects.get()
        operations.reply(found.id, agent, factories.answer("Two"))
        expect(page.locator(".list .bubble")).to_have_text(["One", "Two"])

        desk.stop()
        say(page, "Three")
        expect(page.locator(".row.waiting")).to_have_count(1)
        then = timezone.now() - timedelta(days=3)
        Visit.objects.update(created_at=then, seen_at=then)
        Inbound.objects.update(created_at=then - timedelta(days=400))
        jobs.tidy_up()
        assert [bytes(one.body) for one in Inbound.objects.all()] == [b""]
        operations.reply(found.id, agent, factories.answer("Four"))
        page.route("**/messages?after=*", said_more)
        questions = asked(page)
        page.clock.fast_forward(3 * 24 * 3_600 * 1_000)
        desk.start()
        expect(page.locator(".list .bubble")).to_have_text(["One", "Two", "Four", "Three"], timeout=60_000)
        expect(page.locator(".row.waiting")).to_have_count(0)
        assert "after=0" in questions, "addresses of files hold for a day: everything is asked for anew"
        operations.reply(found.id, agent, factories.answer("Five"))
        expect(page.locator(".list .bubble").last).to_have_text("Five")
        assert (Conversation.objects.count(), Visit.objects.count()) == (1, 1)
        assert list(Line.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
        context.close()
        let_requests_end()
    assert troubles == []


def said_more(route: Route) -> None:
    """The answer of a later version."""
    answer = route.fetch()
    said = answer.json()
    said |= {"version": 9, "messages": [{**line, "mood": {"of": ["them"]}} for line in said["messages"]]}
    route.fulfill(response=answer, json=said)


def test_as_many_signs_as_are_allowed_and_one_more(browser: Browser, server: str) -> None:
    """An emoji is one, whatever the browser counts."""
    chat()
    factories.agent(seen_at=timezone.now())
    with shop_page(server) as shop:
        context = browser.new_context(locale="en-GB")
        page = watched(context, [])
        opened(page, shop)
        field, send = page.locator(".composer textarea"), page.locator(".composer .send")
        field.fill("😀" * 20_002)
        expect(page.locator(".composer .left")).to_have_text("2 characters too many.")
        field.fill("😀" * 20_001)
        expect(page.locator(".composer .left")).to_have_text("One character too many.")
        expect(send).to_be_disabled()
        field.fill("😀" * 20_000)
        expect(page.locator(".composer .left")).to_be_hidden()
        send.click()
        expect(page.locator(".row.you:not(.waiting)")).to_have_count(1)
        assert Message.objects.get().text == bubbles(page)[0] == "😀" * 20_000
        context.close()
        let_requests_end()


def test_a_tab_far_behind_a_visit_that_is_no_more_and_a_chat_that_is_off(browser: Browser, server: str) -> None:
    channel = chat()
    agent = factories.agent("Mari Maasikas", seen_at=timezone.now())
    troubles: list[str] = []
    with shop_page(server) as shop:
        context = browser.new_context(locale="en-GB")
        page = watched(context, troubles)
        opened(page, shop)
        say(page, "Hello")
        expect(page.locator(".row.you:not(.waiting)")).to_have_count(1)
        found = Conversation.objects.get()
        context.set_offline(True)
        expect(page.locator(".panel .line")).to_be_visible()
        for number in range(25):
            operations.reply(found.id, agent, factories.answer(f"{number} " + "ä" * 15_000))
        for number in range(25, 230):
            operations.reply(found.id, agent, factories.answer(f"{number}."))
        context.set_offline(False)
        expect(page.locator(".row.them")).to_have_count(230, timeout=60_000)
        assert [text.split()[0].rstrip(".") for text in bubbles(page)[1:]] == [str(number) for number in range(230)]

        Channel.objects.filter(id=channel.id).update(is_active=False)  # somebody pauses the chat
        expect(page.locator(".list .bubble")).to_have_count(231)
        say(page, "Anybody?")
        expect(page.locator(".row.failed")).to_contain_text("There is no chat here.")
        Channel.objects.filter(id=channel.id).update(is_active=True)
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".row.you:not(.waiting):not(.failed)")).to_have_count(2)
        assert Conversation.objects.count() == 1, "the visit was kept"

        page.locator(".composer textarea").fill("A draft")
        Visit.objects.all().delete()
        expect(page.locator(".intro [role=status]")).to_contain_text("is not here any more", timeout=60_000)
        assert page.locator(".composer textarea").input_value() == "A draft", "nothing written is lost"
        assert violations(page) == []
        page.locator(".composer textarea").press("Enter")
        expect(page.locator(".row.you:not(.waiting)")).to_have_count(1)
        assert bubbles(page) == ["A draft"]
        assert Message.objects.latest("id").text == "A draft"
        assert Visit.objects.count() == 1
        context.close()
        let_requests_end()
    assert troubles == []
