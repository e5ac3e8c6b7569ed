"""The handbook: every page can be reached and read, and every screen leads to a page that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from shopbell.web.desk import handbook
from tests import factories

pytestmark = pytest.mark.django_db

PAGES = sorted(path.stem for path in handbook.FOLDER.glob("*.md") if path.stem != handbook.START)
TEMPLATES = Path(handbook.__file__).parents[1] / "templates"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(factories.agent())
    return client


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_in_the_contents_and_its_links_and_pictures_lead_somewhere(desk: Client, name: str) -> None:
    assert f'href="/desk/handbook/{name}/' in desk.get("/desk/handbook/").context["html"]
    page = desk.get(f"/desk/handbook/{name}/")
    assert (page.status_code, bool(page.context["title"])) == (200, True)
    for link in re.findall(r'(?:href|src)="(/desk/handbook/[^"#]+)', page.context["html"]):
        assert desk.get(link).status_code == 200, link


def test_every_screen_leads_to_its_page() -> None:
    named = {
        match[1]
        for path in TEMPLATES.rglob("*.html")
        for match in re.finditer(r"{% block handbook %}([a-z0-9-]+)/{% endblock %}", path.read_text())
    }
    assert sorted(named - set(PAGES)) == []


def test_a_page_is_read_in_ones_own_language_else_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handbook, "FOLDER", tmp_path)
    (tmp_path / "de").mkdir()
    (tmp_path / "list.md").write_text("# The list\n\nSee [search](search.md#words) and <script>alert(1)</script>.")
    (tmp_path / "de" / "list.md").write_text("# Die Liste\n\n![Liste](../img/list.png)")
    assert handbook.translated("list", "de") == tmp_path / "de" / "list.md"
    assert handbook.translated("list", "et") == tmp_path / "list.md"
    title, html = handbook.rendered(tmp_path / "list.md")
    assert title == "The list"
    assert '<a href="/desk/handbook/search/#words">' in html
    assert "<script" not in html
    assert 'src="/desk/handbook/img/list.png"' in handbook.rendered(tmp_path / "de" / "list.md")[1]


def test_nothing_outside_the_handbook_is_read(desk: Client) -> None:
    for name in ("..%2f..%2fpyproject", "pyproject", "README", "de"):
        assert desk.get(f"/desk/handbook/{name}/").status_code in (302, 303, 404)
    assert desk.get("/desk/handbook/img/nothing.png").status_code == 404
    assert Client().get("/desk/handbook/").status_code == 302


def test_the_tour_is_shown_until_it_is_left(client: Client) -> None:
    agent = factories.agent(needs_tour=True)
    client.force_login(agent)
    assert "<desk-tour" in client.get("/desk/").text
    assert client.post("/desk/tour/").status_code == 303
    assert "<desk-tour" not in client.get("/desk/").text
    client.post("/desk/tour/", {"again": "1"})
    agent.refresh_from_db()
    assert agent.needs_tour
