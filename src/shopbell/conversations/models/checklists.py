"""Checklists: what has to be done in a conversation, step by step."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent
from shopbell.conversations.models.record import Conversation
from shopbell.shops.models import Shop


class ChecklistTemplate(models.Model):
    """Steps that are put on a conversation together."""

    name = models.CharField(_("name"), max_length=100)
    shop = models.ForeignKey(Shop, null=True, blank=True, on_delete=models.CASCADE)  # None: every shop
    steps = models.JSONField(default=list)  # their texts, in order

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """One step of one conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="checklist", db_index=False)
    text = models.CharField(_("text"), max_length=300)
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=100)  # makes it once, however often the button is pressed
    done_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, db_index=False)
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "key"], name="checklistitem_unique")]

    def __str__(self) -> str:
        return self.text
