"""What readers do is counted, each once, by day, without knowing who they are; what they sought in vain is kept."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import timezone

from shopbell.selfservice import jobs, operations, queries
from shopbell.selfservice.models import ArticleCount, Reader, ShopCount, Sought, Verdict
from shopbell.shops.models import Shop
from shopbell.web.portal.help import article as article_page
from tests import factories
from tests.web.help import small_centre
from tests.web.help.small_centre import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Shop:
    return small_centre.build()


@pytest.fixture
def reader() -> Client:
    return small_centre.reader()


def page(centre: Shop, slug: str = "ware-zurückgeben") -> str:
    return f"/help/{centre.slug}/de/articles/{slug}/"


def counts(key: str = "returns") -> dict[str, int]:
    return dict(ArticleCount.objects.filter(text=text(key)).values_list("what", "times"))


def figures(centre: Shop) -> dict[str, int]:
    return {
        what: times
        for what, times in queries.figures([centre.id], timezone.now().date() - timedelta(2)).items()
        if times
    }


def test_a_reader_counts_once_a_day_for_an_article(centre: Shop, reader: Client) -> None:
    for _again in range(3):
        reader.get(page(centre))
    assert counts() == {"view": 1}
    small_centre.reader().get(page(centre), headers={"user-agent": "Another browser"})
    assert counts() == {"view": 2}
    assert figures(centre) == {"visit": 2, "read": 2}
    reader.get(page(centre, "wo-ist-mein-paket"))
    assert figures(centre) == {"visit": 2, "read": 2}
    assert ArticleCount.objects.count() == 2, "a row a day and kind, not one a view"


@pytest.mark.parametrize(
    "headers",
    [{"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, {"sec-purpose": "prefetch"}],
)
def test_robots_and_what_is_fetched_ahead_count_nothing(centre: Shop, reader: Client, headers: dict[str, str]) -> None:
    assert reader.get(page(centre), headers=headers).status_code == 200
    reader.get(f"/help/{centre.slug}/de/search?q=giraffe", headers=headers)
    assert (ArticleCount.objects.count(), ShopCount.objects.count(), Sought.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("header", ["sec-gpc", "dnt"])
def test_who_does_not_want_to_be_known_is_not(centre: Shop, reader: Client, header: str) -> None:
    reader.get(page(centre), headers={header: "1"})
    assert (counts(), Reader.objects.count()) == ({"view": 1}, 0)


def test_what_a_browser_did_is_forgotten_and_the_counts_stay(centre: Shop, reader: Client) -> None:
    reader.get(page(centre))
    row = Reader.objects.get()
    assert "Firefox" not in row.key
    assert "127.0.0.1" not in row.key
    jobs.forget_readers()
    assert Reader.objects.count() == 1
    Reader.objects.update(begun_at=timezone.now() - timedelta(hours=73))
    jobs.forget_readers()
    assert (Reader.objects.count(), counts()) == (0, {"view": 1})


def test_a_verdict_without_scripts_once_a_visitor(centre: Shop, reader: Client) -> None:
    assert not reader.get(page(centre)).cookies
    said = reader.post(page(centre) + "helped", {"verdict": "yes"})
    assert (said.status_code, unquote(said.headers["Location"])) == (303, page(centre) + "?helped=yes#helped")
    cookie = said.cookies["helped"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (str(text("returns").id), True, "Lax")
    assert cookie["path"] == f"/help/{centre.slug}/"
    for _again in range(2):
        reader.post(page(centre) + "helped", {"verdict": "yes"})
        reader.post(page(centre) + "helped", {"verdict": "no"})
    small_centre.reader().post(page(centre) + "helped", {"verdict": "yes"})
    assert counts() == {"view": 1, "yes": 1}, "nor without its cookie"
    assert figures(centre)["solved"] == 1
    assert 'value="yes"' not in reader.get(page(centre)).content.decode(), "not asked again"
    assert 'value="yes"' in reader.get(page(centre, "wo-ist-mein-paket")).content.decode()


def test_a_no_asks_for_its_reason(centre: Shop, reader: Client) -> None:
    said = reader.post(page(centre) + "helped", {"verdict": "no"}, follow=True)
    assert [reason.value for reason in said.context["reasons"]] == ["unclear", "wrong", "missing", "other"]
    assert said.content.decode().count('name="verdict"') == 4
    said = reader.post(page(centre) + "helped", {"verdict": "wrong"})
    assert said.headers["Location"].endswith("?helped=thanks#helped")
    reader.post(page(centre) + "helped", {"verdict": "missing"})
    assert counts() == {"view": 1, "no": 1, "wrong": 1}
    assert "solved" not in figures(centre)


def test_reasons_need_a_no_and_nonsense_counts_nothing(centre: Shop, reader: Client) -> None:
    for verdict in ("wrong", "view", "x", ""):
        assert reader.post(page(centre) + "helped", {"verdict": verdict}).status_code == 303
    assert counts() == {}
    other = {"sec-fetch-site": "cross-site"}
    assert reader.post(page(centre) + "helped", {"verdict": "yes"}, headers=other).status_code == 404
    assert reader.get(page(centre) + "helped").status_code == 405
    assert counts() == {}


def test_verdicts_have_a_limit(centre: Shop, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_page, "VERDICTS_PER_HOUR", 1)
    reader.post(page(centre) + "helped", {"verdict": "x"})
    refused = reader.post(page(centre) + "helped", {"verdict": "yes"})
    assert (refused.status_code, refused.headers["Retry-After"], counts()) == (429, "3600", {})


def test_what_is_sought_in_vain_is_kept(centre: Shop, reader: Client) -> None:
    for phrase in ("Giraffe", "giraffe ", "Kauba", "paket"):
        reader.get(f"/help/{centre.slug}/de/search", {"q": phrase})
    since = timezone.now().date() - timedelta(days=2)
    found = [(one.phrase, one.times, one.found_in) for one in queries.sought([centre.id], since)]
    assert found == [("giraffe", 2, ""), ("kauba", 1, "et")]
    assert figures(centre) == {"visit": 1, "search": 4, "miss": 3}
    operations.forget_phrase(centre.id, "de", "giraffe")
    assert [one.phrase for one in queries.sought([centre.id], since)] == ["kauba"]
    assert queries.sought([factories.shop().id], since) == []


@pytest.mark.parametrize(
    ("phrase", "kept"),
    [
        ("  Gutschein\tEINLÖSEN ", "gutschein einlösen"),
        ("anna@customer.example", ""),
        ("bestellung 104217", ""),
        ("+49 30 12 34 56", ""),
        ("art. 12-3", "art. 12-3"),
        ("https://x.example/a", ""),
        ("ich habe gestern zwei Lampen bestellt und eine ist kaputt", ""),
        ("x" * 70, ""),
    ],
)
def test_phrases_that_may_tell_who_sought_are_not_kept(phrase: str, kept: str) -> None:
    assert operations.fit_phrase(phrase) == kept


def test_a_flood_of_phrases_ends(centre: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_PHRASES", 2)
    who = operations.Who(centre.id, "de", timezone.now().date(), "k")
    for phrase in ("a", "b", "c", "a"):
        operations.searched(who, phrase, None)
    assert sorted(Sought.objects.values_list("phrase", "times")) == [("a", 1), ("b", 1)]


def test_what_was_read_before_a_contact(centre: Shop) -> None:
    who = operations.Who(centre.id, "de", timezone.now().date(), "k")
    assert operations.contacted(who) == []
    for key in ("returns", "track"):
        operations.read(who, text(key).id)
    assert operations.contacted(who) == [text("returns").id, text("track").id]
    assert operations.contacted(who) == [text("returns").id, text("track").id]
    assert counts() == {"view": 1, "contact": 1}
    assert figures(centre) == {"visit": 1, "read": 1, "contact": 1}
    Reader.objects.update(last_at=timezone.now() - timedelta(hours=3))
    assert operations.contacted(who) == [], "too long ago"
    assert operations.contacted(operations.Who(centre.id, "de", who.day)) == []


def test_an_article_of_another_shop_is_not_counted(centre: Shop) -> None:
    other = factories.shop("Other")
    operations.read(operations.Who(other.id, "de", timezone.now().date(), "k"), text("returns").id)
    assert counts() == {}


def test_what_became_of_articles(centre: Shop) -> None:
    today = timezone.now().date()
    for number, verdict in enumerate((Verdict.YES, Verdict.NO, Verdict.NO)):
        who = operations.Who(centre.id, "de", today, f"k{number}")
        operations.read(who, text("returns").id)
        operations.judge(who, text("returns").id, verdict)
    operations.judge(who, text("returns").id, Verdict.WRONG)
    operations.solved(who, text("track").id)
    first, second = queries.records([centre.id], today)
    assert (first.views, first.helped, first.not_helped, first.reasons[0][1]) == (3, 1, 2, 1)
    assert (second.text.title, second.views, second.helped) == ("Wo ist mein Paket?", 0, 1)
    assert queries.popular(centre.id, "de", 5) == [text("returns").id]
