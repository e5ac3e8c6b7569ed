"""A pushed message in Chromium: the service worker shows in words what it is about, and a press on it leads there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from shopbell.conversations import operations
from shopbell.events import delivery
from shopbell.notifications.models import Notification
from tests import factories
from tests.browser.desk_pages import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHOLE = Path("/usr/bin/chromium")
REGISTER = """async () => {
    await navigator.serviceWorker.register(document.getElementById("push-here").dataset.worker, {scope: "/desk/"});
    await navigator.serviceWorker.ready;
}"""
SHOWN = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/desk/");
    const shown = await registration.getNotifications();
    return shown.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
}"""
PRESS = """async () => {
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""


@pytest.fixture
def whole(playwright: Playwright) -> Iterator[Browser]:
    """All of Chromium: the headless shell has nothing that shows notifications, and refuses them."""
    if not WHOLE.exists():
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    browser = playwright.chromium.launch(
        executable_path=WHOLE, headless=False, args=["--headless=new", "--disable-gpu"]
    )
    yield browser
    browser.close()


def push(page: Page, body: dict[str, Any]) -> None:
    """What a push service hands to the browser, after the browser has decrypted it."""
    devtools = page.context.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    while not registrations:
        page.wait_for_timeout(50)
    origin, number = page.evaluate("location.origin"), registrations[-1]["registrationId"]
    told = {"origin": origin, "registrationId": number, "data": json.dumps(body)}
    devtools.send("ServiceWorker.deliverPushMessage", told)


def shown(page: Page) -> list[dict[str, str]]:
    """What stands among the notifications of the computer, once something does."""
    while not (found := page.evaluate(SHOWN)):
        page.wait_for_timeout(50)
    return found


def test_it_is_shown_in_words_and_a_press_opens_the_conversation(whole: Browser, server: str) -> None:
    mari, lea = factories.agent("Mari Maasikas"), factories.agent("Lea Lead", "lead")
    row = factories.conversation(factories.mailbox(), "mads@customer.example", name="Mads Holm", subject="Wrong colour")
    with signed_in(whole, server, mari, base_url=server, permissions=["notifications"]) as page:
        page.goto("/desk/preferences/notifications/")
        page.evaluate(REGISTER)
        operations.assign(row.id, agent=mari, team=None, actor=lea.pk)
        delivery.deliver("inside", 100)
        push(page, {"id": Notification.objects.get().id})
        [one] = shown(page)
        assert (one["title"], one["body"]) == ("Lea Lead assigned a conversation to you", "Wrong colour")
        assert one["data"].partition("?")[0].startswith(f"/desk/c/{row.id}/")
        page.context.service_workers[0].evaluate(PRESS)
        page.wait_for_url(f"**/desk/c/{row.id}/**")
        expect(page.locator("main")).to_contain_text("Mads Holm")
        assert (
            page.evaluate("navigator.serviceWorker.getRegistration('/desk/').then(one => one.getNotifications())") == []
        )
