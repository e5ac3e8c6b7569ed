"""Articles in the desk: found, read, written, moved on, compared; each by those who may, of the shops they work for."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from shopbell.agents.models import Agent
from shopbell.events import delivery
from shopbell.events.models import Event
from shopbell.knowledge import jobs, operations, policies
from shopbell.knowledge.models import Article, ArticleText, Picture, Slug, Topic, Version
from shopbell.notifications.models import Notification
from shopbell.shops.models import Shop
from tests import factories
from tests.web.entering import entering

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return factories.shop(language="de")


@pytest.fixture
def lead() -> Agent:
    return factories.agent("Lea Lead", role="lead")


@pytest.fixture
def mari() -> Agent:
    return factories.agent("Mari Maasikas")


def written(shop: Shop, actor: Agent, title: str = "Rückgabe", body: str = "Senden Sie es zurück.") -> ArticleText:
    return operations.begin(shop, "de", title=title, body=body, actor=actor.pk)


def settle() -> None:
    while delivery.deliver("inside", 25):
        pass


def address(row: ArticleText, rest: str = "") -> str:
    return f"/desk/articles/{row.article_id}/{row.language}/{rest}"


def titles(client: Client, query: str = "") -> list[str]:
    return [row.title for row in client.get(f"/desk/articles/{query}").context["rows"]]


def test_begin_write_submit_publish(shop: Shop, lead: Agent, mari: Agent) -> None:
    client = entering(mari)
    sent = {
        "shop": shop.pk,
        "language": "de",
        "title": "Wie lange?",
        "summary": "Kurz",
        "body": "30 Tage.",
        "key": "k1",
    }
    answer = client.post("/desk/articles/new/", sent)
    row = ArticleText.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, address(row))
    assert client.post("/desk/articles/new/", sent).status_code == 303
    assert (Article.objects.count(), Version.objects.count()) == (1, 1)
    assert (row.state, row.slug, row.article.owner) == ("draft", "wie-lange", mari)
    changed = {"title": "Wie lange?", "summary": "Kurz", "body": "31 Tage.", "slug": "frist", "based_on": "1"}
    assert client.post(address(row, "write/"), changed).status_code == 303
    row.refresh_from_db()
    assert (row.slug, row.versions.count()) == ("frist", 2)
    assert set(Slug.objects.values_list("slug", flat=True)) == {"wie-lange", "frist"}
    assert client.post(address(row, "step/"), {"step": "publish"}).status_code == 403
    assert client.post(address(row, "step/"), {"step": "submit", "reviewer": lead.pk}).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.reviewer) == ("review", lead)
    settle()
    told = Notification.objects.get()
    assert (told.agent, told.kind, told.article_text_id, told.actor) == (lead, "review_asked", row.pk, mari)
    page = entering(lead).get("/desk/notifications/")
    assert [(one.text, one.subject, one.url) for one in page.context["told"]] == [
        ("Mari Maasikas asks you to review an article", "Wie lange?", address(row))
    ]
    boss = entering(lead)
    assert boss.post(address(row, "step/"), {"step": "publish", "review_on": "2027-05-01"}).status_code == 303
    row = ArticleText.objects.select_related("article", "published").get()
    assert (row.state, row.published.number, row.article.review_on, row.reviewer) == (
        "published", 2, date(2027, 5, 1), None,
    )  # fmt: skip


def test_a_step_that_is_no_more_changes_nothing(shop: Shop, lead: Agent) -> None:
    row = written(shop, lead)
    client = entering(lead)
    assert client.post(address(row, "step/"), {"step": "return"}).status_code == 303
    assert client.post(address(row, "step/"), {"step": "expire"}).status_code == 404
    row.refresh_from_db()
    assert row.state == "draft"


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(shop: Shop, lead: Agent, mari: Agent) -> None:
    row = written(shop, lead)
    operations.write(row.article, "de", title="Rückgabe", body="Neuer Text.", actor=lead.pk)
    mine = {"title": "Rückgabe", "summary": "", "body": "Mein Text.", "slug": "", "based_on": "1"}
    answer = entering(mari).post(address(row, "write/"), mine)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Lea Lead saved version 2 while you were writing." in html
    assert "Neuer Text." in html and "Mein Text." in html  # noqa: PT018
    assert row.versions.count() == 2
    assert entering(mari).post(address(row, "write/"), {**mine, "based_on": "2"}).status_code == 303
    assert list(row.versions.order_by("number").values_list("body", flat=True))[1:] == ["Neuer Text.", "Mein Text."]


def test_bad_input_keeps_what_was_typed(shop: Shop, mari: Agent) -> None:
    client = entering(mari)
    answer = client.post("/desk/articles/new/", {"shop": shop.pk, "language": "de", "title": "", "body": "Words."})
    assert answer.status_code == 422
    assert "An article needs a title." in answer.content.decode()
    assert "Words.</textarea>" in answer.content.decode()
    assert not Article.objects.exists()


def test_filters(shop: Shop, lead: Agent, mari: Agent) -> None:
    other = factories.shop("Andere", language="de", languages=["en"])
    topic = operations.save_topic(Topic(), actor=lead.pk, shop=shop, names={"de": "Retouren", "en": "Returns"})
    a, b, c = written(shop, lead, "Aa"), written(shop, mari, "Bb"), written(other, mari, "Cc")
    operations.save_article(a.article, actor=lead.pk, topic=topic, review_on=timezone.localdate())
    operations.publish(b, actor=lead.pk)
    operations.write(b.article, "en", title="Bee", body="English.", actor=lead.pk)
    client = entering(lead)
    assert sorted(titles(client)) == ["Aa", "Bee", "Cc"]
    assert titles(client, f"?shop={other.pk}") == ["Cc"]
    assert titles(client, f"?topic={topic.pk}") == ["Aa"]
    assert titles(client, "?state=published") == ["Bee"]
    assert titles(client, "?state=published&language=en") == []
    assert titles(client, "?language=en") == ["Bee"]
    assert sorted(titles(client, "?missing=en")) == ["Aa", "Cc"]
    assert titles(client, "?owner=me") == ["Aa"]
    assert sorted(titles(client, f"?owner={mari.pk}")) == ["Bee", "Cc"]
    assert titles(client, "?due=1") == ["Aa"]
    assert titles(client, "?q=bb") == ["Bee"]
    assert sorted(titles(client, "?shop=x&topic=-1&state=no&owner=%00&after=rubbish")) == ["Aa", "Bee", "Cc"]
    row = next(row for row in client.get("/desk/articles/?q=cc").context["rows"])
    assert (row.missing, [one.code for one in row.languages]) == (["en"], ["de"])
    assert c.article.shop == other


def test_pages_follow_each_other(shop: Shop, lead: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shopbell.web.desk.articles.PAGE", 2)
    for title in "Aa", "Bb", "Cc":
        written(shop, lead, title)
    client = entering(lead)
    first = client.get("/desk/articles/")
    assert [row.title for row in first.context["rows"]] == ["Cc", "Bb"]
    more = client.get(f"/desk/articles/{first.context['more_url']}", headers={"HX-Request": "true"})
    assert [title in more.content.decode() for title in ("<b>Aa</b>", "<b>Bb</b>", "<main")] == [True, False, False]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_no_more_for_more(shop: Shop, lead: Agent, number: int, django_assert_num_queries: Any) -> None:
    for title in range(number):
        row = written(shop, lead, f"Title {title}")
        operations.save_article(row.article, actor=lead.pk, owner=factories.agent())
    client = entering(lead)
    client.get("/desk/articles/")
    with django_assert_num_queries(11):
        client.get("/desk/articles/")


def test_links_and_policies_that_lead_nowhere_are_shown(shop: Shop, lead: Agent) -> None:
    secret = written(shop, lead, "Geheim")
    operations.save_article(secret.article, actor=lead.pk, is_internal=True)
    operations.publish(secret, actor=lead.pk)
    open_one = written(shop, lead, "Offen")
    operations.publish(open_one, actor=lead.pk)
    body = (
        f"[a](article:{secret.article_id}) [b](article:{open_one.article_id}) [c](article:999) "
        f"[d](/help/{shop.slug}/de/articles/nirgends/) {{policy.return.window}} [e](https://ec.europa.eu/consumers/odr)"
    )
    row = written(shop, lead, "Links", body)
    page = entering(lead).get(address(row))
    assert [one.target for one in page.context["dead"]] == [
        "{policy.return.window}",
        f"article:{secret.article_id}",
        "article:999",
        f"/help/{shop.slug}/de/articles/nirgends/",
        "https://ec.europa.eu/consumers/odr",
    ]
    assert f'<a href="{address(open_one)}">b</a>' in page.content.decode()
    assert '<span class="dead">c</span>' in page.content.decode()


def test_versions_are_compared_and_brought_back(shop: Shop, lead: Agent, mari: Agent) -> None:
    row = written(shop, lead, body="Sie haben 14 Tage Zeit.")
    operations.write(row.article, "de", title="Rückgabe", body="Sie haben 30 Tage Zeit.", actor=mari.pk)
    client = entering(mari)
    html = client.get(address(row, "history/")).content.decode()
    assert "Sie haben <del>14</del><ins>30</ins> Tage Zeit." in html
    assert client.get(address(row, "history/?to=9")).status_code == 404
    assert client.post(address(row, "restore/"), {"version": "1"}).status_code == 303
    newest = row.versions.order_by("-number").first()
    assert newest is not None
    assert (newest.number, newest.body, newest.author) == (3, "Sie haben 14 Tage Zeit.", mari)


def test_deleting_wants_a_reason(shop: Shop, lead: Agent, mari: Agent) -> None:
    row = written(shop, lead)
    operations.publish(row, actor=lead.pk)
    url = f"/desk/articles/{row.article_id}/delete/"
    assert entering(mari).post(url, {"reason": "wrong"}).status_code == 403
    entering(lead).post(url, {"reason": "because I can"})
    assert Article.objects.count() == 1
    assert entering(lead).post(url, {"reason": "wrong"})["Location"] == "/desk/articles/"
    assert (Article.objects.count(), Slug.objects.count(), Version.objects.count()) == (0, 0, 0)
    assert Event.objects.get(name="knowledge.article_deleted").data == {"article_id": row.article_id, "reason": "wrong"}


def test_the_owner_hears_when_the_day_has_passed(shop: Shop, lead: Agent, mari: Agent) -> None:
    row = written(shop, mari)
    operations.publish(row, actor=lead.pk, review_on=policies.today(shop))
    jobs.expire_articles()
    row.refresh_from_db()
    assert row.state == "published"
    Article.objects.update(review_on=policies.today(shop) - timedelta(days=1))
    jobs.expire_articles()
    jobs.expire_articles()
    row.refresh_from_db()
    assert (row.state, row.published_id is not None) == ("stale", True)
    settle()
    assert list(Notification.objects.values_list("agent", "kind")) == [(mari.pk, "article_stale")]


def test_topics_are_made_ordered_and_deleted(shop: Shop, lead: Agent, mari: Agent) -> None:
    client = entering(lead)
    for name in "Versand", "Zahlung":
        client.post("/desk/articles/topics/new/", {"shop": shop.pk, "name_de": name})
    assert client.post("/desk/articles/topics/new/", {"shop": shop.pk}).status_code == 422
    first, second = Topic.objects.order_by("position")
    assert (first.names, second.position) == ({"de": "Versand"}, 1)
    client.post(f"/desk/articles/topics/{second.pk}/move/", {"to": "up"})
    assert list(Topic.objects.order_by("position")) == [second, first]
    client.post(f"/desk/articles/topics/{first.pk}/", {"name_de": "Versand", "name_en": "Shipping"})
    first.refresh_from_db()
    assert first.names == {"de": "Versand", "en": "Shipping"}
    row = written(shop, lead)
    operations.save_article(row.article, actor=lead.pk, topic=first)
    assert entering(mari).post(f"/desk/articles/topics/{first.pk}/delete/").status_code == 403
    client.post(f"/desk/articles/topics/{first.pk}/delete/")
    assert (Topic.objects.count(), Article.objects.get().topic) == (1, None)


def file(name: str, content: bytes = b"") -> SimpleUploadedFile:
    if not content:
        target = io.BytesIO()
        Image.new("RGB", (40, 30), "red").save(target, "PNG")
        content = target.getvalue()
    return SimpleUploadedFile(name, content, "image/png")


def test_a_picture_is_public_while_a_public_article_shows_it(shop: Shop, lead: Agent) -> None:
    client, stranger = entering(lead), Client()
    answer = client.post("/desk/articles/pictures/", {"shop": shop.pk, "picture": file("a_b.png")})
    kept = Picture.objects.get()
    url = f"/pictures/{kept.pk}-{kept.sha256[:12]}.webp"
    assert answer.json() == {"markdown": f"![a b]({url})"}
    client.post("/desk/articles/pictures/", {"shop": shop.pk, "picture": file("again.png")})
    assert (Picture.objects.count(), kept.width, kept.height) == (1, 40, 30)
    assert (client.get(url).status_code, stranger.get(url).status_code) == (200, 404)
    row = written(shop, lead, body=f"![a]({url})")
    assert stranger.get(url).status_code == 404
    operations.publish(row, actor=lead.pk)
    shown = stranger.get(url)
    assert (shown.status_code, shown["Content-Type"], shown["X-Content-Type-Options"]) == (200, "image/webp", "nosniff")
    assert stranger.get(f"/pictures/{kept.pk}-000000000000.webp").status_code == 404
    operations.save_article(row.article, actor=lead.pk, is_internal=True)
    assert stranger.get(url).status_code == 404
    operations.save_article(row.article, actor=lead.pk, is_internal=False)
    row.refresh_from_db()
    operations.archive(row, actor=lead.pk)
    assert stranger.get(url).status_code == 404


@pytest.mark.parametrize("content", [b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b""])
def test_what_is_no_picture_is_refused(shop: Shop, lead: Agent, content: bytes) -> None:
    sent = {"shop": shop.pk, "picture": SimpleUploadedFile("a.png", content, "image/png")}
    answer = entering(lead).post("/desk/articles/pictures/", sent)
    assert (answer.status_code, Picture.objects.count()) == (422, 0)


def test_the_preview_is_safe(shop: Shop, mari: Agent) -> None:
    body = "**bold** <script>x</script> [a](javascript:alert(1))"
    answer = entering(mari).post("/desk/articles/preview/", {"shop": shop.pk, "language": "de", "body": body})
    html = answer.content.decode()
    assert "<strong>bold</strong> &lt;script&gt;x&lt;/script&gt; [a](javascript:alert(1))" in html


def test_somebody_of_another_shop_sees_nothing_of_it(shop: Shop, lead: Agent) -> None:
    row = written(shop, lead)
    other = factories.shop("Andere")
    outsider = factories.agent(role="lead", limited_to_shops=True)
    outsider.shops.set([other])
    client = entering(outsider)
    assert titles(client) == []
    topic = operations.save_topic(Topic(), actor=lead.pk, shop=shop, names={"de": "Geheim"})
    for path in ["", "write/", "history/"]:
        assert client.get(address(row, path)).status_code == 404
    for path in ["write/", "step/", "restore/"]:
        assert client.post(address(row, path), {"step": "publish", "version": "1"}).status_code == 404
    for path in ["", "about/", "delete/"]:
        assert client.get(f"/desk/articles/{row.article_id}/{path}").status_code == 404
    assert client.post(f"/desk/articles/{row.article_id}/delete/", {"reason": "wrong"}).status_code == 404
    assert client.post("/desk/articles/preview/", {"shop": shop.pk, "language": "de"}).status_code == 404
    assert client.post("/desk/articles/pictures/", {"shop": shop.pk}).status_code == 404
    assert client.get(f"/desk/articles/pick/?shop={shop.pk}&language=de").status_code == 404
    for path in ["", "move/", "delete/"]:
        assert client.post(f"/desk/articles/topics/{topic.pk}/{path}").status_code == 404
    assert "Geheim" not in client.get("/desk/articles/topics/").content.decode()
    assert Article.objects.count() == 1


def test_a_partner_reads_and_changes_nothing(shop: Shop, lead: Agent) -> None:
    row = written(shop, lead)
    partner = factories.agent(role="partner", teams=(factories.team(is_partner=True),))
    client = entering(partner)
    assert client.get(address(row)).status_code == 200
    assert "Edit" not in client.get(address(row)).content.decode().split("<main")[1]
    for path in ["write/", "step/", "restore/"]:
        assert client.post(address(row, path)).status_code == 403
    assert client.post("/desk/articles/new/", {"shop": shop.pk, "title": "x", "body": "y"}).status_code == 403
    assert Version.objects.count() == 1


def test_opening_an_internal_article_to_customers_is_for_those_who_publish(
    shop: Shop, lead: Agent, mari: Agent
) -> None:
    row = written(shop, lead)
    operations.save_article(row.article, actor=lead.pk, is_internal=True)
    operations.publish(row, actor=lead.pk)
    url = f"/desk/articles/{row.article_id}/about/"
    assert entering(mari).post(url, {"is_internal": ""}).status_code == 403
    assert Article.objects.get().is_internal is True
    assert entering(lead).post(url, {"is_internal": "", "review_on": "2027-01-31"}).status_code == 303
    assert (Article.objects.get().is_internal, Article.objects.get().review_on) == (False, date(2027, 1, 31))


def test_topic_and_owner_are_chosen_and_taken_away(shop: Shop, lead: Agent, mari: Agent) -> None:
    row = written(shop, mari)
    topic = operations.save_topic(Topic(shop=shop), actor=lead.pk, names={"de": "Geschenke"})
    url = f"/desk/articles/{row.article_id}/about/"
    chosen = {"topic_id": topic.pk, "owner_id": lead.pk, "is_internal": "", "review_on": ""}
    assert entering(mari).post(url, chosen).status_code == 303
    assert Article.objects.values_list("topic", "owner").get() == (topic.pk, lead.pk)
    others = operations.save_topic(Topic(shop=factories.shop()), actor=lead.pk, names={"de": "Fremd"})
    assert entering(mari).post(url, {**chosen, "topic_id": others.pk}).status_code == 422
    assert entering(mari).post(url, {**chosen, "topic_id": "", "owner_id": ""}).status_code == 303
    assert Article.objects.values_list("topic", "owner").get() == (None, None)


def test_a_new_article_begins_in_the_readers_language_and_is_saved_for_the_shop_chosen(shop: Shop, mari: Agent) -> None:
    english = factories.shop(language="en")
    page = entering(mari).get("/desk/articles/new/")
    assert (page.context["article"].shop, page.context["code"]) == (english, "en")
    typed = {"title": "Paket?", "body": "Es kommt.", "shop": shop.pk, "language": "de", "key": "k"}
    shown = entering(mari).post("/desk/articles/new/", {**typed, "preview": "1"})
    assert (shown.context["article"].shop, shown.context["written"].body) == (shop, "Es kommt.")
    assert entering(mari).post("/desk/articles/new/", typed).status_code == 303
    assert ArticleText.objects.values_list("shop", "language").get() == (shop.pk, "de")


def test_the_address_of_what_customers_read_leads_there(shop: Shop, lead: Agent) -> None:
    row = written(shop, lead)
    link = f'<a href="/help/{shop.slug}/de/articles/rückgabe/">rückgabe</a>'.replace("ü", "%C3%BC", 1)
    assert link not in entering(lead).get(address(row)).content.decode()
    operations.publish(row, actor=lead.pk)
    assert link in entering(lead).get(address(row)).content.decode()
    operations.save_article(row.article, actor=lead.pk, is_internal=True)
    assert link not in entering(lead).get(address(row)).content.decode()


def test_a_review_date_chosen_before_publishing_is_the_one_proposed(shop: Shop, lead: Agent) -> None:
    row, today = written(shop, lead), policies.today(shop)
    proposed = lambda: entering(lead).get(address(row)).context["review_on"]  # noqa: E731
    assert proposed() == today + timedelta(days=182)
    operations.save_article(row.article, actor=lead.pk, review_on=today + timedelta(days=60))
    assert proposed() == today + timedelta(days=60)
    operations.publish(row, actor=lead.pk)
    assert proposed() == today + timedelta(days=182), "it is looked at now"


def test_customers_are_named_only_where_they_read_an_earlier_version(shop: Shop, lead: Agent) -> None:
    row = written(shop, lead)
    operations.publish(row, actor=lead.pk)
    operations.write(row.article, "de", title="Rückgabe", body="Neu.", actor=lead.pk)
    assert "Customers still read version 1." in entering(lead).get(address(row)).content.decode()
    operations.save_article(row.article, actor=lead.pk, is_internal=True)
    assert "Customers still read" not in entering(lead).get(address(row)).content.decode()
