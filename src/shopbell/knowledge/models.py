"""Approved wording."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shopbell.shops.models import Shop


class Macro(models.Model):
    """A prepared answer in one language. `{customer.first_name}` and the like are filled in when it is used."""

    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE)  # null: every shop
    name = models.CharField(_("name"), max_length=100)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    body = models.TextField(_("text"))

    def __str__(self) -> str:
        return self.name
