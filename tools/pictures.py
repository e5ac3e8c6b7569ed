"""Take the handbook's pictures from a running demo: `python -m tools.pictures http://127.0.0.1:PORT [NAME…]`.

Each is the page it is named after, in English and light, at 1280 × 800, with few colours so that the files stay small.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "handbook" / "img"
PASSWORD = "ring-the-bell"  # of every agent of the demo
SHOP = ("Hallik UK & Ireland", "hallik-uk")  # one of the demo's, and how it is called in addresses
TRY = "/chat/demo-en/try/?language=en"  # a page like a shop's, with the chat on it
ASKED = "Hello! Has my parcel HK-20411 left already?"
COLOURS = 96
Steps = Callable[[Page], None]


def first(page: Page) -> None:
    """Open the first conversation of the list that is in English."""
    page.locator("#rows a", has_text="Hi ").first.click()
    page.locator("main.talk").wait_for()


def key(name: str, *more: Steps) -> Steps:
    """Open the first conversation and press a key."""

    def press(page: Page) -> None:
        first(page)
        page.wait_for_timeout(300)
        page.keyboard.press(name)
        for step in more:
            step(page)

    return press


def link(name: str) -> Steps:
    """Open the first conversation and one of its dialogs."""

    def follow(page: Page) -> None:
        first(page)
        page.goto(page.url.partition("?")[0] + name)

    return follow


def writing(page: Page) -> None:
    page.locator("#panel-reply [contenteditable=true]").wait_for()
    page.keyboard.type("Thank you for asking. Your parcel is on its way.")


def opening(pattern: str) -> Steps:
    """Open the first thing of the list whose address is like that."""

    def follow(page: Page) -> None:
        addresses = page.locator("main a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        page.goto(next(address for address in addresses if re.fullmatch(pattern, address)))

    return follow


def tracking(page: Page) -> None:
    """The page of an order something is wrong with, found as its customer finds it."""
    page.locator("select[name=shop]").select_option(label=SHOP[0])
    page.get_by_role("button", name="Show", exact=True).click()
    opening(r"/desk/cases/\d+/")(page)
    page.locator(".states a[href^='/desk/orders/']").click()
    page.locator("main h1", has_text="Order").wait_for()
    number = page.locator("main h1").inner_text().split()[-1]
    address = page.locator("dt", has_text="E-mail").first.locator("xpath=following-sibling::dd[1]").inner_text()
    page.goto(f"/track/{SHOP[1]}/")
    page.get_by_label("Order number").fill(number)
    page.get_by_label("E-mail address or postcode").fill(address)
    page.get_by_role("button", name="Look it up").click()
    page.locator("ol.stages").wait_for()


def incident(page: Page) -> None:
    """One that gathers what hangs at a carrier."""
    if not page.locator("main a", has_text="Strike at DPD").count():
        page.goto("/desk/incidents/new/")
        page.locator("select[name=shop]").select_option(label=SHOP[0])
        page.get_by_label("What happened").fill("Strike at DPD")
        page.get_by_role("textbox", name="Carrier").fill("dpd")
        page.get_by_role("button", name="Save").click()
        page.goto("/desk/incidents/")
    page.locator("main a", has_text="Strike at DPD").first.click()
    page.locator("main.case-list dl").wait_for()


def pickup(page: Page) -> None:
    """An order that waits to be fetched."""
    page.goto("/desk/orders/")
    row = page.locator("main li", has_text="ready for pickup").first.inner_text()
    number = re.search(r"[A-Z]+-\d+", row)
    page.goto(f"/desk/store/?q={number[0] if number else ''}")


def asking(page: Page) -> None:
    """Begin a chat on a page like a shop's."""
    page.locator("shopbell-chat .launch").click()
    page.locator(".composer textarea").fill(ASKED)
    page.locator(".composer textarea").press("Enter")
    page.locator(".row.you:not(.waiting)").first.wait_for()


def chatting(page: Page) -> None:
    """A visitor writes in another tab; here their chat is opened, and answered."""
    visitor = page.context.new_page()
    visitor.goto(TRY)
    asking(visitor)
    page.goto("/desk/?view=open")
    page.locator(".chats-now a").first.click()
    page.locator("#guest").wait_for()
    page.keyboard.press("r")
    page.locator("#panel-reply [contenteditable=true]").wait_for()
    page.keyboard.type("Hello! It left this morning, and is with you tomorrow.")
    page.keyboard.press("Control+Enter")
    page.locator("article.us").last.wait_for()
    visitor.wait_for_timeout(500)


def nothing(page: Page) -> None:
    """The page as it is."""


PICTURES: dict[str, tuple[str, str, Steps]] = {
    "working-together": ("siobhan", "/desk/", link("people/")),
    "side-conversations": ("siobhan", "/desk/", link("side/")),
    "snooze": ("mari", "/desk/", key("s")),
    "notifications": ("mari", "/desk/notifications/", nothing),
    "merge": ("siobhan", "/desk/", link("merge/")),
    "remove": ("siobhan", "/desk/", link("redact/")),
    "desk-lists": ("mari", "/desk/", first),
    "desk-views": ("mari", "/desk/views/new/", nothing),
    "search": ("mari", "/desk/search/?q=parcel", nothing),
    "writing": ("mari", "/desk/", key("r", writing)),
    "signatures": ("siobhan", "/desk/signatures/", nothing),
    "security": ("mari", "/accounts/security/", nothing),
    "availability": ("mari", "/desk/preferences/availability/", nothing),
    "notify": ("mari", "/desk/preferences/notifications/", nothing),
    "customers": ("siobhan", "/desk/customers/", nothing),
    "customer": ("siobhan", "/desk/customers/", opening(r"/desk/customers/\d+/")),
    "order": ("siobhan", "/desk/orders/", opening(r"/desk/orders/\d+/")),
    "cases": ("siobhan", "/desk/cases/?carrier=dpd", nothing),
    "incidents": ("siobhan", "/desk/incidents/", incident),
    "tracking": ("siobhan", "/desk/cases/?kind=late", tracking),
    "store": ("siobhan", "/desk/store/", pickup),
    "customers-files": ("kadri", "/desk/customers/import/", nothing),
    "admin-people": ("kadri", "/admin/people/", nothing),
    "admin-signing-in": ("kadri", "/admin/signing-in/", nothing),
    "admin-log": ("kadri", "/admin/log/", nothing),
    "admin-tags": ("kadri", "/admin/tags/", nothing),
    "admin-shops": ("kadri", "/admin/shops/", nothing),
    "admin-mailboxes": ("kadri", "/admin/mailboxes/", nothing),
    "admin-connections": ("kadri", "/admin/connections/", nothing),
    "admin-carriers": ("kadri", "/admin/carriers/new/", nothing),
    "admin-watch": ("kadri", "/admin/watch/", opening(r"/admin/watch/\d+/")),
    "admin-allowances": ("kadri", "/admin/money-back/", nothing),
    "admin-policies": ("kadri", "/admin/policies/", nothing),
    "chat": ("mari", "/desk/", chatting),
    "ratings": ("siobhan", "/desk/ratings/", nothing),
    "help-centre": ("mari", "/desk/articles/use/", nothing),
    "help-home": ("mari", "/help/hallik-uk/en/", nothing),
    "help-policy": ("mari", "/help/hallik-uk/en/policies/return/", nothing),
    "articles": ("mari", "/desk/articles/", nothing),
    "admin-fields": ("kadri", "/admin/fields/", nothing),
    "admin-health": ("kadri", "/admin/health/", nothing),
    "admin-parked": ("kadri", "/admin/stuck/", nothing),
    "admin-tokens": ("kadri", "/admin/tokens/", nothing),
    "admin-webhooks": ("kadri", "/admin/webhooks/", nothing),
}


def main(address: str, names: list[str]) -> None:
    """Take the named pictures, else all."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for who in ("mari", "siobhan", "kadri"):
            wanted = [name for name in names or PICTURES if PICTURES[name][0] == who]
            if wanted:
                take(browser, address, who, wanted)
        browser.close()


def take(browser: Browser, address: str, who: str, names: list[str]) -> None:
    """Sign in once and take this agent's pictures."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800}, locale="en")
    page = context.new_page()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(f"{who}@hallik.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/desk/**")
    page.goto("/desk/")
    if page.locator(".tour").is_visible():
        page.locator(".tour").get_by_role("button", name="Leave the tour").click()
    for name in names:
        _, path, steps = PICTURES[name]
        page.goto(path)
        steps(page)
        page.wait_for_timeout(800)  # pictures and live parts have come
        save(page.screenshot(), FOLDER / f"{name}.png")
        print(name)
    context.close()


def save(shot: bytes, path: Path) -> None:
    """Few colours: a page has no more, and the file is a quarter."""
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
