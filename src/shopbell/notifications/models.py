"""What an agent should know about: one row for each agent and thing, read or not."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent
from shopbell.channels.models import Channel
from shopbell.commerce.models import Connection
from shopbell.conversations.models import Conversation, Message
from shopbell.knowledge.models import ArticleText


class Kind(models.TextChoices):
    """What it is about. Who is told of what is decided in `audience.py`, nowhere else."""

    MENTIONED = "mentioned", _("Somebody mentions me")
    TEAM_MENTIONED = "team_mentioned", _("Somebody mentions my team")
    ASSIGNED = "assigned", _("A conversation is assigned to me")
    TEAM_ASSIGNED = "team_assigned", _("A conversation is given to my team")
    CUSTOMER_REPLIED = "customer_replied", _("A customer writes in what is mine or I follow")
    THIRD_REPLIED = "third_replied", _("Somebody answers in a side conversation")
    SNOOZE_ENDED = "snooze_ended", _("A snooze ends")
    SEND_FAILED = "send_failed", _("A message of ours does not arrive")
    CHAT_WAITS = "chat_waits", _("A new chat waits for somebody")
    REVIEW_ASKED = "review_asked", _("A colleague asks me to review an article")
    ARTICLE_STALE = "article_stale", _("An article of mine is to be looked at again")
    SOURCE_FAILING = "source_failing", _("A mailbox or a shop system cannot be read")


class Notification(models.Model):
    """Written after the fact by the worker, once: of one message an agent is told once for each kind, and of what has
    no message not again before it was read.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="notifications", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind)
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="notifications")
    article_text = models.ForeignKey(ArticleText, null=True, on_delete=models.CASCADE, related_name="+")  # else this
    connection = models.ForeignKey(Connection, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.ForeignKey(Channel, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE)
    actor = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agent", "kind", "message"], condition=models.Q(message__isnull=False), name="notification_once"
            ),
            models.UniqueConstraint(
                fields=["agent", "kind", "conversation"],
                condition=models.Q(message__isnull=True, read_at__isnull=True),
                name="notification_unread_once",
            ),
            models.UniqueConstraint(
                fields=["agent", "kind", "article_text"],
                condition=models.Q(article_text__isnull=False, read_at__isnull=True),
                name="notification_article_unread_once",
            ),
            models.UniqueConstraint(
                fields=["connection", "agent", "kind"],
                condition=models.Q(connection__isnull=False, read_at__isnull=True),
                name="notification_connection_unread_once",
            ),
            models.UniqueConstraint(
                fields=["channel", "agent", "kind"],
                condition=models.Q(channel__isnull=False, read_at__isnull=True),
                name="notification_channel_unread_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agent", "-id"], name="notification_newest"),
            models.Index(
                fields=["agent", "conversation"], condition=models.Q(read_at__isnull=True), name="notification_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class PushAddress(models.Model):
    """Where a browser of an agent takes pushed messages (Web Push, RFC 8030); it ends with the session it is of."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="push_addresses")
    endpoint = models.URLField(max_length=1000, unique=True)
    key = models.CharField(max_length=200)  # p256dh and auth, base64url: what the browser decrypts with (RFC 8291)
    secret = models.CharField(max_length=100)
    session_key = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"push address {self.id}"


class DigestMark(models.Model):
    """Up to which notification an agent was told by mail, and when."""

    agent = models.OneToOneField(Agent, primary_key=True, on_delete=models.CASCADE)
    notification_id = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"digest of {self.agent_id}"
