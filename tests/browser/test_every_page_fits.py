"""No page of the desk or the administration is wider than a phone, in the language with the longest words."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser

from shopbell.lists import operations as lists
from shopbell.lists.models import Sort, View
from shopbell.web.admin import urls as admin
from shopbell.web.desk import urls as desk
from tests import factories
from tests.browser.desk_pages import overflow, signed_in
from tests.browser.test_desk_looks import full_world
from tests.web.test_desk_access import ABOUT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NO_PAGES = {"older", "rows", "bell", "face", "emoji", "suggest", "names", "print", "picture", "handbook_picture"}

SIDEWAYS = """() => [...document.querySelectorAll('main, .page, .work, .list, .side')]
    .filter(place => place.scrollWidth > place.clientWidth + 1)
    .flatMap(place => [...place.querySelectorAll('*')])
    .filter(child => child.getBoundingClientRect().right > innerWidth + 1 && child.getBoundingClientRect().width > 1)
    .map(child => child.outerHTML.slice(0, 120))
    .concat([...document.querySelectorAll('.options, .ways')].filter(list => list.scrollWidth > list.clientWidth + 1)
        .map(list => `${list.outerHTML.slice(0, 120)} is cut off`))
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page can be moved sideways'] : [])"""


def addresses(conversation: int, customer: int) -> list[str]:
    """Every page that needs no number, and those about a conversation or a customer."""
    found = []
    for space, patterns in (("desk:", desk.urlpatterns), ("", admin.urlpatterns)):
        for name in dict.fromkeys(pattern.name for pattern in patterns):
            number = conversation if name in ABOUT["conversation"] else customer if name in ABOUT["customer"] else None
            try:
                address = reverse(f"{space}{name}", args=[] if number is None else [number])
            except NoReverseMatch:
                continue
            if name not in NO_PAGES:
                found.append(address)
    return found


def test_no_page_is_wider_than_a_phone(browser: Browser, server: str) -> None:
    admin = factories.agent("Kadri Kask", role="admin", language="de")
    one = full_world(admin)
    tree: dict[str, Any] = {"match": "all", "of": [{"field": "attachment", "op": "yes", "value": None}]}
    name = "Dringend, mit Anhang oder wartend, für Südwest"
    lists.save_view(View(), actor=admin, name=name, owner=admin, team=None, filter=tree, sort=Sort.WAIT)
    wide = {}
    phone = {"viewport": {"width": 390, "height": 844}}
    with signed_in(browser, server, admin, base_url=server, **phone) as page:
        for address in [*addresses(one.id, one.customer_id), reverse("admin_connect", args=[one.channel_id])]:
            answer = page.request.get(address, max_redirects=0)
            if answer.status != 200 or "html" not in answer.headers.get("content-type", ""):
                continue
            page.goto(address)
            if found := overflow(page) + page.evaluate(SIDEWAYS):
                wide[address] = found[:6]
    assert wide == {}
