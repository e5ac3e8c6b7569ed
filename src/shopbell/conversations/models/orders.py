"""Which orders a conversation has to do with."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent
from shopbell.commerce.models import Order
from shopbell.conversations.models.record import Conversation


class OrderLink(models.Model):
    """A conversation speaks of an order, and why we think so.

    What somebody quotes is no proof that it is theirs: it is when the order is the customer's, or an agent said so.
    """

    class Reason(models.TextChoices):
        NUMBER = "number", _("number quoted")
        TRACKING = "tracking", _("tracking number quoted")
        ADDRESS = "address", _("address quoted")  # an e-mail address or telephone number
        AGENT = "agent", _("chosen by an agent")
        NOTICE = "notice", _("we wrote about it first")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="order_links", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="links")
    reason = models.CharField(max_length=8, choices=Reason)
    message_id = models.BigIntegerField(null=True)  # where it was found first
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    is_hidden = models.BooleanField(default=False)  # an agent said that it is not this one: never found again
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "order"], name="orderlink_unique")]

    def __str__(self) -> str:
        return f"#{self.conversation_id} {self.reason} {self.order_id}"
