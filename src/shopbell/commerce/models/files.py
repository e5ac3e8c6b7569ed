"""Files that were brought in, and how far."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from shopbell.commerce.models.connections import Connection


class FileImport(models.Model):
    """A file of customers, products or orders: how far it was read, so that a run that was ended goes on there."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)  # of the file, and of the mapping it is read by
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)  # things done: new, changed, unchanged or refused
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "kind", "digest"], name="fileimport_unique")
        ]

    def __str__(self) -> str:
        return self.name
