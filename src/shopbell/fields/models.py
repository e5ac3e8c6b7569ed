"""What a shop wants to know besides: fields it makes itself, for customers and for conversations."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Subject(models.TextChoices):
    """What a field tells something about. Its values lie in the column `custom` of that table, by the field's key."""

    CUSTOMER = "customer", _("customers")
    CONVERSATION = "conversation", _("conversations")


class Kind(models.TextChoices):
    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    DATE = "date", _("date")
    YES_NO = "yes_no", _("yes or no")
    CHOICE = "choice", _("one of several")
    CHOICES = "choices", _("some of several")
    URL = "url", _("web address")


class Field(models.Model):
    """The definition of one field. It is never deleted: an archived one is hidden, its values stay."""

    subject = models.CharField(_("tells about"), max_length=12, choices=Subject)
    key = models.CharField(_("key"), max_length=40)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    labels = models.JSONField(default=dict)  # {"en": "Size", "de": "Größe"}
    options = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    is_required = models.BooleanField(_("needed to resolve"), default=False)  # of conversations only
    is_beside = models.BooleanField(_("shown beside the conversation"), default=True)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject", "key"], name="field_unique")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language, else in any, else the key."""
        language = (get_language() or "en").partition("-")[0]
        return str(self.labels.get(language) or self.labels.get("en") or next(iter(self.labels.values()), self.key))
