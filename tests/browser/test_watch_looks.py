"""Cases, incidents, the page of an order and what admins set about them: axe finds nothing, they fit, keys do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from shopbell.agents.models import Agent
from shopbell.commerce import contract
from shopbell.commerce.models import Broken, CarrierAccount, Connection, Order
from shopbell.commerce.operations import recording
from shopbell.core import crypto
from shopbell.watching.models import Case, Incident, Kind
from shopbell.watching.operations import cases, incidents
from tests import factories
from tests.browser.desk_pages import keep_picture, overflow, signed_in, violations
from tests.browser.test_every_page_fits import SIDEWAYS
from tests.commerce.things import order
from tests.watching.things import laden, look, on_its_way, rule, tell

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
REASON = "The shop answers 401: the key was taken back in WooCommerce under Settings, Advanced, REST API. " * 2


@dataclass
class World:
    """A shop in which much goes wrong; `track`: the page of an order with a choice, `chosen`: of one with none left."""

    admin: Agent
    open: Case
    track: str
    chosen: str
    pages: list[str]


def world(language: str) -> World:
    """Late parcels, one of which the customer chose for, an incident, and shop systems and carriers in trouble."""
    admin = factories.agent("Kadri Kask", "admin", language=language, also_answers=True)
    row = laden(slug="laden", name="Õunapuu & Töchter Keramikhandel")
    Connection.objects.update(connector="woocommerce", failing_since=timezone.now(), error=REASON)
    rule(row, Kind.LATE)
    for number in ("1", "2", "3"):
        on_its_way(row, number, promised_on=date(2026, 11, 17), paid=4990)
    look()
    tell()
    first, second, _third = Case.objects.filter(kind=Kind.LATE).order_by("id")
    cases.choose(second.id, "refund", said="Zu spät für den Geburtstag", language="de")
    wanted = incidents.Filter(kinds=("late",), carrier="dhl", country="DE", place="Leipzig", since="2026-11-16")
    words = {"de": ["Ihre Bestellung {order.number}", "{greeting},\n\nim Lager hat es gebrannt.\n\n{shop.name}"]}
    one = incidents.save(Incident(shop=row.shop), actor=admin.pk, name="Brand im Lager", wanted=wanted, words=words)
    Case.objects.filter(id=first.id).update(incident=one)
    incidents.tell_all(one.id, actor=admin.pk)
    Order.objects.update(placed_at=timezone.now())
    ready = {"is_pickup": True, "fulfilment": contract.Fulfilment.READY, "placed_at": timezone.now()}
    recording.record(row, [order("9", number="PK-77", **ready)])
    Broken.objects.create(connection=row, kind="order", remote_id="1044", reason="total: “viel” is no amount")
    carrier = CarrierAccount.objects.create(
        carrier="dhl", name="DHL Paket", key="k", failing_since=timezone.now(), error=REASON
    )
    desk = f"/desk/cases/ /desk/cases/?state=all /desk/cases/{first.id}/ /desk/cases/{second.id}/ /desk/incidents/"
    desk += f" /desk/incidents/{one.id}/ /desk/incidents/{one.id}/edit/ /desk/incidents/new/ /desk/store/?q=PK-77"
    desk += f" /desk/orders/{second.order_id}/ /desk/needs-person/"
    office = f"watch/ watch/{row.shop_id}/ watch/{row.shop_id}/texts/late/ carriers/ carriers/new/ carriers/new/dhl/"
    office += f" carriers/{carrier.id}/ connections/ connections/new/ connections/new/shopify/ connections/{row.id}/"
    return World(
        admin=admin,
        open=first,
        track=address(first.order_id, language),
        chosen=address(second.order_id, language),
        pages=[*desk.split(), *(f"/admin/{path}" for path in [*office.split(), "money-back/"])],
    )


def address(order_id: int, language: str) -> str:
    return f"/track/laden/{crypto.sign_token('track', order_id)}/?lang={language}"


def troubles(page: Page, path: str, looks: str) -> list[str]:
    page.goto(path)
    name = re.sub(r"\W+", "-", path.partition("lang=")[0])[:40]
    keep_picture(page, f"watch-{looks}-{name}", full_page=True)
    return [f"{path}: {each}" for each in (*violations(page), *overflow(page), *page.evaluate(SIDEWAYS))]


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "en"), (390, "dark", "de"), (320, "light", "et")],
)
def test_every_page(browser: Browser, server: str, width: int, scheme: str, language: str) -> None:
    with transaction.atomic():
        found = world(language)
    looks = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme, "locale": language}
    named = f"{width}-{scheme}-{language}"
    with signed_in(browser, server, found.admin, base_url=server, **looks) as page:
        seen = [trouble for path in found.pages for trouble in troubles(page, path, named)]
        public = [f"/track/laden/?lang={language}", found.track, found.chosen]
        seen += [trouble for path in public for trouble in troubles(page, path, named)]
    assert not seen, "\n".join(seen)


def test_a_case_is_taken_and_settled_by_keys(browser: Browser, server: str) -> None:
    with transaction.atomic():
        found = world("en")
    with signed_in(browser, server, found.admin, base_url=server) as page:
        page.goto(f"/desk/cases/{found.open.id}/")
        page.keyboard.press("a")
        expect(page.get_by_role("definition")).to_have_text("Kadri Kask")
        page.keyboard.press("e")
        expect(page.get_by_role("button", name="Open it again")).to_be_visible()
        page.goto("/desk/incidents/")
        page.keyboard.press("n")
        expect(page).to_have_url(re.compile("/desk/incidents/new/"))
    assert Case.objects.get(id=found.open.id).outcome == "agent"


def test_what_opens_is_seen_to_open(browser: Browser, server: str) -> None:
    with transaction.atomic():
        found = world("en")
    with signed_in(browser, server, found.admin, base_url=server) as page:
        page.goto(f"/desk/incidents/{Incident.objects.get().id}/")
        expect(page.locator("summary", has_text="Ihre Bestellung")).to_have_css("text-decoration-line", "underline")
        sure = page.locator("summary", has_text="Over: settle all cases")
        expect(sure).to_have_css("text-decoration-line", "none")  # a button
        sure.click()
        assert violations(page) == []


def test_a_customer_chooses_with_the_keyboard_alone(browser: Browser, server: str) -> None:
    with transaction.atomic():
        found = world("en")
    page = browser.new_context(base_url=server, locale="en-GB").new_page()
    page.goto(found.track)
    while page.evaluate("document.activeElement.name") != "choice":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("I would like my money back")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Thank you")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("We have it and will write to you.")).to_be_visible()
    page.context.close()
    assert Case.objects.get(id=found.open.id).choice == "refund"
