"""The help centre at ten thousand articles: how long a customer waits for a page, and for results while typing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from random import Random
from urllib.parse import quote

from django.db import connection
from django.utils import timezone

from benchmarks import browser
from benchmarks.figures import Row
from shopbell.channels.models import RateCount
from shopbell.core import languages
from shopbell.demo import help_centre
from shopbell.knowledge import operations, search
from shopbell.knowledge.models import Article, ArticleText, Slug, Topic, Version
from shopbell.shops.models import Shop

FORGOTTEN_EVERY = 100  # searches
ARTICLES, TOPICS, WORDS, CHUNK = 10_000, 20, 120, 500
COUNT, WARM_UP = {1: 200, 8: 400}, 8
SLUG = "bench-help"
CONSONANTS, VOWELS = "bdfghklmnprstvwz", "aeiou"
QUERIES = ("Rücksendung", "wie lange dauert der Versand", "kreditkarte abgelehnt", "packet verlorn", "gutschein")


def measure(port: int, clients: int, cpu_seconds: Callable[[], float]) -> list[Row]:
    """Pages and searches with so many readers at once."""
    shop = prepare()
    home = f"/help/{shop.slug}/de/"
    slugs = [
        quote(slug) for slug in ArticleText.objects.filter(shop=shop).order_by("id").values_list("slug", flat=True)
    ]
    topic = Topic.objects.filter(shop=shop).order_by("id")[0]
    searches = [quote(text) for text in QUERIES]
    steps: dict[str, Callable[[browser.Browser, int], None]] = {
        "start page": lambda one, number: _get(one, home),
        "topic": lambda one, number: _get(one, f"{home}topics/{topic.id}/thema-0/"),
        "article": lambda one, number: _get(one, f"{home}articles/{slugs[number * 7 % len(slugs)]}/"),
        "search": lambda one, number: _seek(one, f"{home}search?q={searches[number % len(searches)]}", number),
        "while typing": lambda one, number: _seek(one, f"{home}suggest?q={searches[number % len(searches)]}", number),
    }
    browsers = [browser.Browser(port, {}) for _ in range(clients)]
    return [
        browser.measure(what, browsers, step, cpu_seconds, count=COUNT[clients], warm_up=WARM_UP)
        for what, step in steps.items()
    ]


def _get(one: browser.Browser, path: str) -> None:
    one.get(path)


def _seek(one: browser.Browser, path: str, number: int) -> None:
    """The limit for one network is forgotten now and then: all these readers come from this machine."""
    if number % FORGOTTEN_EVERY == 0:
        RateCount.objects.filter(key__startswith="help:").delete()
    one.get(path)


def prepare() -> Shop:
    """A shop with ten thousand German articles; once."""
    shop, created = Shop.objects.get_or_create(slug=SLUG, defaults={"name": "Bench", "language": "de"})
    if not created:
        return shop
    topics = [
        operations.save_topic(Topic(shop=shop, names=dict.fromkeys(languages.NAMES, f"Thema {number}")), actor=None)
        for number in range(TOPICS)
    ]
    written = _written(Random(1))
    for begin in range(0, ARTICLES, CHUNK):
        _store(shop, topics, begin, list(islice(written, CHUNK)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return shop


def _written(random: Random) -> Iterator[tuple[str, str]]:
    """Titles and texts: words of the demo's articles, and made-up ones, the rarer the more there are of them."""
    real = " ".join(entry.title + " " + entry.body for entry in help_centre.entries("de")).split()
    made = [_made_up(random) for _ in range(30_000)]
    while True:
        words = random.choices(real, k=WORDS // 2)
        words += [made[int(len(made) * random.random() ** 3)] for _ in range(WORDS // 2)]
        random.shuffle(words)
        yield " ".join(words[:6]), " ".join(words[6:])


def _made_up(random: Random) -> str:
    letters = (random.choice(CONSONANTS) + random.choice(VOWELS) for _ in range(random.randint(2, 5)))
    return "".join(letters).capitalize()


def _store(shop: Shop, topics: list[Topic], begin: int, written: list[tuple[str, str]]) -> None:
    """As `operations.publish` would leave them, many at a time."""
    now = timezone.now()
    articles = Article.objects.bulk_create(
        Article(shop=shop, key=f"a{begin + at}", topic=topics[at % TOPICS]) for at in range(len(written))
    )
    rows = ArticleText.objects.bulk_create(
        ArticleText(article=article, shop=shop, language="de", slug=f"a{article.id}", title=title[:250])
        for article, (title, _body) in zip(articles, written, strict=True)
    )
    versions = Version.objects.bulk_create(
        Version(text=row, number=1, title=title[:250], body=body)
        for row, (title, body) in zip(rows, written, strict=True)
    )
    for row, version in zip(rows, versions, strict=True):
        row.published, row.published_at, row.state = version, now, ArticleText.State.PUBLISHED
    ArticleText.objects.bulk_update(rows, ["published", "published_at", "state"])
    Slug.objects.bulk_create(Slug(shop=shop, language="de", slug=row.slug, text=row) for row in rows)
    for row in rows:
        search.index(row)
