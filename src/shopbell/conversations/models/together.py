"""Conversations that have to do with each other: linked, merged; and what is left of a deleted one."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Greatest, Least, Now
from django.utils.translation import gettext_lazy as _

from shopbell.channels.models import Channel
from shopbell.conversations.models.record import Conversation


class Link(models.Model):
    """Two conversations have to do with each other. One link per pair, read from either side."""

    class Relation(models.TextChoices):
        RELATED = "related", _("related to")
        FOLLOW_UP = "follow_up", _("follow-up of")
        CAUSED_BY = "caused_by", _("caused by")
        SPLIT = "split", _("split off from")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links_to_it")
    relation = models.CharField(max_length=9, choices=Relation, default=Relation.RELATED)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Least("conversation", "other"), Greatest("conversation", "other"), name="link_pair"
            ),
            models.CheckConstraint(condition=~models.Q(conversation=models.F("other")), name="link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"#{self.conversation_id} {self.relation} #{self.other_id}"


class Merge(models.Model):
    """One conversation went into another: what was moved and how both were before, so that it can be undone.

    Holds ids, states and times only, never what anybody wrote.
    """

    child = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="merges")
    parent = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="merges_into_it")
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    message_ids = ArrayField(models.BigIntegerField(), default=list)
    before = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["child"], condition=models.Q(undone_at__isnull=True), name="merge_once")
        ]

    def __str__(self) -> str:
        return f"#{self.child_id} into #{self.parent_id}"


class Forgotten(models.Model):
    """The id of a message that was deleted, as a hash: the same mail read again must not come back."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, db_index=False)
    digest = models.CharField(max_length=64)  # SHA-256 of its external id
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["channel", "digest"], name="forgotten_unique")]

    def __str__(self) -> str:
        return self.digest


class RedactReason(models.TextChoices):
    """Why something was removed: the log says this and nothing of what it was."""

    PERSONAL = "personal", _("personal data that is not needed")
    PAYMENT = "payment", _("payment details")
    SECRET = "secret", _("password or secret")
    HEALTH = "health", _("health or other sensitive data")
    LEGAL = "legal", _("asked for by law")
    OTHER = "other", _("another reason")


class DeleteReason(models.TextChoices):
    """Why a conversation was deleted."""

    PRIVACY = "privacy", _("the customer asked for it")
    MISTAKE = "mistake", _("came here by mistake")
    TEST = "test", _("a test")
    SPAM = "spam", _("spam")
    OTHER = "other", _("another reason")
