"""A shop: the brand a customer writes to."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Shop(models.Model):
    """The brand a customer writes to, with its language, hours' zone and the words its privacy notice needs."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(max_length=60, unique=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    languages = ArrayField(models.CharField(max_length=5), default=list, blank=True)  # offered to customers; empty: all
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Berlin")
    website = models.URLField(_("website"), blank=True)
    accent = models.CharField(
        _("colour"), max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9a-f]{6}\Z", _("Like #8a5a00."))]
    )
    controller = models.TextField(
        _("controller"), blank=True, help_text=_("Who is responsible for the data: name, address, e-mail.")
    )
    privacy_contact = models.EmailField(_("privacy contact"), blank=True)
    privacy_url = models.URLField(_("privacy policy"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True, default="", db_default="")
    phone_hours = models.CharField(_("answered when"), max_length=200, blank=True, default="", db_default="")
    retention_months = models.PositiveSmallIntegerField(_("months requests are kept"), default=36)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    def offered_languages(self) -> list[str]:
        """What customers may choose from, the shop's own language among them."""
        every = [code for code, _name in settings.LANGUAGES]
        return [code for code in every if code in (self.language, *self.languages)] if self.languages else every


class Logo(models.Model):
    """A shop's picture, drawn anew from what was uploaded. Beside the shop: most who read a shop need no picture."""

    shop = models.OneToOneField(Shop, primary_key=True, on_delete=models.CASCADE)
    image = models.BinaryField()  # WebP, at most LOGO_SIZE
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"logo of {self.shop_id}"


class Domain(models.Model):
    """A host name of the shop's own: what is asked for there is this shop's, and other shops are not there."""

    host = models.CharField(max_length=253, unique=True)  # lower case, as browsers send it (IDNA), without a port
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="domains")

    def __str__(self) -> str:
        return self.host
