"""What an agent looked at and looked for lately: offered again before anything is typed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shopbell.agents.models import Agent


class Recent(models.Model):
    """One thing of one agent. Few are kept and none for long (see `operations.recent`): words may be a name."""

    class Kind(models.TextChoices):
        SEARCH = "search"
        CONVERSATION = "conversation"
        CUSTOMER = "customer"

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=300)  # the words, or the number of what was opened
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "kind", "key"], name="recent_unique")]
        indexes: ClassVar = [models.Index(fields=["agent", "kind", "-at"], name="recent_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
