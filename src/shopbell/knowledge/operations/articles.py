"""Write articles, have them reviewed, publish them; take over those that were written elsewhere."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max, TextChoices
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopbell.core import text as words
from shopbell.core.rows import hold_row
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.knowledge import events, search, states
from shopbell.knowledge.models import Article, ArticleText, Slug, Version
from shopbell.knowledge.operations import pictures, topics
from shopbell.knowledge.states import Step
from shopbell.shops.models import Shop

State = ArticleText.State
MOST_CHARACTERS = 200_000  # of a body
MOST_OF_KEY = 200


class Unfit(ValueError):
    """What was written cannot be an article; the message says why."""


class Conflict(Exception):
    """A colleague wrote a newer version meanwhile: `newest`."""

    def __init__(self, newest: Version) -> None:
        super().__init__(f"version {newest.number} is there already")
        self.newest = newest


class Reason(TextChoices):
    """Why an article is deleted."""

    OUTDATED = "outdated", gettext_lazy("it no longer holds")
    WRONG = "wrong", gettext_lazy("it was wrong")
    DOUBLE = "double", gettext_lazy("another article says the same")
    PERSONAL = "personal", gettext_lazy("it held personal data")
    OTHER = "other", gettext_lazy("another reason")


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
    file: str = field(default="", compare=False)  # where it stands: what pictures it names lie near it


@retried
def save_article(article: Article, *, actor: int | None, **fields: Any) -> Article:
    """Make an article or change what holds for it in every language; who may see it changes what is found."""
    was_internal = article.is_internal
    for name, value in fields.items():
        setattr(article, name, value)
    article.changed_at = timezone.now()
    hold_row(article)
    article.save()
    if article.is_internal != was_internal:
        for row in article.texts.select_related("published", "article"):
            search.index(row)
    bus.publish(events.ArticleChanged(article_id=article.id), actor=actor)
    return article


@retried
def begin(
    shop: Shop,
    language: str,
    *,
    title: str,
    body: str,
    actor: int | None,
    summary: str = "",
    slug: str = "",
    key: str = "",
    origin: int | None = None,
) -> ArticleText:
    """A new article with its first text, owned by who writes it. The same `key` of the shop again is the same article.

    `origin`: the message it is made of. Raises Unfit.
    """
    key = words.preview(key, 200) or f"desk-{uuid.uuid4()}"
    values = {"owner_id": actor, "origin": origin}
    article, created = Article.objects.get_or_create(shop=shop, key=key, defaults=values)
    row = write(article, language, title=title, body=body, summary=summary, slug=slug, actor=actor)
    if created:
        bus.publish(events.ArticleChanged(article_id=article.id), actor=actor)
    return row


@retried
def write(
    article: Article,
    language: str,
    *,
    title: str,
    body: str,
    actor: int | None,
    slug: str = "",
    summary: str | None = None,
    based_on: int | None = None,
) -> ArticleText:
    """A new version of the text in a language; what customers see stays until it is published.

    The same words again make no new version. Without a summary the one there is stays. `based_on`: the number of the
    version the writer had before them (0: none). Raises Unfit, and Conflict when a colleague wrote a newer one.
    """
    title, body = words.preview(title, 250), words.clean(body).strip()
    if not title or not body:
        raise Unfit(_("An article needs a title and a text."))
    if len(body) > MOST_CHARACTERS:
        raise Unfit(_("This is longer than {n} characters.").format(n=MOST_CHARACTERS))
    row = _text(article, language, title)
    newest = row.versions.order_by("-number").first()
    short = words.preview(summary, 300) if summary is not None else newest.summary if newest else ""
    if newest is None or (newest.title, newest.summary, newest.body) != (title, short, body):
        if newest is not None and based_on is not None and based_on != newest.number:
            raise Conflict(newest)
        number = newest.number + 1 if newest else 1
        Version.objects.create(text=row, number=number, title=title, summary=short, body=body, author_id=actor)
        row.title, row.state, row.written_at = title, State.DRAFT, timezone.now()
        row.save(update_fields=["title", "state", "written_at"])
        _touch(article.id)
        bus.publish(events.ArticleWritten(article_id=article.id, text_id=row.id, version=number), actor=actor)
    _name(row, slug or (row.slug if newest else title))
    return row


def _touch(article_id: int) -> None:
    Article.objects.filter(id=article_id).update(changed_at=timezone.now())


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
def submit(row: ArticleText, *, actor: int, reviewer: int | None = None) -> None:
    """Ask a colleague to look at the newest version: the one named, who is told. Raises states.Impossible."""
    _take(row, Step.SUBMIT, actor, reviewer_id=reviewer)
    if reviewer is not None:
        asked = events.ReviewAsked(article_id=row.article_id, text_id=row.id, agent_id=reviewer)
        bus.publish(asked, actor=actor)


@retried
def send_back(row: ArticleText, *, actor: int) -> None:
    """The version that was to be reviewed needs more work. Raises states.Impossible."""
    _take(row, Step.RETURN, actor)


@retried
def publish(row: ArticleText, *, actor: int | None, review_on: date | None = None) -> None:
    """Show the newest version to customers, and make it findable. Raises states.Impossible."""
    if row.state == State.ARCHIVED:
        revive(row, actor=actor)
    _take(row, Step.PUBLISH, actor, published=row.versions.order_by("-number")[0], published_at=timezone.now())
    if review_on is not None:
        Article.objects.filter(id=row.article_id).update(review_on=review_on)
    pictures.note_uses(row)
    search.index(row)


@retried
def expire(row: ArticleText) -> None:
    """Its review date has passed: it stays on the pages, and somebody has to look at it. Raises states.Impossible."""
    _take(row, Step.EXPIRE, None)


@retried
def archive(row: ArticleText, *, actor: int | None) -> None:
    """Show it to nobody any more. Its versions are kept. Raises states.Impossible."""
    if row.state == State.ARCHIVED:
        return
    _take(row, Step.ARCHIVE, actor, published=None)
    pictures.note_uses(row)
    search.index(row)


@retried
def revive(row: ArticleText, *, actor: int | None) -> None:
    """An archived text is a draft again. Raises states.Impossible."""
    _take(row, Step.REVIVE, actor)


def _take(row: ArticleText, step: Step, actor: int | None, **values: Any) -> None:
    """The text makes a step; what is asked of whom ends with it."""
    ArticleText.objects.select_for_update().get(pk=row.pk)
    row.refresh_from_db(fields=["state", "title"])
    changed = {"state": states.after(row.state, step), "reviewer_id": None, **values}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))  # the rest of the row may be another since it was read
    _touch(row.article_id)
    happened = events.ArticleStateChanged(article_id=row.article_id, text_id=row.id, state=row.state)
    bus.publish(happened, actor=actor)


@retried
def restore(version: Version, *, actor: int) -> ArticleText:
    """Write an earlier version once more: it becomes the newest."""
    row = version.text
    return write(
        row.article, row.language, title=version.title, summary=version.summary, body=version.body, actor=actor
    )


@retried
def rename(row: ArticleText, slug: str, *, actor: int) -> None:
    """Another address; where it is taken a number is added. The former ones go on leading here."""
    before = row.slug
    _name(row, slug)
    if row.slug != before:
        bus.publish(events.ArticleChanged(article_id=row.article_id), actor=actor)


@retried
def delete_article(article: Article, *, reason: str, actor: int) -> None:
    """Remove an article for good, in every language, with its versions and its addresses. `reason`: a Reason."""
    number = article.id
    article.texts.update(published=None)  # a published version protects itself
    article.delete()
    bus.publish(events.ArticleDeleted(article_id=number, reason=Reason(reason)), actor=actor)


@retried
def file_entry(shop: Shop, entry: Entry) -> bool:
    """Take over an article written elsewhere; whether that changed anything. Twice is once. Raises Unfit.

    What a colleague has written on top of what was taken over stays until the article is another one elsewhere, too.
    """
    if not entry.key or len(entry.key) > MOST_OF_KEY:
        raise Unfit(_("An article's id has 1 to {n} characters.").format(n=MOST_OF_KEY))
    article, _created = Article.objects.get_or_create(shop=shop, key=entry.key)
    before = _stand(article, entry.language)
    topic = topics.filed(article, entry.topic, entry.language) if entry.topic else article.topic
    if (article.topic, article.is_internal) != (topic, entry.is_internal):
        save_article(article, actor=None, topic=topic, is_internal=entry.is_internal)
    if _is_reworked(article, entry):
        return _stand(article, entry.language) != before
    row = write(article, entry.language, title=entry.title, body=entry.body, actor=None, slug=entry.slug)
    newest = row.versions.aggregate(newest=Max("number"))["newest"]
    if entry.is_published and (row.published is None or row.published.number != newest):
        publish(row, actor=None)
    if not entry.is_published and row.published is not None:
        archive(row, actor=None)
    return _stand(article, entry.language) != before


def _is_reworked(article: Article, entry: Entry) -> bool:
    """Whether a colleague went on from this very wording."""
    versions = Version.objects.filter(text__article=article, text__language=entry.language)
    newest = versions.order_by("-number").first()
    title, body = words.preview(entry.title, 250), words.clean(entry.body).strip()
    is_theirs = newest is not None and newest.author_id is not None
    return is_theirs and versions.filter(author=None, title=title, body=body).exists()


def _stand(article: Article, language: str) -> tuple[Any, ...] | None:
    """What an import may change."""
    rows = article.texts.filter(language=language).annotate(newest=Max("versions__number"))
    return rows.values_list("newest", "state", "slug", "article__topic", "article__is_internal").first()
