"""What customers read: topics and published articles of one shop in one language. What is internal is never among it.

What is the same for every reader is kept in the process until something of it changes (`edition`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.text import slugify

from shopbell.events import bus
from shopbell.knowledge import events, search
from shopbell.knowledge.models import ArticleText, Slug, Topic

SHOWN_OF_A_TOPIC = 5  # titles on the start page
MOST_OF_A_TOPIC = 200  # articles on the page of a topic
RELATED = 4
TELLING = 3  # words of a title by which related articles are found: the longest say most
_FOR_AGENTS = ("knowledge.macro", "knowledge.signature")
_EVENTS = [cls.name for cls in bus.event_types() if cls.__module__ == events.__name__]
_ON_PAGES = [name for name in _EVENTS if not name.startswith(_FOR_AGENTS)]


@dataclass(frozen=True)
class Link:
    """An article by its title; `slug` is its address in that language."""

    text_id: int
    title: str
    slug: str
    language: str


@dataclass(frozen=True)
class Shelf:
    """A topic with the first of its articles."""

    topic: Topic
    name: str
    slug: str
    number: int
    first: tuple[Link, ...]


def edition() -> int:
    """Grows whenever an article, a topic or a policy of any shop changes: the last event that says so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max((SELECT max(id) FROM events_event WHERE name = each)) FROM unnest(%s::text[]) AS each",
            [_ON_PAGES],
        )
        return cursor.fetchone()[0] or 0


def public(shop_id: int, language: str) -> QuerySet[ArticleText]:
    """Every text a customer may read."""
    rows = ArticleText.objects.filter(shop=shop_id, language=language, published__isnull=False)
    return rows.filter(article__is_internal=False)


def text_at(shop_id: int, language: str, slug: str) -> ArticleText | None:
    """The public text an address leads to, or led to: its `slug` says where it is now."""
    rows = Slug.objects.select_related("text__article__topic", "text__published")
    row = rows.filter(shop=shop_id, language=language, slug=slug).first()
    if row is None or row.text.published is None or row.text.article.is_internal:
        return None
    return row.text


def languages_of(text: ArticleText) -> dict[str, str]:
    """{language: slug} of every language the article is published in."""
    rows = ArticleText.objects.filter(article=text.article_id, published__isnull=False)
    return dict(rows.values_list("language", "slug"))


def shelves(shop_id: int, language: str, edition: int) -> tuple[Shelf, ...]:
    """The topics that have articles in the language, in their order; articles without a topic are on none."""
    return _shelves(shop_id, language, edition)


@lru_cache(maxsize=64)
def _shelves(shop_id: int, language: str, _edition: int) -> tuple[Shelf, ...]:
    rows = (
        public(shop_id, language)
        .filter(article__topic__isnull=False)
        .annotate(place=Window(RowNumber(), "article__topic", order_by=["published__title", "id"]))
        .values_list("article__topic", "place", "id", "published__title", "slug")
    )
    first: dict[int, list[Link]] = {}
    numbers: dict[int, int] = {}
    for topic, place, number, title, slug in rows:
        numbers[topic] = numbers.get(topic, 0) + 1
        if place <= SHOWN_OF_A_TOPIC:
            first.setdefault(topic, []).append(Link(number, title, slug, language))
    topics = Topic.objects.filter(shop=shop_id, id__in=numbers).order_by("position", "id")
    return tuple(
        Shelf(topic, topic.name(language), topic_slug(topic, language), numbers[topic.id], tuple(first[topic.id]))
        for topic in topics
    )


def topic_slug(topic: Topic, language: str) -> str:
    """A topic's name as part of an address."""
    return slugify(topic.name(language), allow_unicode=True) or "topic"


def of_topic(topic: Topic, language: str) -> list[Link]:
    """The articles of a topic by title."""
    rows = public(topic.shop_id, language).filter(article__topic=topic).order_by("published__title", "id")
    return [Link(*row, language) for row in rows.values_list("id", "published__title", "slug")[:MOST_OF_A_TOPIC]]


def links(shop_id: int, language: str, text_ids: list[int]) -> list[Link]:
    """These articles in this order, without those that may not be read."""
    rows = public(shop_id, language).filter(id__in=text_ids).values_list("id", "published__title", "slug")
    found = {number: Link(number, title, slug, language) for number, title, slug in rows}
    return [found[number] for number in text_ids if number in found]


def newest(shop_id: int, language: str, limit: int) -> list[Link]:
    """Those published last."""
    rows = public(shop_id, language).order_by(F("published_at").desc(nulls_last=True), "-id")
    return [Link(*row, language) for row in rows.values_list("id", "published__title", "slug")[:limit]]


def related(text: ArticleText, edition: int) -> list[Link]:
    """Articles about the same: those the words of its title find, of its own topic first."""
    title = text.published.title if text.published else ""
    return list(_related(text.id, text.shop_id, text.language, title, text.article.topic_id, edition))


@lru_cache(maxsize=20_000)
def _related(
    text_id: int, shop_id: int, language: str, title: str, topic_id: int | None, _edition: int
) -> tuple[Link, ...]:
    telling = sorted(set(title.split()), key=len, reverse=True)[:TELLING]
    hits = search.find(shop_id, " ".join(telling), language, as_written=True, limit=RELATED * 3)
    wanted = [hit.text_id for hit in hits if hit.text_id != text_id]
    rows = public(shop_id, language).filter(id__in=wanted)
    found = list(rows.values_list("article__topic", "id", "published__title", "slug"))
    found.sort(key=lambda row: (topic_id is None or row[0] != topic_id, wanted.index(row[1])))
    return tuple(Link(number, name, slug, language) for _topic, number, name, slug in found[:RELATED])
