"""A shop: the brand a customer writes to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Shop(models.Model):
    """The brand a customer writes to, with its language, hours' zone and the words its privacy notice needs."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(max_length=60, unique=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Berlin")
    website = models.URLField(_("website"), blank=True)
    controller = models.TextField(
        _("controller"), blank=True, help_text=_("Who is responsible for the data: name, address, e-mail.")
    )
    privacy_contact = models.EmailField(_("privacy contact"), blank=True)
    privacy_url = models.URLField(_("privacy policy"), blank=True)
    retention_months = models.PositiveSmallIntegerField(_("months requests are kept"), default=36)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
