"""Who takes part in a conversation: colleagues who follow it, colleagues it was shown to, and everybody outside."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower, Now

from shopbell.agents.models import Agent, Team
from shopbell.conversations.models.record import Conversation, Message


class Follower(models.Model):
    """An agent who wants to hear what happens in a conversation, besides its assignee."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="followers")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "conversation"], name="follower_unique")]

    def __str__(self) -> str:
        return f"{self.agent_id} follows {self.conversation_id}"


class Mention(models.Model):
    """A note names an agent or a team, by id: names change. The words it was written with stay in the note."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.CASCADE, db_index=False)
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message", "agent"], condition=models.Q(agent__isnull=False), name="mention_agent_once"
            ),
            models.UniqueConstraint(
                fields=["message", "team"], condition=models.Q(team__isnull=False), name="mention_team_once"
            ),
            models.CheckConstraint(
                condition=models.Q(agent__isnull=True) ^ models.Q(team__isnull=True), name="mention_of_one"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["agent", "conversation"], condition=models.Q(agent__isnull=False), name="mention_agent"
            ),
            models.Index(fields=["team", "conversation"], condition=models.Q(team__isnull=False), name="mention_team"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id or self.team_id} in {self.message_id}"


class Participant(models.Model):
    """Somebody outside who takes part: answers go to them too. Written down only where there is more than one."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=320)
    is_active = models.BooleanField(default=True)  # False: left out until they write again or are added again

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("conversation", Lower("address"), name="participant_unique"),
        ]

    def __str__(self) -> str:
        return self.address
