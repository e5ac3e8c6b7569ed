"""The first visit in Chromium, from the printed address to the desk, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from shopbell.agents.models import Agent
from shopbell.channels.models import Channel
from shopbell.shops.models import Shop
from shopbell.web.setup import code
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_printed_address_to_the_desk(browser: Browser, server: str, javascript: bool) -> None:
    context = browser.new_context(java_script_enabled=javascript, locale="en", timezone_id="Europe/Helsinki")
    page = context.new_page()
    page.goto(server)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up this Shopbell")
    page.get_by_label("Code").fill(code.setup_code().upper())
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of the shop").fill("Põder")
    zone = "Europe/Helsinki" if javascript else "Europe/London"
    expect(page.get_by_label("Time zone")).to_have_value(zone)
    page.get_by_label("Your name").fill("Mari Maasikas")
    page.get_by_label("Your e-mail address").fill("mari@poder.example")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Continue to the mailbox").click()
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Password").fill("four words are enough")
    page.get_by_role("button", name="Continue to the mailbox").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your first mailbox")
    assert (Shop.objects.get().time_zone, Agent.objects.get().role) == (zone, "admin")

    page.get_by_label("Address customers write to").fill("help@shop.invalid")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("IMAP server")).to_have_value("imap.shop.invalid")
    page.get_by_label("Password", exact=False).first.fill("secret")
    page.get_by_role("button", name="Test and add").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "The IMAP server “imap.shop.invalid” is not known.", timeout=30_000
    )
    page.get_by_role("button", name="Save all the same").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mailboxes")
    assert sorted(Channel.objects.values_list("type", flat=True)) == ["contact_form", "email"]
    page.goto(f"{server}/setup/?code={code.setup_code()}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is here")
    page.goto(server)
    expect(page).to_have_url(f"{server}/desk/")


def test_choices_hide_what_they_make_meaningless(browser: Browser, server: str) -> None:
    admin, mailbox = factories.agent(role="admin"), factories.mailbox()
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{server}/accounts/login/?next=/admin/mailboxes/{mailbox.id}/")
    page.get_by_label("E-mail").fill(admin.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_label("IMAP server")).to_be_visible()
    page.get_by_label("Mail is read by").select_option("lmtp")
    expect(page.get_by_label("IMAP server")).to_be_hidden()
    expect(page.get_by_label("SMTP server")).to_be_visible()
