"""Approved wording."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
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
