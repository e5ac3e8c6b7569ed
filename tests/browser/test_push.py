"""A pushed message in Chromium: the service worker shows what it is about, and a press on it leads there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from shopbell.channels.models import Channel
from shopbell.conversations import operations
from shopbell.events import delivery
from shopbell.notifications.models import Notification
from tests import factories
from tests.browser import desk_pages
from tests.browser.test_desk import box, mail  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REGISTER = """async () => {
    await navigator.serviceWorker.register(document.getElementById("push-here").dataset.worker, {scope: "/desk/"});
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
}"""
SHOWN = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/desk/");
    const shown = await registration.getNotifications();
    return shown.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
}"""
PRESS = """async () => {
    const [notification] = await self.registration.getNotifications();
    self.addEventListener("error", (event) => event.preventDefault());
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""


def push(page: Page, base: str, body: dict[str, Any]) -> None:
    """What a push service hands to the browser, after the browser has decrypted it."""
    devtools = page.context.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    while not registrations:
        page.wait_for_timeout(50)
    number = registrations[-1]["registrationId"]
    data = {"origin": base, "registrationId": number, "data": json.dumps(body)}
    devtools.send("ServiceWorker.deliverPushMessage", data)


def test_it_is_shown_in_words_and_a_press_opens_the_conversation(browser: Browser, server: str, box: Channel) -> None:  # noqa: F811
    mail(box)
    mari, lea = factories.agent("Mari Maasikas"), factories.agent("Lea", "lead")
    row = factories.conversation(box, address="mads@customer.example", name="Mads Holm", subject="Wrong colour")
    with desk_pages.signed_in(browser, server, mari, permissions=["notifications"]) as page:
        page.goto(f"{server}/desk/preferences/notifications/")
        page.evaluate(REGISTER)
        operations.assign(row.id, agent=mari, team=None, actor=lea.pk)
        delivery.deliver("inside", 100)
        told = Notification.objects.get()
        push(page, server, {"id": told.id})
        page.wait_for_function(f"async () => (await ({SHOWN})()).length === 1")
        [shown] = page.evaluate(SHOWN)
        assert shown["title"] == "Lea assigned a conversation to you"
        assert shown["body"] == "Wrong colour"
        assert shown["data"].split("?")[0].startswith(f"/desk/c/{row.id}/")
        page.context.service_workers[0].evaluate(PRESS)
        page.wait_for_url(f"**/desk/c/{row.id}/**")
        expect(page.locator("main")).to_contain_text("Mads Holm")
