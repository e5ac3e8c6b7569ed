"""People who write to a shop, and the addresses they write from."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A person. What they are reached by is an Identity; one person may have many."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    search = SearchVectorField(null=True, editable=False)  # name and addresses, folded

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["search"], name="customer_search")]

    def __str__(self) -> str:
        return self.name or _("Customer {number}").format(number=self.id)


class Identity(models.Model):
    """An address on a kind of channel. One address belongs to one person at a time."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=30)  # email, phone, …; email-unproven, email-unknown: see ADR 9
    value = models.CharField(max_length=320)  # normalised: lower case e-mail address, E.164 number
    verified_at = models.DateTimeField(null=True)  # first time the channel proved that the owner wrote
    blocked_at = models.DateTimeField(null=True)  # what comes from there is filed as spam and told to nobody
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "value"], name="identity_unique")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"
