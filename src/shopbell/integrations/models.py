"""What other people's programs may do here, and what they are told."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent
from shopbell.channels.models import Blob
from shopbell.core.crypto import EncryptedJSONField
from shopbell.shops.models import Shop


class Scope(models.TextChoices):
    """What a token may be used for. It never gives more than the agent it acts as may do."""

    CONVERSATIONS_READ = "conversations:read", _("read conversations, messages and files")
    CONVERSATIONS_WRITE = "conversations:write", _("answer, note, assign, sort and resolve conversations")
    CUSTOMERS_READ = "customers:read", _("read customers")
    CUSTOMERS_WRITE = "customers:write", _("change customers")
    ORDERS_READ = "orders:read", _("read orders, parcels, cases and incidents")
    ORDERS_WRITE = "orders:write", _("ask for actions in the shop, work on cases and incidents")
    DESK_READ = "desk:read", _("read agents, teams, shops, channels, tags, macros and views")
    DESK_WRITE = "desk:write", _("change views, macros and tags")
    SETTINGS_WRITE = "settings:write", _("change shops, teams, fields, chats, checklists and the watch")
    ARTICLES_READ = "articles:read", _("read articles, topics and policies")
    ARTICLES_WRITE = "articles:write", _("write and publish articles, change topics, propose policies")
    WEBHOOKS = "webhooks", _("set up webhooks")
    AUDIT_READ = "audit:read", _("read the audit log")
    ADMIN = "admin", _("everything the agent may do")


class Token(models.Model):
    """A key for a program. Only its hash is kept, so it can be shown but once."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    hash = models.CharField(max_length=64, unique=True)  # SHA-256; the token itself has 256 random bits
    hint = models.CharField(max_length=4)  # its last characters, to tell it from others
    scopes = ArrayField(models.CharField(max_length=30))  # of Scope
    created_by_id = models.BigIntegerField(null=True)  # null: made on the command line
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(_("expires"), null=True)
    last_used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"


class IdempotentRequest(models.Model):
    """What a POST with an Idempotency-Key was answered, kept for a day. Written with the change itself."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, address and body
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="idempotentrequest_unique")]

    def __str__(self) -> str:
        return self.key


class Upload(models.Model):
    """A file sent ahead of the message it goes with; forgotten after a day when no message takes it."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, db_index=False)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT)
    name = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return self.name


class Webhook(models.Model):
    """An address that is told what happens."""

    url = models.URLField(_("address"), max_length=2000)
    name = models.CharField(_("name"), max_length=100, blank=True)
    types = ArrayField(models.CharField(max_length=80), default=list)  # [] = every type there is
    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE)  # null: every shop
    includes_object = models.BooleanField(_("send the object too"), default=False)
    secrets = EncryptedJSONField(default=list)  # [[secret, valid until or null]], the newest first
    is_active = models.BooleanField(_("active"), default=True)
    is_broken = models.BooleanField(default=False)  # switched off by Shopbell, not by a person
    failing_since = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)  # after a failure nothing is sent before
    error = models.CharField(max_length=500, blank=True)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name or self.url


class Dispatch(models.Model):
    """One message to one address: what it said, and what became of it. Ids only: objects are added when it is sent."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="dispatches", db_index=False)
    event_id = models.BigIntegerField(null=True)  # the line of the log; null: a test
    type = models.CharField(max_length=80)
    data = models.JSONField()
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["webhook", "event_id"], name="dispatch_once")]
        indexes: ClassVar = [
            models.Index(fields=["webhook", "-id"], name="dispatch_newest"),
            models.Index(fields=["webhook", "-id"], condition=models.Q(state="failed"), name="dispatch_failed"),
            models.Index(fields=["webhook", "due_at"], condition=models.Q(state="pending"), name="dispatch_due"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Attempt(models.Model):
    """One call of the address."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)  # null: no answer
    excerpt = models.TextField(blank=True)  # the beginning of the answer
    error = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.status or self.error}"
