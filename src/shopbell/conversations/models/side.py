"""Side conversations: what is asked of a supplier or carrier about a conversation, out of the customer's sight."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from shopbell.agents.models import Agent
from shopbell.conversations.models.record import Conversation


class SideConversation(models.Model):
    """One thread with somebody else, beside a conversation. Its messages are Messages whose `side` names it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="sides", db_index=False)
    key = models.CharField(max_length=100)  # makes it once, however often the button is pressed
    subject = models.CharField(max_length=500, blank=True)
    recipients = models.JSONField(default=dict)  # whom the next message goes to: {"to": [[name, address]], "cc": …}
    started_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, db_index=False)
    last_message_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)  # their last answer
    taken_back = models.JSONField(default=dict)  # what was undone and not sent again: text, files
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "key"], name="side_unique")]

    def __str__(self) -> str:
        return f"side {self.id}"
