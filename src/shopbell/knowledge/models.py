"""What is known: approved wording, and articles that answer by themselves."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now
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
    origin = models.BigIntegerField(null=True)  # the message it was made of; may be gone, or be for others' eyes
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "key"], name="article_key")]
        indexes: ClassVar = [
            models.Index(fields=["-changed_at", "-id"], name="article_newest"),
            models.Index(fields=["shop", "-changed_at", "-id"], name="article_newest_of_shop"),
            models.Index(fields=["review_on"], condition=models.Q(review_on__isnull=False), name="article_review"),
        ]

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
    written_at = models.DateTimeField(db_default=Now())  # the newest version
    reviewer = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["article", "language"], name="articletext_language")]
        indexes: ClassVar = [
            models.Index(fields=["state", "language"], name="articletext_state"),
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
    summary = models.CharField(max_length=300, blank=True, db_default="")
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
    """How much a published text is about a word; see `search.py`."""

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


class Picture(models.Model):
    """A picture of articles, drawn anew from what was uploaded and kept once for a shop by the hash of its bytes."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", db_index=False)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    content = models.BinaryField()  # WebP
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "sha256"], name="picture_once")]

    def __str__(self) -> str:
        return self.sha256[:12]


class PictureUse(models.Model):
    """A published text shows a picture: as long as one does, everybody may see it."""

    text = models.ForeignKey(ArticleText, on_delete=models.CASCADE, related_name="+", db_index=False)
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="uses")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["text", "picture"], name="pictureuse_once")]

    def __str__(self) -> str:
        return f"{self.picture_id} in {self.text_id}"


class PolicyTopic(models.TextChoices):
    """What a shop promises something about."""

    SHIPPING = "shipping", _("Shipping")
    PAYMENT = "payment", _("Payment")
    RETURN = "return", _("Returns")
    REFUND = "refund", _("Refunds")


class Policy(models.Model):
    """One version of what a shop promises about a topic: what holds from a day until a day, as data.

    Read it through `policies.current`; `terms` is what `policies.Terms` makes of it. A proposed one binds nobody.
    Of the approved ones the database itself refuses two that hold on the same day.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", db_index=False)
    topic = models.CharField(_("topic"), max_length=8, choices=PolicyTopic)
    number = models.PositiveIntegerField()
    effective = DateRangeField()  # [from, until), the shop's days; without an end until another follows
    is_approved = models.BooleanField(default=False)
    terms = models.JSONField(default=dict)
    words = models.JSONField(default=dict)  # {language: Markdown to stand below the rendered terms}
    author = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    approved_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "topic", "number"], name="policy_number"),
            models.CheckConstraint(
                condition=models.Q(effective__isempty=False) & models.Q(effective__lower_inf=False),
                name="policy_begins",
            ),
            *(
                # A range of one shop: ranges need no extension of the database to be compared by the constraint.
                ExclusionConstraint(
                    name=f"policy_once_{topic}",
                    expressions=[
                        (
                            models.Func(
                                "shop",
                                "shop",
                                models.Value("[]"),
                                function="int8range",
                                output_field=models.TextField(),
                            ),
                            RangeOperators.OVERLAPS,
                        ),
                        ("effective", RangeOperators.OVERLAPS),
                    ],
                    condition=models.Q(is_approved=True, topic=topic),
                )
                for topic in ("shipping", "payment", "return", "refund")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.number}"
