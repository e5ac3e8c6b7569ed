"""Writing an article as an agent does it: with keys, a preview, what was typed kept; nothing for axe to find."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from shopbell.agents.models import Agent
from shopbell.knowledge import operations
from shopbell.knowledge.models import Article, Version
from shopbell.shops.models import Shop
from tests import factories
from tests.browser.desk_pages import overflow, signed_in, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin() -> Agent:
    return factories.agent("Kadri Oja", "admin", also_answers=True)


@pytest.fixture
def shop() -> Shop:
    return factories.shop(language="de")


@pytest.fixture
def page(browser: Browser, server: str, admin: Agent) -> Iterator[Page]:
    with signed_in(browser, server, admin, base_url=server) as page:
        yield page


def test_written_previewed_kept_and_published(page: Page, shop: Shop) -> None:
    page.goto("/desk/articles/")
    assert violations(page) == []
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/desk/articles/new/"))
    page.get_by_label("Title").fill("Wie lange?")
    body = page.get_by_label("Text (Markdown)")
    body.fill("Sie haben dreißig Tage. [x](article:99)")
    body.press("Control+a")
    body.press("Control+b")
    expect(page.locator("[data-shown] strong")).to_contain_text("dreißig Tage")
    expect(page.locator("[data-shown]")).to_contain_text("Customers cannot read this article.")
    assert violations(page) == []
    page.wait_for_timeout(500)
    page.reload()
    expect(body).to_have_value("**Sie haben dreißig Tage. [x](article:99)**")
    expect(page.get_by_text("What you had typed here is back.")).to_be_visible()
    body.fill("Sie haben dreißig Tage.")
    body.press("Control+s")
    expect(page).to_have_url(re.compile(r"/desk/articles/\d+/de/$"))
    assert Version.objects.get().body == "Sie haben dreißig Tage."
    assert violations(page) == []
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".marks .chip", has_text="published")).to_be_visible()
    page.wait_for_load_state()  # keys are heard from then on
    page.keyboard.press("e")
    expect(body).to_have_value("Sie haben dreißig Tage.")
    page.wait_for_load_state()
    body.fill("Sie haben sechzig Tage.")
    body.press("Control+s")
    expect(page.get_by_text("2 versions")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("v")
    expect(page.locator(".diff ins")).to_have_text("sechzig")
    assert violations(page) == []


def test_a_colleagues_version_is_shown_and_not_lost(page: Page, shop: Shop, admin: Agent) -> None:
    row = operations.begin(shop, "de", title="T", body="Erster.", actor=admin.pk)
    page.goto(f"/desk/articles/{row.article_id}/de/write/")
    operations.write(row.article, "de", title="T", body="Ihrer.", actor=factories.agent("Jens").pk)
    body = page.get_by_label("Text (Markdown)")
    body.fill("Meiner.")
    body.press("Control+s")
    expect(page.get_by_role("main").get_by_text("Jens saved version 2 while you were writing.")).to_be_visible()
    expect(body).to_have_value("Meiner.")
    assert violations(page) == []
    page.get_by_role("button", name="Save mine as the newest").click()
    expect(page).to_have_url(re.compile(r"/de/$"))
    assert [one.body for one in Version.objects.order_by("number")] == ["Erster.", "Ihrer.", "Meiner."]


def test_ctrl_s_saves_before_a_field_is_entered(page: Page, shop: Shop, admin: Agent) -> None:
    row = operations.begin(shop, "de", title="T", body="B.", actor=admin.pk)
    page.goto(f"/desk/articles/{row.article_id}/de/write/")
    expect(page.locator("body")).to_be_focused()
    page.keyboard.press("Control+s")
    expect(page).to_have_url(re.compile(r"/de/$"))


DROP = """([name, type]) => {
    const data = new DataTransfer();
    data.items.add(new File(["%PDF"], name, {type}));
    return document.getElementById("body").dispatchEvent(
        new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


def test_another_shop_keeps_what_was_typed_and_a_file_that_is_no_picture_is_named(page: Page, shop: Shop) -> None:
    other = factories.shop(language="da", name="Anden")
    page.goto("/desk/articles/new/")
    page.get_by_label("Title").fill("Hvor er min pakke?")
    page.get_by_label("Text (Markdown)").fill("På vej.")
    page.get_by_label("Shop").select_option("Anden")
    expect(page.get_by_label("Language")).to_have_value("da")
    expect(page.get_by_label("Title")).to_have_attribute("lang", "da")
    assert page.evaluate(DROP, ["liste.pdf", "application/pdf"]) is False, "the browser would open it"
    expect(page.get_by_text("This is no picture we can read.")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page).to_have_url(re.compile(r"/da/$"))
    found = Version.objects.get()
    assert (found.text.shop, found.title, found.body) == (other, "Hvor er min pakke?", "På vej.")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_on_a_phone_in_german(browser: Browser, server: str, admin: Agent, shop: Shop, colours: str) -> None:
    admin.language, admin.theme = "de", colours
    admin.save()
    row = operations.begin(shop, "de", title="Wie lange kann ich etwas zurückgeben?", body="Lang.", actor=admin.pk)
    operations.publish(row, actor=admin.pk)
    options = {"base_url": server, "viewport": {"width": 390, "height": 844}}
    with signed_in(browser, server, admin, **options) as page:
        article = f"/desk/articles/{row.article_id}/de/"
        policies = ("/admin/policies/", f"/admin/policies/{shop.pk}/return/new/")
        for path in (
            "/desk/articles/",
            article,
            f"{article}write/",
            f"{article}history/",
            "/desk/articles/topics/",
            *policies,
        ):
            page.goto(path)
            assert overflow(page) == [], path
            assert violations(page) == [], path
    assert Article.objects.count() == 1


def test_what_stands_beside_is_chosen_above_it(page: Page, shop: Shop, admin: Agent) -> None:
    row = operations.begin(shop, "de", title="Wie lange?", body="Lang.", actor=admin.pk)
    page.goto(f"/desk/articles/{row.article_id}/et/write/")
    tabs = page.get_by_role("navigation", name="Beside").bounding_box()
    shown = page.get_by_role("region", name="Preview").bounding_box()
    assert tabs
    assert shown
    assert tabs["y"] + tabs["height"] <= shown["y"]


def test_a_wide_table_shows_on_a_phone_that_it_goes_on(browser: Browser, server: str, admin: Agent, shop: Shop) -> None:
    table = (
        "| Paketdienst | Lieferländer | Werktage | Versandkosten |\n|---|---|---|---|\n| DHL | Deutschland | 1 | 3 € |"
    )
    row = operations.begin(shop, "de", title="Versand", body=table, actor=admin.pk)
    with signed_in(browser, server, admin, base_url=server, viewport={"width": 390, "height": 844}) as page:
        page.goto(f"/desk/articles/{row.article_id}/de/")
        box = page.locator(".article-body .scroll")
        assert box.evaluate("box => box.scrollWidth > box.clientWidth")
        assert box.evaluate("box => getComputedStyle(box).backgroundImage").count("linear-gradient") == 4
