"""Articles: versions, addresses that go on leading somewhere, what is published and what is not, and finding them."""

from __future__ import annotations

from typing import Any

import pytest

from shopbell.events.models import Event
from shopbell.knowledge import operations, queries, search
from shopbell.knowledge.models import Article, ArticleTerm, ArticleText, Slug, Topic, Version
from shopbell.knowledge.operations.articles import Unfit
from shopbell.shops.models import Shop
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return factories.shop()


def entry(key: str, title: str, body: str = "Words.", language: str = "de", **fields: object) -> operations.Entry:
    return operations.Entry(key=key, title=title, body=body, language=language, **fields)  # type: ignore[arg-type]


def find(shop: Shop, query: str, language: str = "de", **options: bool) -> list[str]:
    return [one.text.article.key for one in queries.find_articles(shop, query, language, **options)]


def test_the_same_entry_twice_is_there_once(shop: Shop) -> None:
    returns = entry("returns", "Rückgabe", topic="Retouren")
    assert operations.file_entry(shop, returns) is True
    assert operations.file_entry(shop, returns) is False
    assert (Article.objects.count(), Version.objects.count(), Topic.objects.get().names) == (1, 1, {"de": "Retouren"})
    assert operations.file_entry(shop, entry("returns", "Rückgabe", "New words.", topic="Retouren")) is True
    row = ArticleText.objects.select_related("published").get()
    assert (row.published.number, row.published.body, row.state) == (2, "New words.", "published")
    names = list(Event.objects.order_by("id").values_list("name", flat=True))
    assert names.count("knowledge.article_written") == 2


def test_a_topic_is_one_in_every_language_and_a_translation_moves_no_article(shop: Shop) -> None:
    german, english = entry("a", "Zoll", topic="Lieferung"), entry("a", "Customs", language="en", topic="Delivery")
    assert [operations.file_entry(shop, one) for one in (german, english)] == [True, True]
    assert Topic.objects.get().names == {"de": "Lieferung", "en": "Delivery"}
    assert [operations.file_entry(shop, one) for one in (german, english)] == [False, False]
    assert operations.file_entry(shop, entry("b", "Duty", language="en", topic="Delivery")) is True
    assert Topic.objects.count() == 1
    assert operations.file_entry(shop, entry("a", "Zoll", topic="Bezahlung")) is True
    assert Article.objects.get(key="a").topic.names == {"de": "Bezahlung"}
    assert operations.file_entry(shop, english) is False
    assert [one.names for one in Topic.objects.order_by("id")] == [
        {"de": "Lieferung", "en": "Delivery"},
        {"de": "Bezahlung"},
    ]


def test_customers_see_the_published_version_while_a_new_one_is_written(shop: Shop) -> None:
    agent = factories.agent()
    operations.file_entry(shop, entry("fees", "Versandkosten", "Der Versand kostet 5 Euro."))
    article = Article.objects.get()
    row = operations.write(article, "de", title="Porto", body="Das Porto entfällt.", actor=agent.pk)
    assert (row.state, row.title, row.versions.count()) == ("draft", "Porto", 2)
    assert [one.title for one in queries.find_articles(shop, "versandkosten", "de")] == ["Versandkosten"]
    assert find(shop, "entfällt") == []
    operations.publish(row, actor=agent.pk)
    assert find(shop, "entfällt") == ["fees"]
    assert find(shop, "euro") == []
    operations.archive(row, actor=agent.pk)
    assert find(shop, "entfällt") == []
    assert (ArticleTerm.objects.count(), Version.objects.count()) == (0, 2)


def test_a_new_title_keeps_the_address_and_a_new_address_the_old_one(shop: Shop) -> None:
    operations.file_entry(shop, entry("a", "Größe & Passform"))
    operations.file_entry(shop, entry("b", "Größe & Passform"))
    assert list(ArticleText.objects.order_by("id").values_list("slug", flat=True)) == [
        "größe-passform",
        "größe-passform-2",
    ]
    operations.file_entry(shop, entry("a", "Andere Frage"))
    assert ArticleText.objects.get(article__key="a").slug == "größe-passform"
    operations.file_entry(shop, entry("a", "Andere Frage", slug="groesse"))
    assert ArticleText.objects.get(article__key="a").slug == "groesse"
    assert set(Slug.objects.filter(text__article__key="a").values_list("slug", flat=True)) == {
        "groesse",
        "größe-passform",
    }


def test_what_is_no_article_is_refused(shop: Shop) -> None:
    for wrong in (entry("x", " "), entry("x", "Title", " \n"), entry("x", "Title", "x" * 200_001)):
        with pytest.raises(Unfit):
            operations.file_entry(shop, wrong)


def test_internal_articles_are_found_by_the_team_only(shop: Shop) -> None:
    operations.file_entry(shop, entry("limit", "Kulanz bis 20 Euro", is_internal=True))
    assert find(shop, "kulanz") == []
    assert find(shop, "kulanz", internal=True) == ["limit"]
    operations.save_article(Article.objects.get(), actor=None, is_internal=False)
    assert find(shop, "kulanz") == ["limit"]


def test_another_shops_articles_are_not_found(shop: Shop) -> None:
    operations.file_entry(factories.shop(), entry("theirs", "Rückgabe"))
    assert find(shop, "rückgabe") == []


CORPUS = {
    "de": {
        "returns": ("Rückgaberecht und Rücksendung", "Sie können Ware binnen 30 Tagen zurückschicken."),
        "shipping": ("Versandkosten und Lieferzeit", "Die Lieferung dauert drei Werktage."),
        "track": ("Wo ist mein Paket?", "Die Sendungsverfolgung zeigt es."),
    },
    "da": {
        "returns": ("Returnering og fortrydelse", "Du kan sende varen tilbage inden for 30 dage."),
        "shipping": ("Fragt og leveringstid", "Leveringen tager tre hverdage."),
    },
    "et": {
        "returns": ("Kauba tagastamine", "Saate tellimuse 30 päeva jooksul tagastada."),
        "shipping": ("Tarne ja saatekulu", "Pakk jõuab kohale kolme tööpäevaga."),
    },
    "en": {
        "returns": ("Returning an item", "You can send goods back within 30 days."),
        "shipping": ("Shipping costs", "Delivery takes three working days."),
    },
}


@pytest.mark.parametrize(
    ("language", "query", "first"),
    [
        ("de", "rückgabe", "returns"),  # in a compound
        ("de", "Ruecksendung", "returns"),  # typed without umlauts
        ("de", "rükgabe", "returns"),  # a slip, in a compound
        ("de", "lieferungen", "shipping"),  # another form
        ("de", "packet", "track"),  # a slip
        ("de", "wo ist mein paket", "track"),
        ("da", "returnere", "returns"),
        ("da", "levering", "shipping"),
        ("et", "tagastada", "returns"),
        ("et", "tagastamist", "returns"),
        ("et", "pakki", "shipping"),
        ("et", "tellimuste", "returns"),
        ("en", "returns", "returns"),
        ("en", "shiping cost", "shipping"),
    ],
)
def test_words_are_found_in_every_form(shop: Shop, language: str, query: str, first: str) -> None:
    for code, texts in CORPUS.items():
        for key, (title, body) in texts.items():
            operations.file_entry(shop, entry(key, title, body, code))
    assert find(shop, query, language)[:1] == [first]


def test_nothing_is_found_rather_than_anything(shop: Shop) -> None:
    for key, (title, body) in CORPUS["de"].items():
        operations.file_entry(shop, entry(key, title, body))
    assert find(shop, "giraffe") == []
    assert find(shop, "?!") == []
    assert find(shop, "") == []
    assert find(shop, "rück% OR 1=1 '; --") == ["returns"]


def test_where_a_language_has_nothing_the_others_are_looked_at(shop: Shop) -> None:
    operations.file_entry(shop, entry("track", *CORPUS["de"]["track"]))
    found = queries.find_articles(shop, "Paket", "en")
    assert [(one.text.language, one.text.article.key) for one in found] == [("de", "track")]


def test_the_beginning_of_a_word_is_enough_while_typing(shop: Shop) -> None:
    for key, (title, body) in CORPUS["de"].items():
        operations.file_entry(shop, entry(key, title, body))
    assert find(shop, "versa", typing=True) == ["shipping"]
    assert find(shop, "pa", typing=True) == ["track"]


def test_a_word_of_the_title_counts_more_than_one_of_the_text(shop: Shop) -> None:
    operations.file_entry(shop, entry("body", "Allgemeines", "Ein Gutschein und vieles mehr steht hier."))
    operations.file_entry(shop, entry("title", "Gutschein einlösen", "So geht es an der Kasse."))
    assert find(shop, "gutschein") == ["title", "body"]


def test_what_is_called_as_was_typed_comes_first(shop: Shop) -> None:
    late, where = "Parcel, parcel, parcel: where your parcel is.", "The page of your order tells it."
    operations.file_entry(shop, entry("late", "My parcel is late", late, "en"))
    operations.file_entry(shop, entry("where", "Where is my parcel?", where, "en"))
    assert find(shop, "parcel", "en") == ["late", "where"]
    assert find(shop, "where is my PARCEL", "en") == ["where", "late"]
    first, second = queries.find_articles(shop, "where is my PARCEL", "en")
    assert first.score == second.score


def test_a_slip_counts_less_than_a_part_of_a_word_and_nonsense_nothing() -> None:
    assert search.likeness(["ruckgab"], "ruckgaberecht") == 0.5
    assert search.likeness(["packet"], "paket") == 0.5
    assert search.likeness(["haus"], "maus") == 0.5
    assert search.likeness(["paket"], "rabatt") == 0.0
    assert search.likeness(["tee"], "teekanne") == 0.0, "too short to say anything"


WORDS = {
    "de": [("retoure", "returns"), ("zustellung", "shipping"), ("sendungsnummer", "track"), ("verfolgen", "track")],
    "da": [("fortrydelsesret", "returns"), ("forsendelse", "shipping")],
    "et": [("kohaletoimetamine", "shipping"), ("tagasisaatmine", "returns")],
    "en": [("delivery", "shipping"), ("postage", "shipping")],
}


@pytest.mark.parametrize(("language", "query", "first"), [(code, *one) for code, each in WORDS.items() for one in each])
def test_words_that_mean_the_same_find_each_other(shop: Shop, language: str, query: str, first: str) -> None:
    for key, (title, body) in CORPUS[language].items():
        operations.file_entry(shop, entry(key, title, body, language))
    assert find(shop, query, language)[:1] == [first]


def test_the_word_itself_goes_before_what_means_the_same(shop: Shop) -> None:
    operations.file_entry(shop, entry("same", "Zustellung", "Worte."))
    operations.file_entry(shop, entry("itself", "Lieferung", "Worte."))
    assert find(shop, "lieferung") == ["itself", "same"]
    assert find(shop, "zustellung") == ["same", "itself"]


def test_little_words_do_not_count_unless_they_are_all(shop: Shop) -> None:
    operations.file_entry(shop, entry("how", "Wie wann warum", "Wie kann ich mir das vorstellen?"))
    operations.file_entry(shop, entry("pay", "Bezahlen", "Mit Karte."))
    assert find(shop, "Wie kann ich bezahlen?") == ["pay"]
    assert find(shop, "wie wann") == ["how"]


def test_while_typing_what_means_the_same_is_found_as_well(shop: Shop) -> None:
    operations.file_entry(shop, entry("fees", "Versand", "Worte."))
    assert find(shop, "zustellu", typing=True) == ["fees"]
    assert find(shop, "zustellu") == []


def test_a_slip_is_thought_of_only_where_nobody_wrote_the_word(shop: Shop) -> None:
    operations.file_entry(shop, entry("tables", "Tisch", "Worte."))
    operations.file_entry(shop, entry("fish", "Fisch", "Worte."))
    assert find(shop, "tisch") == ["tables"]
    assert set(find(shop, "zisch")) == {"tables", "fish"}


def test_a_search_asks_the_database_as_often_for_one_word_as_for_many(
    shop: Shop, django_assert_num_queries: Any
) -> None:
    operations.file_entry(shop, entry("pay", "Bezahlen", "Mit Karte."))
    queries = {"karte": 2, "kartenzahlung": 3, "karte bezahlen paket rückgabe versand": 3, "krate bezhalen packet": 3}
    for query, number in queries.items():  # one more where a word may be a compound
        with django_assert_num_queries(number):
            search.find(shop.id, query, "de")


def test_a_step_leaves_alone_what_a_colleague_changed_meanwhile(shop: Shop) -> None:
    agent = factories.agent()
    row = operations.begin(shop, "de", title="Versand", body="Worte.", actor=agent.pk)
    read_before = ArticleText.objects.get(pk=row.pk)
    operations.rename(row, "lieferung", actor=agent.pk)
    operations.submit(read_before, actor=agent.pk)
    row.refresh_from_db()
    assert (row.slug, row.state) == ("lieferung", "review")
