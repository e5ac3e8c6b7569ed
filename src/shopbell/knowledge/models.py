"""What is known: approved wording, and articles that answer by themselves."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent
from shopbell.shops.models import Shop


class Macro(models.Model):
    """A prepared answer in one language. `{customer.first_name}` and the like are filled in when it is used."""

    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE)  # null: every shop
    name = models.CharField(_("name"), max_length=100)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    body = models.TextField(_("text"))
    html = models.TextField(blank=True, default="", db_default="")  # sanitised; empty: the text is all

    def __str__(self) -> str:
        return self.name


class MacroUse(models.Model):
    """When an agent last used a macro: those stand first."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, db_index=False)
    macro = models.ForeignKey(Macro, on_delete=models.CASCADE)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "macro"], name="macrouse_unique")]

    def __str__(self) -> str:
        return f"{self.agent_id} used {self.macro_id}"


class Signature(models.Model):
    """What stands below an answer: of an agent or of everybody, for a shop or for all, in a language or in any."""

    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.CASCADE, db_index=False)
    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)  # sanitised; empty: the text is all

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agent", "shop", "language"], nulls_distinct=False, name="signature_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"signature {self.pk}"


class Topic(models.Model):
    """What articles of a shop are sorted under, with its name in each language."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE)
    names = models.JSONField(default=dict)  # {language: name}
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name("en")

    def name(self, language: str) -> str:
        """The name in this language, else in any."""
        return str(self.names.get(language) or next(iter(self.names.values()), ""))


class Article(models.Model):
    """One answer, which may be written in several languages. `key` is its name where it comes from: twice is once."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE)
    key = models.CharField(max_length=200)
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.SET_NULL)
    is_internal = models.BooleanField(_("for the team only"), default=False)
    owner = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL)
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "key"], name="article_key")]

    def __str__(self) -> str:
        return self.key


class ArticleText(models.Model):
    """An article in one language. Customers see its published version while a newer one is written."""

    class State(models.TextChoices):
        """domain.md 5.11."""

        DRAFT = "draft", _("draft")
        REVIEW = "review", _("to be reviewed")
        PUBLISHED = "published", _("published")
        STALE = "stale", _("to be renewed")  # published, and its review date has passed
        ARCHIVED = "archived", _("archived")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="texts")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    slug = models.SlugField(max_length=120, allow_unicode=True)
    title = models.CharField(_("title"), max_length=250)  # of the newest version
    published = models.ForeignKey("Version", null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["article", "language"], name="articletext_language")]
        indexes: ClassVar = [
            models.Index(
                fields=["shop", "language"], condition=models.Q(published__isnull=False), name="articletext_published"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """What was written, as Markdown. Never changed: writing on makes the next one."""

    text = models.ForeignKey(ArticleText, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=250)
    body = models.TextField()
    author = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["text", "number"], name="version_number")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Slug(models.Model):
    """An address an article has or had: old links lead to the new one."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False, related_name="+")
    language = models.CharField(max_length=5)
    slug = models.SlugField(max_length=120, allow_unicode=True, db_index=False)
    text = models.ForeignKey(ArticleText, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "language", "slug"], name="slug_unique")]

    def __str__(self) -> str:
        return self.slug


class ArticleTerm(models.Model):
    """How much a published text is about a word; see `articles.py`."""

    text = models.ForeignKey(ArticleText, on_delete=models.CASCADE)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    language = models.CharField(max_length=5)
    term = models.CharField(max_length=60)
    weight = models.FloatField()
    is_public = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["shop", "language", "term"], include=["text", "weight", "is_public"], name="articleterm_term"
            ),
        ]

    def __str__(self) -> str:
        return self.term


class Word(models.Model):
    """A word of published texts with its letters by three: what was typed wrong or is part of it is found by them."""

    language = models.CharField(max_length=5)
    term = models.CharField(max_length=60)
    grams = ArrayField(models.CharField(max_length=5))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["language", "term"], name="word_unique")]
        indexes: ClassVar = [
            GinIndex(fields=["grams"], name="word_grams"),
            models.Index(OpClass("term", "text_pattern_ops"), name="word_beginning"),
        ]

    def __str__(self) -> str:
        return self.term
