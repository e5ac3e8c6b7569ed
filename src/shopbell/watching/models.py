"""What is looked for in orders and parcels, what was found, and what customers were told of it first."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent
from shopbell.channels.models import Channel
from shopbell.commerce.models import Order, Shipment
from shopbell.conversations.models import Conversation
from shopbell.shops.models import Shop


class Kind(models.TextChoices):
    """What may be wrong (domain.md 5.6); `terms.py` has what each asks for."""

    NOT_DISPATCHED = "not_dispatched", _("not dispatched")
    NOT_SCANNED = "not_scanned", _("not scanned")
    STUCK = "stuck", _("stuck")
    LATE = "late", _("past the promise")
    ATTEMPTS = "attempts", _("delivery failed")
    PICKUP = "pickup", _("waits for pickup")
    EXCEPTION = "exception", _("problem at the carrier")
    DENIED = "denied", _("said delivered, but it is not there")
    LOST = "lost", _("probably lost")
    RETURNING = "returning", _("coming back")
    STOCK = "stock", _("out of stock")
    PAYMENT = "payment", _("payment failed")
    REFUND = "refund", _("refund overdue")


class Choice(models.TextChoices):
    """What a customer may choose when something is wrong."""

    WAIT = "wait", _("wait")
    REDIRECT = "redirect", _("deliver elsewhere")
    REPLACE = "replace", _("send a replacement")
    REFUND = "refund", _("money back")


class Calendar(models.Model):
    """A shop's business hours, holidays, and the night in which nobody is written to."""

    shop = models.OneToOneField(Shop, primary_key=True, on_delete=models.CASCADE, related_name="calendar")
    hours = models.JSONField(default=dict)  # {"0": "09:00–17:00"}, 0 is Monday; {}: see `terms.HOURS`
    holidays = models.TextField(blank=True)  # one date, or two, on each line
    quiet_from = models.TimeField(default=time(20, 0))
    quiet_to = models.TimeField(default=time(8, 0))
    mailbox = models.ForeignKey(Channel, null=True, on_delete=models.SET_NULL, db_index=False)  # null: the shop's first

    def __str__(self) -> str:
        return f"calendar of {self.shop_id}"


class Rule(models.Model):
    """What a shop decided about one kind; without a row `terms.DEFAULTS` hold."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=14, choices=Kind)
    is_active = models.BooleanField(default=True)
    writes = models.BooleanField(default=False)  # tells the customer first
    after = models.PositiveSmallIntegerField()  # in the kind's unit
    horizon_days = models.PositiveSmallIntegerField(default=30)  # older orders are not written to
    choices = ArrayField(models.CharField(max_length=8), default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "kind"], name="rule_unique")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.shop_id}"


class StatusMessage(models.Model):
    """A step of an order that a shop's customers are told of, on a kind of channel."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    step = models.CharField(max_length=20)  # see `texts.STEPS`
    channel_type = models.CharField(max_length=30, default="email")
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "step", "channel_type"], name="statusmessage_unique")
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.shop_id}"


class Wording(models.Model):
    """A shop's own text in place of ours, for one kind or step and language."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    name = models.CharField(max_length=30)  # a kind, or a step
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "name", "language"], name="wording_unique")]

    def __str__(self) -> str:
        return f"{self.name} {self.language} of {self.shop_id}"


class Objection(models.Model):
    """An address that does not want to be written to first by a shop."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    address = models.CharField(max_length=320)  # normalised
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "address"], name="objection_unique")]

    def __str__(self) -> str:
        return f"objection {self.id}"


class Route(models.Model):
    """How long parcels of a carrier to a country take, learned from those delivered. See `operations/learning.py`."""

    carrier = models.CharField(max_length=30)
    country = models.CharField(max_length=2)
    parcels = models.PositiveIntegerField()
    transit_hours = models.PositiveIntegerField()  # p95 of hand-over to delivery
    silence_hours = models.PositiveIntegerField(null=True)  # p95 of each parcel's longest time between two scans
    learned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["carrier", "country"], name="route_unique")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.country}"


class Incident(models.Model):
    """One cause of many cases: a strike, a fire."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    name = models.CharField(_("name"), max_length=120)
    filter = models.JSONField(default=dict)  # see `incidents.Filter`
    words = models.JSONField(default=dict)  # language → [subject, text]
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())
    gathered_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # somebody had the text sent to all; who comes later gets it as well
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["shop", "-id"], name="incident_shop")]

    def __str__(self) -> str:
        return self.name


_IS_OPEN = models.Q(resolved_at__isnull=True)


class Case(models.Model):
    """Something is wrong with an order or a parcel. The row holds all that a list shows."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("the customer chose")  # and waits for us to do it
        WAITING = "waiting", _("the customer waits")
        RESOLVED = "resolved", _("resolved")

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="cases", db_index=False)
    shipment = models.ForeignKey(Shipment, null=True, on_delete=models.CASCADE, related_name="cases", db_index=False)
    kind = models.CharField(max_length=14, choices=Kind)
    stage = models.CharField(max_length=32, blank=True)  # what makes the same kind another case
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    carrier = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=2, blank=True)
    due_at = models.DateTimeField()  # since when something is wrong
    opened_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, blank=True)  # gone, agent, incident, done (as the customer wished)
    note = models.TextField(blank=True)
    assignee = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.SET_NULL, related_name="cases", db_index=False
    )
    incident = models.ForeignKey(Incident, null=True, on_delete=models.SET_NULL, related_name="cases", db_index=False)
    choice = models.CharField(max_length=8, choices=Choice, blank=True)
    chosen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "shipment", "kind", "stage"], name="case_once", nulls_distinct=False
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["shipment"], condition=models.Q(shipment__isnull=False), name="case_shipment"),
            models.Index(fields=["conversation"], condition=models.Q(conversation__isnull=False), name="case_talk"),
            models.Index(fields=["incident", "-id"], condition=models.Q(incident__isnull=False), name="case_incident"),
            models.Index(fields=["-id"], condition=_IS_OPEN, name="case_open"),
            models.Index(fields=["kind", "-id"], condition=_IS_OPEN, name="case_open_kind"),
            models.Index(fields=["carrier", "-id"], condition=_IS_OPEN, name="case_open_carrier"),
            models.Index(fields=["assignee", "-id"], condition=_IS_OPEN, name="case_open_assignee"),
            models.Index(fields=["shop", "-id"], name="case_shop"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"


class Notice(models.Model):
    """What a customer is told first. `key` makes it once, whatever is killed in between."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENT = "sent", _("sent")
        WITHHELD = "withheld", _("not sent")

    key = models.CharField(max_length=60, unique=True)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notices", db_index=False)
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="notices", db_index=False)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.CASCADE, related_name="notices", db_index=False)
    name = models.CharField(max_length=30)  # a kind, a step, or "incident"
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=20, blank=True)  # why not: see `operations.telling.Withheld`
    language = models.CharField(max_length=5, blank=True)
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.SET_NULL, related_name="notices", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=models.Q(state="waiting"), name="notice_due"),
            models.Index(fields=["order", "-id"], name="notice_order"),
            models.Index(fields=["case"], condition=models.Q(case__isnull=False), name="notice_case"),
            models.Index(
                fields=["incident", "state", "-id"], condition=models.Q(incident__isnull=False), name="notice_incident"
            ),
            models.Index(fields=["conversation"], condition=models.Q(conversation__isnull=False), name="notice_talk"),
        ]

    def __str__(self) -> str:
        return self.key
