"""A shop's accounts and what it sells."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.commerce.models.connections import Connection
from shopbell.customers.models import Customer


class Mirrored(models.Model):
    """What every mirrored thing has."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    remote_id = models.CharField(max_length=100)
    remote_updated_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=32)  # of what was understood: the same again changes nothing
    raw = models.JSONField(default=dict)
    gone_at = models.DateTimeField(null=True)  # the shop has it no more
    seen_at = models.DateTimeField(db_default=Now())  # last time something new came

    class Meta:
        abstract = True


class LinkedBy(models.TextChoices):
    """Why an account or an order is taken for its customer's."""

    NOTHING = "", _("nothing")
    ACCOUNT = "account", _("the account it was ordered with")
    EMAIL = "email", _("its e-mail address")
    PHONE = "phone", _("its telephone number")
    AGENT = "agent", _("an agent says so")  # stays, whatever the shop says later


class Account(Mirrored):
    """A customer's account in the shop."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="accounts")
    linked_by = models.CharField(max_length=8, choices=LinkedBy, blank=True, default="", db_default="")
    email = models.CharField(max_length=320, blank=True)  # normalised
    phone = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, blank=True)
    accepts_marketing = models.BooleanField(null=True)
    address = models.JSONField(default=dict)
    created_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["connection", "remote_id"], name="account_unique")]
        indexes: ClassVar = [models.Index(fields=["email"], name="account_email")]

    def __str__(self) -> str:
        return f"account {self.remote_id}"


class Product(Mirrored):
    """Something the shop sells."""

    title = models.CharField(max_length=300)
    url = models.CharField(max_length=1000, blank=True)
    image_url = models.CharField(max_length=1000, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["connection", "remote_id"], name="product_unique")]

    def __str__(self) -> str:
        return self.title


class Variant(models.Model):
    """What can be put into a basket."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants", db_index=False)
    remote_id = models.CharField(max_length=100)
    title = models.CharField(max_length=300, blank=True)
    sku = models.CharField(max_length=100, blank=True)
    price = models.BigIntegerField(default=0)  # smallest unit
    currency = models.CharField(max_length=3, blank=True)
    stock = models.IntegerField(null=True)  # null: not counted

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "remote_id"], name="variant_unique")]
        indexes: ClassVar = [models.Index(fields=["sku"], condition=~models.Q(sku=""), name="variant_sku")]

    def __str__(self) -> str:
        return self.title or self.sku


class Companion(models.Model):
    """Two things that are bought together more often than chance has it, as counted from the shop's own baskets."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    item = models.CharField(max_length=110)  # see `recommending.item_key`
    other = models.CharField(max_length=110)
    baskets = models.PositiveIntegerField()  # that hold both
    score = models.FloatField()  # log-likelihood ratio (Dunning 1993)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "item", "other"], name="companion_unique")
        ]

    def __str__(self) -> str:
        return f"{self.item} + {self.other}"
