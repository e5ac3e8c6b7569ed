"""The whole way of a chat, in Chromium and over real mail servers: begun on the shop's page, answered at the desk, the
server restarted, the visitor gone, answered by mail, the mail answered, the page opened again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from shopbell.channels.models import Channel, Outbound
from shopbell.chats.models import Visit
from shopbell.conversations.models import Conversation, Message
from shopbell.events.models import Delivery
from tests import factories, mails, mailservers, processes
from tests.browser.chat_pages import answer, bubbles, chat, opened, running_desk, say, shop_page, watched
from tests.browser.desk_pages import let_requests_end, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ANNA = "anna@customer.test"
SAID = {
    "en": ("Where is my parcel?", "Order 1042", "Thank you, I have it now!", "I am back"),
    "de": ("Wo ist mein Paket?", "Bestellung 1042", "Danke, es ist da!", "Da bin ich wieder"),
}
TOLD = {
    "en": ("I look it up.", "It is at the parcel shop."),
    "de": ("Ich sehe nach.", "Es liegt im Paketshop."),
}
LETTER = {"en": "You left the chat with Poder", "de": "Sie hatten den Chat mit Poder verlassen"}


@pytest.fixture(scope="module")
def dovecot() -> Iterator[mailservers.Dovecot]:
    with mailservers.Dovecot("help", "anna") as server:
        yield server


@pytest.fixture(scope="module")
def postfix(dovecot: mailservers.Dovecot) -> Iterator[mailservers.Postfix]:
    with mailservers.Postfix(dovecot) as server:
        yield server


@pytest.fixture
def worker() -> Iterator[processes.Killable]:
    running = processes.Killable("worker")
    running.start()
    yield running
    running.stop()


def outbox() -> list[object]:
    """What was to leave, and what is still to be done."""
    left = Outbound.objects.values_list("key", "state", "error")
    return [*left, *Delivery.objects.values_list("lane", "event_name", "handler", "attempts", "error")]


def mailbox(dovecot: mailservers.Dovecot, postfix: mailservers.Postfix, language: str) -> Channel:
    settings = mailservers.settings(dovecot, postfix, "help")
    shop = factories.shop("Poder", language=language, accent="#1f4e5f")
    return factories.mailbox(shop, address="help@shop.test", settings=settings)


@pytest.mark.parametrize("language", ["en", "de"])
def test_one_conversation_complete_and_in_order(
    browser: Browser,
    dovecot: mailservers.Dovecot,
    postfix: mailservers.Postfix,
    worker: processes.Killable,
    language: str,
) -> None:
    box = mailbox(dovecot, postfix, language)
    chat(shop=box.shop, replies_through=box)
    agent = factories.agent("Mari Maasikas", seen_at=timezone.now(), language=language)
    asked, detail, thanks, back = SAID[language]
    found_out, there = TOLD[language]
    troubles: list[str] = []
    before = len(dovecot.mails("anna"))
    with (
        running_desk() as desk,
        shop_page(desk.base) as shop,
        signed_in(browser, desk.base, agent, also_expected=("net::ERR_",)) as inside,
    ):
        context = browser.new_context(locale="de-DE" if language == "de" else "en-GB")
        visitor = watched(context, troubles)
        opened(visitor, f"{shop}/?l={language}")
        say(visitor, asked)
        expect(visitor.locator(".row.you:not(.waiting)")).to_have_count(1)
        visitor.locator(".strip button.link").click()
        visitor.locator(".panel input[type=email]").fill(ANNA)
        visitor.keyboard.press("Enter")
        expect(visitor.locator(".panel input.code")).to_be_focused()
        processes.wait_until(lambda: len(dovecot.mails("anna")) == before + 1, 60, outbox)
        visitor.keyboard.type(code_in(dovecot.mails("anna")[-1]))
        visitor.keyboard.press("Enter")
        expect(visitor.locator(".tray")).to_contain_text(ANNA)

        inside.goto(f"{desk.base}/desk/?view=unassigned")
        inside.locator(".chats-now a").click()
        answer(inside, found_out)
        expect(visitor.locator(".row.them .bubble")).to_have_text(found_out)

        desk.stop()
        say(visitor, detail)
        expect(visitor.locator(".row.waiting")).to_have_count(1)
        desk.start()
        expect(visitor.locator(".row.waiting")).to_have_count(0, timeout=60_000)
        kept = context.storage_state()
        context.close()  # gone

        Visit.objects.update(seen_at=timezone.now() - timedelta(minutes=4))
        inside.reload()
        answer(inside, there)
        processes.wait_until(lambda: len(dovecot.mails("anna")) == before + 2, 60, outbox)
        letter = message_from_bytes(dovecot.mails("anna")[-1], policy=policy.default)
        text = " ".join(letter.get_body(("plain",)).get_content().split())
        assert LETTER[language] in text
        assert there in text
        again = mails.mail(
            f"Anna Saar <{ANNA}>",
            str(letter["Reply-To"] or letter["From"]),
            str(letter["Subject"]),
            f"{thanks}\n\n> {there}\n",
            In_Reply_To=str(letter["Message-ID"]),
        )
        postfix.receive(again, "help@shop.test", ANNA)
        processes.wait_until(lambda: Message.objects.filter(text=thanks).exists(), 60)

        context = browser.new_context(storage_state=kept)
        visitor = watched(context, troubles)
        visitor.goto(f"{shop}/?l={language}")
        expect(visitor.locator(".panel")).to_be_visible()  # it was open when they left
        said = [asked, found_out, detail, there, thanks]
        expect(visitor.locator(".list .bubble")).to_have_text(said)
        say(visitor, back)
        expect(visitor.locator(".row.you:not(.waiting)")).to_have_count(4)
        assert bubbles(visitor) == [*said, back]
        assert Conversation.objects.count() == 1
        public = Message.objects.filter(kind__in=["customer", "agent"]).order_by("id")
        assert list(public.values_list("text", flat=True)) == [*said, back]
        inside.reload()
        for words in (*said, back):
            expect(inside.locator("main.talk")).to_contain_text(words)
        context.close()
        let_requests_end()
    assert troubles == []


def code_in(mail: bytes) -> str:
    """The six digits somebody reads in a letter."""
    letter = message_from_bytes(mail, policy=policy.default)
    found = re.search(r"\b(\d{3}) ?(\d{3})\b", letter.get_body(("plain",)).get_content())
    assert found
    return found[1] + found[2]
