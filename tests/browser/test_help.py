"""The help centre in Chromium: nothing for axe at any size and in both schemes, by keyboard, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from shopbell.channels.models import Channel
from shopbell.demo import promises
from shopbell.knowledge.models import Topic
from shopbell.selfservice.models import ArticleCount
from shopbell.shops.models import Shop
from tests import factories
from tests.browser.desk_pages import violations
from tests.web.help import small_centre

pytestmark = pytest.mark.django_db(transaction=True)


LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützen"  # wider than a phone
SIZES = (
    f"Für {LONG}.\n\n## {LONG}\n\n| Größe | Brust | Ärmel | Bild |\n|---|---:|:---:|:---|\n| M | 88–92 | 59,5 | a |\n"
)


def centre() -> Shop:
    shop = small_centre.build()
    small_centre.write(shop, "sizes", f"Größen für {LONG}", SIZES, topic="Versand")
    mailbox = factories.mailbox(shop, "help@hallik.example")
    Channel.objects.create(shop=shop, type="contact_form", name="Form", replies_through=mailbox)
    Shop.objects.filter(id=shop.id).update(accent="#1f4e5f")
    return shop


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_fits_and_axe_finds_nothing(browser: Browser, server: str, scheme: str, width: int) -> None:
    shop = centre()
    window = {"width": width, "height": 800}
    context = browser.new_context(locale="de-DE", color_scheme=scheme, viewport=window)
    page = context.new_page()
    failed: list[str] = []
    page.on(
        "console", lambda said: failed.append(said.text) if said.type == "error" and "404" not in said.text else None
    )
    promises.run(factories.agent(role="admin").pk)
    policies = [f"policies/{topic}/" for topic in promises.PROMISED]
    sizes = small_centre.text("sizes").slug
    articles = (
        f"articles/{sizes}/",
        "search?q=größen",
        "",
        "articles/ware-zurückgeben/?helped=no",
        "search?q=ware",
        "search?q=giraffe",
        "articles/nichts/",
    )
    topic = Topic.objects.get(names__de="Versand")
    for path in (*articles, *policies, f"topics/{topic.id}/versand/"):
        page.goto(f"{server}/help/{shop.slug}/de/{path}")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert failed == []
    context.close()


def test_found_and_opened_by_keyboard(browser: Browser, server: str) -> None:
    shop = centre()
    page = browser.new_context(locale="de-DE").new_page()
    page.goto(f"{server}/help/{shop.slug}/de/")
    page.locator("#q").press_sequentially("zurück")
    expect(page.get_by_role("option")).not_to_have_count(0)
    expect(page.locator("#q")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    title = first.locator("b").inner_text()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option").first).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)
    page.locator('button[value="no"]').click()
    expect(page.locator('button[value="unclear"]')).to_be_visible()
    expect(page.locator("#helped")).to_be_focused()
    page.locator('button[value="unclear"]').click()
    expect(page.locator("#helped button")).to_have_count(0)
    assert set(ArticleCount.objects.values_list("what", flat=True)) == {"view", "no", "unclear"}


def test_all_of_it_without_javascript(browser: Browser, server: str) -> None:
    shop = centre()
    page = browser.new_context(java_script_enabled=False, locale="de-DE").new_page()
    page.goto(f"{server}/help/{shop.slug}/")
    page.locator("#q").fill("zurückgeben")
    page.keyboard.press("Enter")
    page.locator(".found a").first.click()
    page.locator('button[value="yes"]').click()
    expect(page.locator("#helped button")).to_have_count(0)
    page.locator("summary").click()
    page.locator(".tongues a[lang=et]").click()
    expect(page.locator("html")).to_have_attribute("lang", "et")
    expect(page.locator("h1")).to_have_text("Kauba tagastamine")
    assert ArticleCount.objects.filter(what="yes").count() == 1


def test_articles_are_offered_while_one_writes(browser: Browser, server: str) -> None:
    shop = centre()
    page = browser.new_context(locale="de-DE").new_page()
    page.goto(f"{server}/contact/{shop.slug}/")
    page.locator("[name=message]").fill("Ich möchte Ware zurückgeben, wie geht das?")
    expect(page.locator(".offered a").first).to_have_text("Ware zurückgeben")
    with page.expect_response("**/solved") as answered:
        page.locator(".offered button").first.click()
    assert answered.value.status == 204
    expect(page.locator("contact-answers .notice")).to_be_focused()
    expect(page.locator("[name=message]")).to_have_value("Ich möchte Ware zurückgeben, wie geht das?")
    assert ArticleCount.objects.filter(what="solved").count() == 1


@pytest.mark.parametrize("language", ["de", "et"])
def test_on_a_phone_the_question_is_read_whole_and_the_ways_stand_in_columns(
    browser: Browser, server: str, language: str
) -> None:
    shop = centre()
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{server}/help/{shop.slug}/{language}/")
    room, words = page.locator("#q").evaluate(
        """field => {
            const own = getComputedStyle(field), pen = new OffscreenCanvas(1, 1).getContext('2d');
            const {fontSize} = getComputedStyle(field, '::placeholder');
            pen.font = `${fontSize} ${own.fontFamily}`;
            const room = field.clientWidth - parseFloat(own.paddingLeft) - parseFloat(own.paddingRight);
            return [room, pen.measureText(field.placeholder).width];
        }"""
    )
    assert 50 < words <= room
    columns = {round(link.bounding_box()["x"]) for link in page.locator("footer nav a").all()}
    assert len(columns) == 2
