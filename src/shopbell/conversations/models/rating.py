"""What a customer thought of how a conversation went."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent
from shopbell.conversations.models.record import Conversation


class Score(models.IntegerChoices):
    """CSAT, 1 to 5 (domain.md 2.8)."""

    VERY_BAD = 1, _("very bad")
    BAD = 2, _("bad")
    MIDDLING = 3, _("middling")
    GOOD = 4, _("good")
    VERY_GOOD = 5, _("very good")


class Rating(models.Model):
    """One of a conversation, given by its customer in the portal. The last value counts."""

    conversation = models.OneToOneField(Conversation, primary_key=True, on_delete=models.CASCADE)
    agent = models.ForeignKey(
        Agent, null=True, on_delete=models.SET_NULL, db_index=False
    )  # who answered last before it
    score = models.PositiveSmallIntegerField(choices=Score)
    comment = models.TextField(blank=True)
    given_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["given_at"], name="rating_given")]

    def __str__(self) -> str:
        return f"{self.score} for {self.conversation_id}"
