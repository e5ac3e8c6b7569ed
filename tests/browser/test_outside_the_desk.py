"""Sign-in, contact form, administration and error pages: axe finds nothing, and they fit 320 pixels, in all looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page

from shopbell.channels.models import Channel
from shopbell.events.models import Delivery
from shopbell.knowledge.models import Macro
from tests import factories
from tests.web.serving import session_cookie

pytestmark = pytest.mark.django_db(transaction=True)


def world(language: str) -> tuple[list[str], list[str], str]:
    """(public pages, pages of an admin, the admin's cookie) with something on each."""
    shop = factories.shop("Kaubamaja", controller="Kaubamaja OÜ", privacy_contact="privacy@shop.example")
    mailbox = factories.mailbox(shop, error="User name or password is wrong " * 10, failing_since=timezone.now())
    Channel.objects.create(shop=shop, type="contact_form", name="Contact form", replies_through=mailbox)
    team = factories.team("Partner with a rather long name in Tallinn", is_partner=True)
    admin = factories.agent("Ada Admin", role="admin", language=language)
    partner = factories.agent("Bartholomäus Schmidt-Rottluff", role="partner", teams=(team,))
    macro = Macro.objects.create(name="Where is my parcel", body="Dear {customer.first_name}", language="de")
    parked = {"handler": "shopbell.conversations.subscribers.file_inbound", "error": "ValueError: " + "x" * 300}
    Delivery.objects.create(lane="inside", event_name="x", data={}, parked_at=timezone.now() - timedelta(1), **parked)
    public = [
        "/accounts/login/",
        "/accounts/inactive/",
        f"/contact/{shop.slug}/",
        f"/contact/{shop.slug}/embed/",
        "/nope/",
    ]
    mine = f"mailboxes/ mailboxes/new/ mailboxes/{mailbox.id}/ mailboxes/{mailbox.id}/connect/ people/ people/new/"
    mine += f" people/{partner.id}/ teams/{team.id}/ shops/ shops/{shop.id}/ macros/ macros/{macro.id}/ stuck/"
    return public, [f"/admin/{path}" for path in mine.split()] + ["/accounts/password/"], session_cookie(admin)


def troubles(page: Page, address: str) -> list[str]:
    """What axe finds, and what does not fit."""
    page.goto(address)
    found = [
        f"{address}: {rule['id']} {[node['target'] for node in rule['nodes']][:3]}"
        for rule in Axe().run(page).response["violations"]
    ]
    excess = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([f"{address}: {excess} pixels too wide"] if excess > 0 else [])


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", "en"), (320, "dark", "de"), (320, "light", "et")]
)
def test_every_page(browser: Browser, server: str, width: int, scheme: str, language: str) -> None:
    public, inside, cookie = world(language)
    name, _, value = cookie.partition("=")
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        locale=language,  # type: ignore[arg-type]
    )
    page = context.new_page()
    found = [trouble for path in public for trouble in troubles(page, server + path)]
    context.add_cookies([{"name": name, "value": value, "url": server}])
    found += [trouble for path in inside for trouble in troubles(page, server + path)]
    assert found == []
