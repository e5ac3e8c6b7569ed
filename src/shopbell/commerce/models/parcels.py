"""Parcels and what happened to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from shopbell.commerce.models.orders import Order


class Shipment(models.Model):
    """A parcel. What its state is follows from its events, by the carrier's clock."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments", db_index=False)
    remote_id = models.CharField(max_length=100)
    carrier = models.CharField(max_length=30, blank=True)  # short name, where it is known: "dhl"
    carrier_name = models.CharField(max_length=100, blank=True)  # as the shop writes it
    service = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)  # where it goes
    tracking_number = models.CharField(max_length=100, blank=True)
    tracking_key = models.CharField(max_length=100, blank=True)  # letters and digits only, in capitals
    tracking_url = models.CharField(max_length=1000, blank=True)
    lines = models.JSONField(default=dict)  # remote id of the line → how many
    state = models.CharField(max_length=20, default="unknown")  # contract.State
    reason = models.CharField(max_length=20, blank=True)
    shop_state = models.CharField(max_length=20, default="unknown")  # what the shop says, where no carrier does
    shipped_at = models.DateTimeField(null=True)  # the shop says it left
    handed_at = models.DateTimeField(null=True)  # the carrier has it: its first scan
    delivered_at = models.DateTimeField(null=True)  # the consumer has it (domain.md L1)
    last_event_at = models.DateTimeField(null=True)
    expected_on = models.DateField(null=True)  # the carrier's forecast
    attempts = models.PositiveSmallIntegerField(default=0)  # failed ones
    asked_at = models.DateTimeField(null=True)  # last time the carrier was asked
    ask_at = models.DateTimeField(null=True)  # next time; null: never again
    watch_at = models.DateTimeField(null=True)  # when to look whether something is wrong; null: nothing can be
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "remote_id"], name="shipment_unique")]
        indexes: ClassVar = [
            models.Index(fields=["tracking_key"], condition=~models.Q(tracking_key=""), name="shipment_tracking"),
            models.Index(fields=["ask_at"], condition=models.Q(ask_at__isnull=False), name="shipment_ask"),
            models.Index(fields=["watch_at"], condition=models.Q(watch_at__isnull=False), name="shipment_watch"),
        ]

    def __str__(self) -> str:
        return self.tracking_number or self.remote_id


class TrackingEvent(models.Model):
    """One thing that happened to a parcel. The same by code, time and place is one."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events", db_index=False)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=20)
    reason = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500, blank=True)
    place = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shipment", "occurred_at", "code", "state", "place"], name="trackingevent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.occurred_at:%F}"
