"""The help centre as a stranger sees it: what is public, at its one address, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from shopbell.channels.models import Channel
from shopbell.knowledge import operations
from shopbell.knowledge.models import Topic
from shopbell.shops.models import Domain, Shop
from tests import factories
from tests.web.help import small_centre
from tests.web.help.small_centre import article, text, write

pytestmark = pytest.mark.django_db
HIDDEN = ("Kulanzgrenze", "/kulanzgrenze", "20 Euro", "Ankündigung", "Bald mehr", "Geheimes")


@pytest.fixture
def shop() -> Shop:
    return small_centre.shop()


@pytest.fixture
def centre() -> Shop:
    return small_centre.build()


@pytest.fixture
def reader() -> Client:
    return small_centre.reader()


def data(page: Any) -> list[dict[str, Any]]:
    """The JSON-LD of a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.content.decode(), re.DOTALL)
    assert found
    graph: list[dict[str, Any]] = json.loads(found[1])["@graph"]
    return graph


def test_the_start_leads_to_the_readers_language(centre: Shop, reader: Client) -> None:
    start = reader.get(f"/help/{centre.slug}/")
    assert (start.status_code, start.headers["Location"]) == (302, f"/help/{centre.slug}/de/")
    assert "Accept-Language" in start.headers["Vary"]
    wanted = {
        code: reader.get(f"/help/{centre.slug}/", headers={"accept-language": code}) for code in ("et-EE", "da", "en")
    }
    assert [one.headers["Location"][-4:] for one in wanted.values()] == ["/et/", "/de/", "/de/"], (
        "offered, else the shop's"
    )
    assert reader.get(f"/help/{centre.slug}/da/").status_code == 404
    assert reader.get("/help/nobody/de/").status_code == 404


def test_the_start_page_shows_topics_and_what_is_read(centre: Shop, reader: Client) -> None:
    page = reader.get(f"/help/{centre.slug}/de/")
    html = page.content.decode()
    assert page.status_code == 200
    assert [(one.name, one.number) for one in page.context["shelves"]] == [("Rückgabe & Umtausch", 2), ("Versand", 1)]
    assert "Ware zurückgeben" in html
    assert f'<link rel="canonical" href="http://localhost:8000/help/{centre.slug}/de/">' in html
    assert 'hreflang="et"' in html
    assert "noindex" not in html
    assert data(page)[0]["@type"] == "WebSite"
    assert page.headers["Content-Language"] == "de"
    assert not page.cookies


def test_the_way_to_a_person_is_always_shown_with_or_without_a_form(centre: Shop, reader: Client) -> None:
    address = f"/contact/{centre.slug}/"
    mailbox = factories.mailbox(centre)
    assert f'href="{address}?lang=de"' in reader.get(f"/help/{centre.slug}/de/").content.decode()
    assert mailbox.address in reader.get(address).content.decode()
    Channel.objects.create(shop=centre, type="contact_form", name="Form", replies_through=mailbox)
    assert f'href="{address}?lang=de"' in reader.get(f"/help/{centre.slug}/de/").content.decode()
    assert "<textarea" in reader.get(address).content.decode()


def test_a_topic(centre: Shop, reader: Client) -> None:
    topic = Topic.objects.get(names__de="Rückgabe & Umtausch")
    page = reader.get(f"/help/{centre.slug}/de/topics/{topic.id}/rückgabe-umtausch/")
    assert [link.title for link in page.context["articles"]] == ["Rücksendeetikett drucken", "Ware zurückgeben"]
    moved = reader.get(f"/help/{centre.slug}/de/topics/{topic.id}/old-name/")
    assert moved.status_code == 301
    assert reader.get(moved.headers["Location"]).status_code == 200
    empty, hidden = Topic.objects.create(shop=centre, names={"de": "Leer"}), Topic.objects.get(names__de="Geheimes")
    for other in (empty, hidden):
        assert reader.get(f"/help/{centre.slug}/de/topics/{other.id}/x/").status_code == 404
    elsewhere = factories.shop("Other", language="de")
    assert reader.get(f"/help/{elsewhere.slug}/de/topics/{topic.id}/rückgabe-umtausch/").status_code == 404


def test_an_article(centre: Shop, reader: Client) -> None:
    page = reader.get(f"/help/{centre.slug}/de/articles/ware-zurückgeben/")
    html = page.content.decode()
    assert html.count("<h1>") == 1
    assert '<h2 id="so-geht-es">So geht es</h2>' in html, "the title is the only heading of the first rank"
    assert [heading.title for heading in page.context["body"].headings] == ["So geht es", "Kosten", "Erstattung"]
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert '<a href="https://europa.eu/x" rel="noopener">' in html
    assert f'hreflang="et" href="http://localhost:8000/help/{centre.slug}/et/articles/kauba-tagastamine/"' in html
    assert 'property="og:title" content="Ware zurückgeben"' in html
    crumbs, asked = data(page)
    assert [step["name"] for step in crumbs["itemListElement"]][1:] == ["Rückgabe & Umtausch", "Ware zurückgeben"]
    assert (asked["@type"], asked["mainEntity"][0]["name"]) == ("FAQPage", "Ware zurückgeben")
    assert [link.title for link in page.context["related"]] == ["Rücksendeetikett drucken"]


def test_structured_data_cannot_end_its_script(centre: Shop, reader: Client) -> None:
    row = write(centre, "bad", "</script><script>alert(1)</script>", "A & B < C")
    page = reader.get(f"/help/{centre.slug}/de/articles/{row.slug}/")
    assert "</script><script>" not in page.content.decode()
    assert data(page)[1]["mainEntity"][0]["name"] == "</script><script>alert(1)</script>"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_former_addresses_lead_to_the_new_one(centre: Shop, reader: Client) -> None:
    write(centre, "returns", "Ware zurückgeben", "Neu.", slug="rueckgabe")
    moved = reader.get(f"/help/{centre.slug}/de/articles/ware-zurückgeben/")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/help/{centre.slug}/de/articles/rueckgabe/")
    operations.archive(text("returns"), actor=None)
    assert reader.get(f"/help/{centre.slug}/de/articles/ware-zurückgeben/").status_code == 404


def test_what_is_hidden_is_nowhere(centre: Shop, reader: Client) -> None:
    paths = [
        "de/", "de/search?q=kulanzgrenze", "de/search?q=rückfrage", "de/search?q=bald", "de/suggest?q=kulanz",
        "de/suggest?q=ank", "de/sitemap.xml", "sitemap.xml", "de/articles/ware-zurückgeben/",
    ]  # fmt: skip
    paths.append(f"de/topics/{Topic.objects.get(names__de='Rückgabe & Umtausch').id}/rückgabe-umtausch/")
    for path in paths:
        page = reader.get(f"/help/{centre.slug}/{path}")
        body = page.content.decode()
        assert page.status_code == 200, path
        assert [word for word in HIDDEN if word in body] == [], path


def test_what_is_hidden_is_missing_like_what_never_was(centre: Shop, reader: Client) -> None:
    def seen(slug: str) -> tuple[int, str]:
        page = reader.get(f"/help/{centre.slug}/de/articles/{slug}/")
        return page.status_code, page.content.decode().replace(slug, "X")

    assert seen("kulanzgrenze") == seen("ankündigung") == seen("gibt-es-nicht")
    assert seen("kulanzgrenze")[0] == 404
    for slug in ("kulanzgrenze", "ankündigung", "gibt-es-nicht"):
        assert reader.post(f"/help/{centre.slug}/de/articles/{slug}/helped", {"verdict": "yes"}).status_code == 404
    operations.save_article(article("returns"), actor=None, is_internal=True)
    assert seen("ware-zurückgeben")[0] == 404
    assert "Ware zurückgeben" not in reader.get(f"/help/{centre.slug}/de/").content.decode()
    assert "Ware zurückgeben" not in seen("rücksendeetikett-drucken")[1]


def test_another_shops_articles_are_not_here(centre: Shop, reader: Client) -> None:
    other = factories.shop("Other", language="de")
    assert reader.get(f"/help/{other.slug}/de/articles/ware-zurückgeben/").status_code == 404
    assert reader.get(f"/help/{other.slug}/de/suggest?q=ware").json() == {"results": []}


def test_a_page_the_reader_has_is_not_sent_again(centre: Shop, reader: Client) -> None:
    for path in ("de/", "de/articles/ware-zurückgeben/"):
        first = reader.get(f"/help/{centre.slug}/{path}")
        again = reader.get(f"/help/{centre.slug}/{path}", headers={"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    operations.file_entry(centre, operations.Entry("new", "Neues", "Worte.", "de"))
    again = reader.get(f"/help/{centre.slug}/de/", headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 200
    page = reader.get(f"/help/{centre.slug}/de/articles/ware-zurückgeben/")
    since = {"if-modified-since": page.headers["Last-Modified"]}
    assert reader.get(f"/help/{centre.slug}/de/articles/ware-zurückgeben/", headers=since).status_code == 304
    Shop.objects.filter(id=centre.id).update(name="Renamed")
    again = reader.get(
        f"/help/{centre.slug}/de/articles/ware-zurückgeben/", headers={"if-none-match": page.headers["ETag"]}
    )
    assert again.status_code == 200


def test_the_same_number_of_questions_for_one_and_for_many(shop: Shop, reader: Client) -> None:
    def queries() -> list[int]:
        operations.save_topic(Topic.objects.first() or Topic(shop=shop), actor=None)  # nothing is kept
        found = []
        for path in ("de/", "de/articles/ware-1/", "de/search?q=ware", "de/suggest?q=ware"):
            with CaptureQueriesContext(connection) as asked:
                assert reader.get(f"/help/{shop.slug}/{path}").status_code == 200
            found.append(len(asked.captured_queries))
        return found

    write(shop, "one", "Ware 1", topic="A")
    write(shop, "two", "Ware 2", topic="A")
    queries()
    few = queries()
    for number in range(3, 7):
        write(shop, f"n{number}", f"Ware {number}", topic=f"Topic {number}")
    assert queries() == few


def test_a_shops_own_host_has_its_help_at_the_start(centre: Shop, reader: Client) -> None:
    Domain.objects.create(host="hilfe.hallik.example", shop=centre)
    here = {"host": "hilfe.hallik.example"}
    assert reader.get("/", headers=here).headers["Location"] == f"/help/{centre.slug}/"
    page = reader.get(f"/help/{centre.slug}/de/", headers=here)
    assert f'rel="canonical" href="http://hilfe.hallik.example/help/{centre.slug}/de/"' in page.content.decode()
    other = write(factories.shop("Other", language="de"), "a", "A").shop
    assert reader.get(f"/help/{other.slug}/de/", headers=here).status_code == 404
    assert reader.get("/sitemap.xml", headers=here).status_code == 200
    assert reader.get("/sitemap.xml").status_code == 404
    robots = reader.get("/robots.txt", headers=here).content.decode()
    assert f"Sitemap: http://hilfe.hallik.example/help/{centre.slug}/sitemap.xml" in robots
    assert other.slug not in robots
    robots = reader.get("/robots.txt").content.decode()
    assert f"Sitemap: http://localhost:8000/help/{other.slug}/sitemap.xml" in robots
    assert centre.slug not in robots, "it is at home elsewhere"


def test_the_sitemap_names_every_public_page(centre: Shop, reader: Client) -> None:
    index = reader.get(f"/help/{centre.slug}/sitemap.xml").content.decode()
    assert re.findall(r"<loc>(.*?)</loc>", index) == [
        f"http://localhost:8000/help/{centre.slug}/{code}/sitemap.xml" for code in ("de", "et")
    ]
    listed = reader.get(f"/help/{centre.slug}/de/sitemap.xml").content.decode()
    addresses = re.findall(r"<loc>http://localhost:8000(.*?)</loc>", listed)
    assert len(addresses) == 1 + 2 + 3
    assert {reader.get(address).status_code for address in addresses} == {200}
    assert f'hreflang="et" href="http://localhost:8000/help/{centre.slug}/et/articles/kauba-tagastamine/"' in listed


def test_links_are_https_where_the_server_is(centre: Shop, reader: Client) -> None:
    with override_settings(BASE_URL="https://desk.example", HTTPS=True):
        page = reader.get(f"/help/{centre.slug}/de/").content.decode()
    assert f'rel="canonical" href="https://desk.example/help/{centre.slug}/de/"' in page


def test_a_heading_never_has_an_id_of_the_page_around_it(centre: Shop, reader: Client) -> None:
    headings = ("Main", "Q", "Ways", "Related", "Helped", "Main")
    write(centre, "ids", "Ids", "\n\n".join(f"## {one}\n\nWords." for one in headings))
    html = reader.get(f"/help/{centre.slug}/de/articles/ids/").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert [one for one in ids if one.startswith("main")] == ["main", "main-1", "main-6"]


def test_a_zone_whose_name_is_known_no_more_keeps_no_page_away(centre: Shop, reader: Client) -> None:
    Shop.objects.filter(id=centre.id).update(time_zone="Europe/Gone")
    for path in (f"help/{centre.slug}/de/", f"contact/{centre.slug}/", f"my/{centre.slug}/"):
        assert reader.get(f"/{path}").status_code == 200, path
