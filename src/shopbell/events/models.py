"""The log of what happened, and what is still owed to those who want to know."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """One fact. Append-only; holds ids, numbers and enums, never personal text: the log outlives an erasure."""

    name = models.CharField(max_length=80)
    data = models.JSONField()
    conversation_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)  # the agent who did it; null: a customer or the system
    occurred_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation_id", "id"], name="event_conversation"),
            models.Index(fields=["actor_id", "id"], condition=models.Q(actor_id__isnull=False), name="event_actor"),
            models.Index(fields=["name", "id"], name="event_name"),
            BrinIndex(fields=["occurred_at"], name="event_time", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class Delivery(models.Model):
    """What one handler is owed. The row goes in the transaction that holds the handler's effects."""

    class Lane(models.TextChoices):
        INSIDE = "inside"  # touches the database only: handled in batches, one transaction each
        OUTSIDE = "outside"  # talks to the world: handled one by one

    handler = models.CharField(max_length=200)
    lane = models.CharField(max_length=8, choices=Lane)
    event_name = models.CharField(max_length=80)
    data = models.JSONField()
    event_id = models.BigIntegerField(null=True)  # the line of the log it came with
    key = models.CharField(max_length=200, null=True, unique=True)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(db_default=0)
    error = models.TextField(db_default="")
    parked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["lane", "due_at", "id"], condition=models.Q(parked_at__isnull=True), name="delivery_due"
            ),
            models.Index(fields=["parked_at"], condition=models.Q(parked_at__isnull=False), name="delivery_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ← {self.event_name} {self.id}"


class Schedule(models.Model):
    """When a periodic job is due next. A row is claimed by moving `due_at` on."""

    name = models.CharField(max_length=200, primary_key=True)
    due_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """A worker process that was alive at `at`."""

    name = models.CharField(max_length=200, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
