"""My requests in Chromium: the whole way in, written and closed, on a small phone, light and dark, by keyboard."""

from __future__ import annotations

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message, Rating
from shopbell.customers import proofs
from shopbell.customers.models import Proof
from tests import factories
from tests.web.portal_customers import shop_that_mails

ANNA = "anna@customer.example"
pytestmark = pytest.mark.django_db(transaction=True)


def answered_request() -> Conversation:
    """A request of Anna's with a picture's worth of text and an answer that has arrived."""
    shop = shop_that_mails(website="https://poder.example", accent="#1f4e5f")
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 2
    conversation = factories.conversation(shop.channels.get(), ANNA, subject="The vase", text=long)
    answer = operations.reply(conversation.id, factories.agent(), factories.answer("Which colour, please?"))
    Message.objects.filter(id=answer.id).update(state=Message.State.SENT)
    return conversation


def look(page: Page) -> None:
    """No barrier axe knows of, in light and dark, and nothing wider than the phone."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["target"]) for one in found] == [], (page.url, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == 320, page.url


def code_of_the_mail() -> str:
    return proofs.code(Proof.objects.latest("id"))


def test_the_whole_way_by_keyboard_on_a_small_phone(browser: Browser, server: str) -> None:
    conversation = answered_request()
    slug = conversation.shop.slug
    page = browser.new_context(viewport={"width": 320, "height": 640}, locale="en").new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(f"{server}/my/{slug}/{conversation.id}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("My requests")
    look(page)
    page.get_by_label("Your e-mail address").focus()
    page.keyboard.type(ANNA)
    page.keyboard.press("Enter")
    expect(page.get_by_text(ANNA)).to_be_visible()
    look(page)
    field = page.get_by_label("The code from the mail")
    field.focus()
    code = code_of_the_mail()
    field.evaluate("(field, code) => { field.value = code }", f" {code[:3]} {code[3:]}\n")  # as it is pasted
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The vase")
    expect(page.get_by_text("Which colour, please?")).to_be_visible()
    look(page)
    page.get_by_label("Your answer").focus()
    page.keyboard.type("Blue 🎁")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Sent.")
    expect(page.get_by_text("Blue 🎁")).to_be_visible()
    page.get_by_role("button", name="Close this request").click()
    page.get_by_label("very good").check()
    page.get_by_role("button", name="Send the rating").click()
    expect(page.get_by_text("You rated it “very good”.")).to_be_visible()
    look(page)
    page.get_by_role("link", name="All my requests").click()
    expect(page.get_by_role("link", name="The vase")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_label("Your e-mail address")).to_be_visible()
    conversation.refresh_from_db()
    assert (conversation.state, Rating.objects.get().score) == ("resolved", 5)
    assert faults == []


def test_without_javascript_by_the_link_of_the_mail(browser: Browser, server: str) -> None:
    conversation = answered_request()
    slug = conversation.shop.slug
    context = browser.new_context(java_script_enabled=False, locale="de")
    page = context.new_page()
    page.goto(f"{server}/my/{slug}/?lang=en")
    page.get_by_label("Your e-mail address").fill(ANNA)
    page.get_by_role("button", name="Send me a code").click()
    page.goto(f"{server}/my/{slug}/link/{proofs.link_token(Proof.objects.get())}/")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="The vase").click()
    page.get_by_label("Your answer").fill(f"Without scripts {uuid.uuid4()}")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Sent.")
    page.reload()
    page.go_back()
    assert Message.objects.filter(conversation=conversation, text__startswith="Without scripts").count() == 1
    context.close()
