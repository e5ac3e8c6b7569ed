"""What is being written: drafts and their files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shopbell.agents.models import Agent
from shopbell.channels.models import Blob
from shopbell.conversations.models.record import Conversation


class Draft(models.Model):
    """What an agent has begun to write. Reply and note are kept apart; a reply that leaves later waits as one too."""

    LATER = "later"  # a kind besides reply and note: written, and leaves by itself at `send_at`

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    kind = models.CharField(max_length=5)  # reply, note or later
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, default="", db_default="")  # sanitised; empty: the text is all
    recipients = models.JSONField(default=dict)
    language = models.CharField(
        max_length=5, blank=True, default="", db_default=""
    )  # chosen by hand; empty: as the conversation
    quotes = models.BooleanField(null=True)  # whether the mail answered goes along; None: as the mailbox does
    is_shared = models.BooleanField(
        default=False, db_default=False
    )  # colleagues who see the conversation may go on with it
    version = models.PositiveIntegerField(default=1, db_default=1)  # rises with every change
    saved_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    send_at = models.DateTimeField(null=True)  # of kind later
    then = models.CharField(
        max_length=16, blank=True, default="", db_default=""
    )  # the state to leave the conversation in
    key = models.CharField(max_length=60, blank=True, default="", db_default="")  # makes a reply that leaves later once
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agent", "conversation", "kind"], condition=~models.Q(kind="later"), name="draft_unique"
            ),
            models.UniqueConstraint(
                fields=["conversation", "key"], condition=models.Q(kind="later"), name="draft_later_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["send_at"], condition=models.Q(kind="later"), name="draft_send_at"),
            models.Index(fields=["agent", "-updated_at"], name="draft_agent"),
        ]

    def __str__(self) -> str:
        return f"draft {self.id}"


class DraftFile(models.Model):
    """A file added to a draft."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT)
    name = models.CharField(max_length=255)
    content_id = models.CharField(max_length=100, blank=True)  # set: shown inside the text

    def __str__(self) -> str:
        return self.name
