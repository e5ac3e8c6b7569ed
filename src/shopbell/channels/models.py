"""Configured channels, what came in by them (raw), and what is to go out."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.core import registry
from shopbell.core.crypto import EncryptedJSONField
from shopbell.shops.models import Shop


def _merge_settings(channel_id: int, changed: Mapping[str, Any]) -> dict[str, Any]:
    with transaction.atomic():
        row = Channel.objects.select_for_update(no_key=True, of=("self",)).get(pk=channel_id)
        row.settings = {**row.settings, **changed}
        row.save(update_fields=["settings"])
    settings: dict[str, Any] = row.settings
    return settings


def _merge_and_hang_up(channel_id: int, changed: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return _merge_settings(channel_id, changed)
    finally:
        connection.close()


class Channel(models.Model):
    """One configured way to be reached: a mailbox, a form."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="channels")
    type = models.CharField(max_length=30)
    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=320, blank=True)
    settings = EncryptedJSONField(default=dict)
    signature = models.TextField(_("signature"), blank=True)
    replies_through = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    is_active = models.BooleanField(_("active"), default=True)
    cursor = models.JSONField(default=dict)  # how far it was read
    read_at = models.DateTimeField(null=True)  # last time it could be read
    failing_since = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["type", "address"], name="channel_address")]

    def __str__(self) -> str:
        return self.name

    def adapter(self) -> Any:
        """The channel type's code, with this channel's settings. Raises LookupError when its plug-in is gone."""
        return registry.channel_types.get(self.type)(self.settings, self.remember)

    def remember(self, changed: Mapping[str, Any]) -> None:
        """Keep values that the far side changed, such as a rotated refresh token: the old one is worthless now.

        So they are committed at once, over a connection of their own when a transaction is open that may be undone.
        """
        if not connection.in_atomic_block:
            self.settings = _merge_settings(self.pk, changed)
            return
        with ThreadPoolExecutor(1) as pool:
            self.settings = pool.submit(_merge_and_hang_up, self.pk, changed).result()

    @property
    def outgoing(self) -> Channel:
        """The channel that answers leave by."""
        return self.replies_through or self


class Inbound(models.Model):
    """Something that came in, as it came. It is understood later, as often as one likes."""

    class State(models.TextChoices):
        NEW = "new"
        FILED = "filed"
        DOUBLE = "double"  # understood, and known already
        FAILED = "failed"  # a person has to look
        DISMISSED = "seen"  # a person has looked, and nothing is to be done

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, db_index=False)
    external_id = models.CharField(max_length=200)  # the transport's id: UID, hash of the bytes
    body = models.BinaryField()
    envelope = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=State, default=State.NEW)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["channel", "external_id"], name="inbound_unique")]
        indexes: ClassVar = [
            models.Index(fields=["-id"], condition=models.Q(state="failed"), name="inbound_failed"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["filed", "double", "seen"]) & ~models.Q(body=b""),
                name="inbound_kept",
            ),
            models.Index(fields=["channel", "-id"], name="inbound_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.external_id}"


class Blob(models.Model):
    """The bytes of a file, kept once however often they come. The file is named by its hash and never changes."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=120)
    has_thumbnail = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.sha256

    @property
    def path(self) -> str:
        return f"blobs/{self.sha256[:2]}/{self.sha256}"

    @property
    def thumbnail_path(self) -> str:
        return f"thumbnails/{self.sha256[:2]}/{self.sha256}"


_UNSENT = models.Q(state__in=["queued", "failed"])


class Outbound(models.Model):
    """A message on its way out. `key` makes it once; `external_id` stays the same over all tries."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, db_index=False)
    key = models.CharField(max_length=100, unique=True)
    external_id = models.CharField(max_length=320, db_index=True)
    content = models.JSONField()  # an OutboundMessage; attachments by hash
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["channel", "-id"], name="outbound_newest"),
            models.Index(fields=["channel", "state"], condition=_UNSENT, name="outbound_unsent"),
        ]

    def __str__(self) -> str:
        return self.key


class RateCount(models.Model):
    """How often a key was used in a window of time."""

    key = models.CharField(max_length=200)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "window"], name="ratecount_unique")]
        indexes: ClassVar = [models.Index(fields=["ends_at"], name="ratecount_ends")]

    def __str__(self) -> str:
        return f"{self.key} {self.count}"
