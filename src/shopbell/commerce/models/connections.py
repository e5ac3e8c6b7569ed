"""What is connected, and what came from there raw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.core import registry, zones
from shopbell.core.crypto import EncryptedJSONField
from shopbell.shops.models import Shop

RAW_KEPT = timedelta(days=30)  # of pushes


def _merge(model: Any, pk: int, changed: Mapping[str, Any]) -> dict[str, Any]:
    with transaction.atomic():
        row = model.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
        row.settings = {**row.settings, **changed}
        row.save(update_fields=["settings"])
    settings: dict[str, Any] = row.settings
    return settings


class Connection(models.Model):
    """A shop system whose customers, products and orders are mirrored for one of our shops."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="connections")
    connector = models.CharField(max_length=30)  # the plug-in's short name
    name = models.CharField(_("name"), max_length=100)
    key = models.CharField(max_length=40, unique=True)  # stands in the address that pushes come to; no secret
    settings = EncryptedJSONField(default=dict)
    is_active = models.BooleanField(_("active"), default=True)
    cursors = models.JSONField(default=dict)  # kind → {"since": instant read up to, "page": cursor of a broken-off run}
    imported_at = models.DateTimeField(null=True)  # the first import is complete; until then nobody is written to
    imported = models.JSONField(default=dict)  # kind → how many so far, and the cursor to go on from
    read_at = models.DateTimeField(null=True)  # last time the changes could be read
    swept_at = models.DateTimeField(null=True)
    pushed_at = models.DateTimeField(null=True)  # last time the shop pushed something
    failing_since = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    findings = models.JSONField(default=list)  # [[level, text], …] of the last look at its health
    checked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "name"], name="connection_name")]

    def __str__(self) -> str:
        return self.name

    def adapter(self) -> Any:
        """The connector's code with these settings. Raises LookupError when its plug-in is gone."""
        return registry.connectors.get(self.connector)(self.settings, zones.named(self.shop.time_zone), self.remember)

    def remember(self, changed: Mapping[str, Any]) -> None:
        """Keep what the far side changed, such as a new token. Call it outside of a transaction that may be undone."""
        self.settings = _merge(Connection, self.pk, changed)


class CarrierAccount(models.Model):
    """An account with a carrier or an aggregator, which parcels are asked about."""

    carrier = models.CharField(max_length=30)  # the plug-in's short name
    name = models.CharField(_("name"), max_length=100, unique=True)
    key = models.CharField(max_length=40, unique=True)  # in the address that pushes come to
    settings = EncryptedJSONField(default=dict)
    is_active = models.BooleanField(_("active"), default=True)
    failing_since = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    def adapter(self) -> Any:
        """The carrier's code with these settings. Raises LookupError when its plug-in is gone."""
        return registry.carriers.get(self.carrier)(self.settings, ZoneInfo("UTC"), self.remember)

    def remember(self, changed: Mapping[str, Any]) -> None:
        """Keep what the far side changed, such as a new token."""
        self.settings = _merge(CarrierAccount, self.pk, changed)


class Push(models.Model):
    """Something a shop or carrier pushed, as it came; a hint for a shop, the news itself for a carrier."""

    class State(models.TextChoices):
        NEW = "new"
        DONE = "done"
        FAILED = "failed"  # a person has to look

    connection = models.ForeignKey(Connection, null=True, on_delete=models.CASCADE, db_index=False)
    account = models.ForeignKey(CarrierAccount, null=True, on_delete=models.CASCADE, db_index=False)
    delivery_key = models.CharField(max_length=200)
    body = models.BinaryField()  # emptied after RAW_KEPT
    headers = models.JSONField(default=dict)  # those that say what it is; never a credential
    state = models.CharField(max_length=6, choices=State, default=State.NEW)
    error = models.TextField(blank=True)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "account", "delivery_key"], name="push_once", nulls_distinct=False
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["-id"], condition=models.Q(state="failed"), name="push_failed"),
            models.Index(fields=["received_at"], condition=~models.Q(body=b""), name="push_kept"),
        ]

    def __str__(self) -> str:
        return f"push {self.id}"


class Broken(models.Model):
    """Something of the shop's that could not be understood when its changes were read: kept, and shown to a person."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=8)
    remote_id = models.CharField(max_length=100)
    reason = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "kind", "remote_id"], name="broken_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.remote_id}"
