"""Who a visitor of the chat is, in Chromium: by a code that was mailed, by the shop's word; files both ways, and what
was said by mail."""

from __future__ import annotations

import time
from pathlib import Path

import jwt
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from shopbell.channels.models import Outbound
from shopbell.chats.models import Visit
from shopbell.conversations.models import Attachment, Conversation, Message
from shopbell.customers import operations as customers
from shopbell.customers import proofs
from shopbell.customers.models import Identity, Proof, VouchingKey
from shopbell.shops.models import Shop
from tests import factories
from tests.browser.chat_pages import chat, opened, say, shop_page, watched
from tests.browser.desk_pages import let_requests_end, signed_in, violations
from tests.web.chat.calling import PNG
from tests.web.portal_customers import SENDS

pytestmark = pytest.mark.django_db(transaction=True)
ANNA = "anna@kunde.example"


def code() -> str:
    return proofs.code(Proof.objects.latest("id"))


def choose(page: Page, entry: str) -> None:
    """An entry of the menu of the chat."""
    page.locator(".panel .head button[aria-expanded]").click()
    page.locator(".menu-list").get_by_text(entry, exact=True).click()


def test_an_address_is_proved_by_a_code_and_what_was_said_is_mailed_there(browser: Browser, server: str) -> None:
    """In German, on a small phone, by keyboard where a form is open."""
    shop = factories.shop("Poder", accent="#1f4e5f", language="de")
    chat(shop=shop, replies_through=factories.mailbox(shop, settings=SENDS))
    before = factories.conversation(factories.mailbox(shop), ANNA, name="Anna Saar")
    troubles: list[str] = []
    context = browser.new_context(viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    page = watched(context, troubles)
    refused = ("the server responded with a status of 422",)
    agent = factories.agent(seen_at=timezone.now())
    with shop_page(server) as address, signed_in(browser, server, agent, also_expected=refused) as inside:
        opened(page, f"{address}/?l=de")
        say(page, "Wo ist mein Paket?")
        expect(page.locator(".row.you:not(.waiting)")).to_have_count(1)
        page.get_by_role("button", name="Antworten per E-Mail erhalten").click()
        expect(page.locator(".panel input[type=email]")).to_be_focused()
        page.keyboard.type("anna@kunde")
        page.keyboard.press("Enter")
        expect(page.locator(".card-form [role=alert]")).to_be_visible()
        page.locator(".panel input[type=email]").fill(ANNA)
        page.keyboard.press("Enter")
        field = page.locator(".panel input.code")
        expect(field).to_be_focused()
        assert violations(page) == []
        assert Visit.objects.get().level == "known"
        page.keyboard.type("000000" if code() != "000000" else "000001")
        page.keyboard.press("Enter")
        expect(page.locator(".card-form [role=alert]")).to_be_visible()
        assert Visit.objects.get().level == "known", "a wrong code proves nothing"
        page.get_by_role("button", name="Noch einmal versuchen").click()
        expect(page.locator(".panel input[type=email]")).to_have_value(ANNA)
        page.keyboard.press("Enter")
        expect(field).to_be_focused()
        given = code()
        field.fill(f"{given[:3]} {given[3:]}")
        page.keyboard.press("Enter")
        expect(page.locator(".tray")).to_contain_text(ANNA)
        expect(page.locator(".card-form")).to_have_count(0)
        visit = Visit.objects.get()
        assert (visit.level, visit.email, visit.customer_id) == ("verified", ANNA, before.customer_id)

        found = Conversation.objects.get(channel_type="chat")
        inside.goto(f"{server}/desk/c/{found.id}/")
        expect(inside.locator("#guest-card .level.verified")).to_contain_text(ANNA)

        choose(page, "Diesen Chat per E-Mail erhalten")
        expect(page.locator(".tray")).to_contain_text("unterwegs")
        (letter,) = Outbound.objects.filter(key__startswith="chat-transcript:")
        assert letter.content["to"][0]["address"] == ANNA
        assert "Wo ist mein Paket?" in letter.content["text"]
        expect(page.locator(".list .bubble")).to_have_count(1)

        choose(page, "Chat beenden")
        expect(page.locator(".tray .do.strong")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Neuen Chat beginnen")).to_be_focused()
        context.close()
        let_requests_end()
    assert troubles == []


def word_for(shop: Shop, number: str) -> str:
    """What the shop's own server would put into its page."""
    customers.renew_secret(shop, actor=None)
    secret = VouchingKey.objects.get(shop=shop).secrets["current"]
    claims = {"sub": number, "email": ANNA, "email_verified": True, "name": "Anna Saar", "exp": int(time.time()) + 600}
    return jwt.encode(claims, secret, algorithm="HS256")


def test_the_shops_word_opens_the_chat_on_every_device_and_nobody_elses(browser: Browser, server: str) -> None:
    channel = chat()
    agent = factories.agent(seen_at=timezone.now())
    troubles: list[str] = []
    with (
        shop_page(server, word_for(channel.shop, "4711")) as signed,
        shop_page(server) as unknown,
        signed_in(browser, server, agent) as inside,
    ):
        phone, laptop, stranger = (browser.new_context(locale="en-GB") for _each in range(3))
        first = watched(phone, troubles)
        opened(first, signed)
        say(first, "From my phone")
        expect(first.locator(".row.you:not(.waiting)")).to_have_count(1)
        owner = Identity.objects.get(kind="email", value=ANNA).customer
        assert Visit.objects.get().external == "4711"
        assert Conversation.objects.get().customer == owner
        inside.goto(f"{server}/desk/c/{Conversation.objects.get().id}/")
        expect(inside.locator("#guest-card .level.verified")).to_contain_text(ANNA)
        second = watched(laptop, troubles)
        opened(second, signed)
        say(second, "From my laptop")
        expect(second.locator(".row.you:not(.waiting)")).to_have_count(2)
        expect(second.locator(".list .bubble")).to_have_text(["From my phone", "From my laptop"])
        expect(first.locator(".list .bubble")).to_have_text(["From my phone", "From my laptop"])
        other = watched(stranger, troubles)
        opened(other, unknown)
        say(other, "Who am I?")
        expect(other.locator(".row.you:not(.waiting)")).to_have_count(1)
        expect(other.locator(".list .bubble")).to_have_text(["Who am I?"])
        assert Conversation.objects.count() == 2
        for context in (phone, laptop, stranger):
            context.close()
        let_requests_end()
    assert troubles == []


def test_files_go_both_ways_and_hostile_ones_nowhere(browser: Browser, server: str, tmp_path: Path) -> None:
    chat()
    agent = factories.agent(seen_at=timezone.now())
    (tmp_path / "parcel.png").write_bytes(PNG)
    (tmp_path / "evil.png").write_text("<html><script>alert(1)</script></html>")
    (tmp_path / "label.pdf").write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    troubles: list[str] = []
    with shop_page(server) as address, signed_in(browser, server, agent) as inside:
        context = browser.new_context(locale="en-GB")
        page = watched(context, troubles)
        opened(page, address)
        picker = page.locator(".composer input[type=file]")
        picker.set_input_files(tmp_path / "evil.png")
        expect(page.locator(".upload .error")).to_contain_text("“evil.png” is of a kind we cannot take")
        page.get_by_role("button", name="Remove: evil.png").click()
        expect(page.locator(".upload")).to_have_count(0)
        picker.set_input_files(tmp_path / "parcel.png")
        expect(page.locator(".composer .send")).to_be_enabled()
        say(page, "It came like this")
        expect(page.locator(".row.you:not(.waiting) a.picture, .row.you:not(.waiting) a.file")).to_have_count(1)
        found = Attachment.objects.get()
        assert (found.name, found.blob.size) == ("parcel.png", len(PNG))

        inside.goto(f"{server}/desk/c/{Conversation.objects.get().id}/")
        expect(inside.locator("main.talk")).to_contain_text("parcel.png")
        inside.locator("#text-reply").click()
        field = inside.locator("#panel-reply .ProseMirror")
        expect(field).to_be_visible()
        inside.locator("#panel-reply input[type=file]").set_input_files(tmp_path / "label.pdf")
        expect(inside.locator("#panel-reply")).to_contain_text("label.pdf")
        field.press_sequentially("Print this")
        field.press("Control+Enter")
        expect(inside.locator("article.us").last).to_contain_text("Print this")
        link = page.locator(".row.them a.file")
        expect(link).to_contain_text("label.pdf")
        with page.expect_download() as download:
            link.click()
        assert Path(download.value.path()).read_bytes() == (tmp_path / "label.pdf").read_bytes()
        page.reload()
        expect(page.locator(".row.them a.file")).to_contain_text("label.pdf")
        expect(page.locator(".row.you .picture, .row.you .file")).to_have_count(1)
        assert list(Message.objects.order_by("id").values_list("text", flat=True)) == [
            "It came like this",
            "Print this",
        ]
        context.close()
        let_requests_end()
    assert troubles == []
