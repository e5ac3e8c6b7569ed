"""Write articles, have them reviewed, publish them; take over those that were written elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from shopbell.core import text as words
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.knowledge import events, search
from shopbell.knowledge.models import Article, ArticleText, Slug, Topic, Version
from shopbell.shops.models import Shop

State = ArticleText.State
MOST_CHARACTERS = 200_000  # of a body


class Unfit(ValueError):
    """What was written cannot be an article; the message says why."""


@dataclass(frozen=True)
class Entry:
    """An article in one language as it comes from elsewhere, named `key` there. No slug: the title makes it."""

    key: str
    title: str
    body: str  # Markdown
    language: str
    slug: str = ""
    topic: str = ""
    is_internal: bool = False
    is_published: bool = True


@retried
def save_topic(topic: Topic, *, actor: int | None, **fields: Any) -> Topic:
    """Make a topic or edit it."""
    for name, value in fields.items():
        setattr(topic, name, value)
    topic.save()
    bus.publish(events.TopicChanged(topic_id=topic.id), actor=actor)
    return topic


@retried
def save_article(article: Article, *, actor: int | None, **fields: Any) -> Article:
    """Make an article or change what holds for it in every language; who may see it changes what is found."""
    was_internal = article.is_internal
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    if article.is_internal != was_internal:
        for row in article.texts.select_related("published", "article"):
            search.index(row)
    bus.publish(events.ArticleChanged(article_id=article.id), actor=actor)
    return article


@retried
def write(article: Article, language: str, *, title: str, body: str, actor: int | None, slug: str = "") -> ArticleText:
    """A new version of the text in a language; what customers see stays until it is published.

    The same words again make no new version. Raises Unfit.
    """
    title, body = words.preview(title, 250), words.clean(body).strip()
    if not title or not body:
        raise Unfit("an article needs a title and a text")
    if len(body) > MOST_CHARACTERS:
        raise Unfit(f"longer than {MOST_CHARACTERS} characters")
    row = _text(article, language, title)
    newest = row.versions.order_by("-number").first()
    if newest is None or (newest.title, newest.body) != (title, body):
        number = newest.number + 1 if newest else 1
        Version.objects.create(text=row, number=number, title=title, body=body, author_id=actor)
        row.title, row.state = title, State.DRAFT
        row.save(update_fields=["title", "state"])
        bus.publish(events.ArticleWritten(article_id=article.id, text_id=row.id, version=number), actor=actor)
    _name(row, slug or (row.slug if newest else title))
    return row


def _text(article: Article, language: str, title: str) -> ArticleText:
    values = {"shop_id": article.shop_id, "title": title}
    row, _created = ArticleText.objects.get_or_create(article=article, language=language, defaults=values)
    return ArticleText.objects.select_for_update().get(pk=row.pk)


def _name(row: ArticleText, wanted: str) -> None:
    """Give the text a free address; its former ones go on leading to it."""
    stem = slugify(wanted, allow_unicode=True)[:100] or f"article-{row.article_id}"
    owners = dict(
        Slug.objects.filter(shop=row.shop_id, language=row.language, slug__startswith=stem).values_list("slug", "text")
    )
    numbered = (f"{stem}-{number}" for number in range(2, len(owners) + 3))
    slug = next(slug for slug in (stem, *numbered) if owners.get(slug, row.id) == row.id)
    Slug.objects.get_or_create(shop_id=row.shop_id, language=row.language, slug=slug, defaults={"text": row})
    if row.slug != slug:
        row.slug = slug
        row.save(update_fields=["slug"])


@retried
def submit(row: ArticleText, *, actor: int) -> None:
    """Ask a colleague to look at the newest version."""
    _set_state(row, State.REVIEW, actor)


@retried
def publish(row: ArticleText, *, actor: int | None, review_on: date | None = None) -> None:
    """Show the newest version to customers, and make it findable."""
    row.published = row.versions.order_by("-number")[0]
    row.published_at = timezone.now()
    row.save(update_fields=["published", "published_at"])
    if review_on is not None:
        Article.objects.filter(id=row.article_id).update(review_on=review_on)
    _set_state(row, State.PUBLISHED, actor)
    search.index(row)


@retried
def archive(row: ArticleText, *, actor: int | None) -> None:
    """Show it to nobody any more. Its versions are kept."""
    row.published = None
    row.save(update_fields=["published"])
    _set_state(row, State.ARCHIVED, actor)
    search.index(row)


def _set_state(row: ArticleText, state: str, actor: int | None) -> None:
    row.state = state
    row.save(update_fields=["state"])
    happened = events.ArticleStateChanged(article_id=row.article_id, text_id=row.id, state=state)
    bus.publish(happened, actor=actor)


@retried
def file_entry(shop: Shop, entry: Entry, *, actor: int | None = None) -> bool:
    """Take over an article written elsewhere; whether that changed anything. Twice is once. Raises Unfit."""
    article, _created = Article.objects.get_or_create(shop=shop, key=entry.key[:200])
    before = _stand(article, entry.language)
    topic = _topic(shop, entry.topic, entry.language) if entry.topic else article.topic
    if (article.topic, article.is_internal) != (topic, entry.is_internal):
        save_article(article, actor=actor, topic=topic, is_internal=entry.is_internal)
    row = write(article, entry.language, title=entry.title, body=entry.body, actor=actor, slug=entry.slug)
    newest = row.versions.aggregate(newest=Max("number"))["newest"]
    if entry.is_published and (row.published is None or row.published.number != newest):
        publish(row, actor=actor)
    if not entry.is_published and row.published is not None:
        archive(row, actor=actor)
    return _stand(article, entry.language) != before


def _stand(article: Article, language: str) -> tuple[Any, ...] | None:
    """What an import may change."""
    rows = article.texts.filter(language=language).annotate(newest=Max("versions__number"))
    return rows.values_list("newest", "state", "slug", "article__topic", "article__is_internal").first()


def _topic(shop: Shop, name: str, language: str) -> Topic:
    name = words.preview(name, 100)
    for topic in Topic.objects.filter(shop=shop).order_by("id"):
        if name in (topic.names.get(language), *topic.names.values()):
            return topic
    return Topic.objects.create(shop=shop, names={language: name}, position=Topic.objects.filter(shop=shop).count())
