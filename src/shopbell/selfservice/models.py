"""How the help centre is used: counted by day, without knowing who anybody is."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.knowledge.models import ArticleText
from shopbell.shops.models import Shop


class Reader(models.Model):
    """What one browser did in a shop's help centre on one day. Kept for KEPT_HOURS, then only the counts are left.

    `key` is made of its network and name with our secret, the shop and the day: it leads to nobody and to no other day.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    day = models.DateField()  # the shop's own
    key = models.CharField(max_length=64)
    texts = ArrayField(models.BigIntegerField(), default=list, db_default=[])  # read, in order, each once
    verdicts = models.JSONField(default=dict, db_default={})  # {text id: Verdict}
    done = ArrayField(models.CharField(max_length=10), default=list, db_default=[])  # ShopCount.What counted already
    begun_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "day", "shop"], name="reader_once")]
        indexes: ClassVar = [models.Index(fields=["begun_at"], name="reader_begun")]

    def __str__(self) -> str:
        return f"{self.key[:8]} on {self.day}"


class Verdict(models.TextChoices):
    """What a reader says about an article. All but the first are reasons why it did not help."""

    YES = "yes", _("It helped")
    NO = "no", _("It did not help")
    UNCLEAR = "unclear", _("I did not understand it")
    WRONG = "wrong", _("It is wrong or out of date")
    MISSING = "missing", _("Something is missing")
    OTHER = "other", _("It is not what I was looking for")


class ArticleCount(models.Model):
    """How often something happened to an article in one language on one day."""

    class What(models.TextChoices):
        """Besides every Verdict."""

        VIEW = "view"
        CONTACT = "contact"  # it was read, and a contact was made all the same
        SOLVED = "solved"  # suggested before sending, and that was the answer

    text = models.ForeignKey(ArticleText, on_delete=models.CASCADE, db_index=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    language = models.CharField(max_length=5)
    day = models.DateField()
    what = models.CharField(max_length=10)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["text", "day", "what"], name="articlecount_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["shop", "language", "what", "day"], include=["text", "times"], name="articlecount_best"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.times}"


class ShopCount(models.Model):
    """How often something happened in a shop's help centre in one language on one day: what domain.md 2.12 divides."""

    class What(models.TextChoices):
        """Of the first four a reader counts once a day."""

        VISIT = "visit"  # a session
        READ = "read"  # … that opened an article
        CONTACT = "contact"  # … and made a contact all the same, within KEPT_HOURS
        SOLVED = "solved"  # … and said that it helped
        SEARCH = "search"
        MISS = "miss"  # a search that found nothing in the language

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    language = models.CharField(max_length=5)
    day = models.DateField()
    what = models.CharField(max_length=10, choices=What)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "day", "language", "what"], name="shopcount_once")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.times}"


class Sought(models.Model):
    """A phrase that was sought and not found in the language, by day. Nothing that looks personal gets here."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    language = models.CharField(max_length=5)
    day = models.DateField()
    phrase = models.CharField(max_length=80)
    found_in = models.CharField(max_length=5, blank=True)  # another language that has it
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "day", "language", "phrase"], name="sought_once")
        ]
        indexes: ClassVar = [models.Index(fields=["shop", "language", "phrase"], name="sought_phrase")]

    def __str__(self) -> str:
        return self.phrase
