"""Orders, their lines, and the money that went back."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shopbell.agents.models import Agent, Role
from shopbell.commerce.models.goods import Account, LinkedBy, Mirrored
from shopbell.customers.models import Customer
from shopbell.shops.models import Shop

WATCHED_FOR = timedelta(days=90)  # after an order was placed: nobody looks for trouble in older ones


class Order(Mirrored):
    """An order as the shop has it. Amounts are of the currency's smallest unit."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, db_index=False)  # the connection's
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, db_index=False, related_name="orders")
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, db_index=False)
    account_ref = models.CharField(max_length=100, blank=True, default="", db_default="")  # remote id of its account
    linked_by = models.CharField(max_length=8, choices=LinkedBy, blank=True, default="", db_default="")  # to customer
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60)  # letters and digits only, in capitals: what a message is compared to
    placed_at = models.DateTimeField()
    email = models.CharField(max_length=320, blank=True)
    payer_email = models.CharField(max_length=320, blank=True, default="", db_default="")  # of who paid, if another
    phone = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, blank=True)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField(default=0)
    subtotal = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)  # what has gone back for good
    payment = models.CharField(max_length=15)  # contract.Payment
    paid_at = models.DateTimeField(null=True)  # when we learned that it is paid
    payment_method = models.CharField(max_length=100, blank=True)
    fulfilment = models.CharField(max_length=10)  # contract.Fulfilment
    is_cancelled = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=11, default="web")  # contract.Source
    place = models.CharField(max_length=100, blank=True)
    delivery_method = models.CharField(max_length=100, blank=True)
    is_pickup = models.BooleanField(default=False)
    promised_on = models.DateField(null=True)  # by the shop's calendar
    delivered_at = models.DateTimeField(null=True)  # the consumer has the last parcel
    billing = models.JSONField(default=dict)
    shipping_address = models.JSONField(default=dict)
    coupons = ArrayField(models.CharField(max_length=100), default=list)
    note = models.TextField(blank=True)
    status = models.CharField(max_length=100, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    returns = models.JSONField(default=list)  # as contract.ReturnData
    watch_at = models.DateTimeField(null=True)  # when to look whether something is wrong; null: nothing can be
    history_until = models.DateTimeField(null=True)  # an import brought it then: what was so before is no news
    collected_at = models.DateTimeField(null=True)  # our own store says that it was fetched; not the shop's word
    collected_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["connection", "remote_id"], name="order_unique")]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-placed_at"], name="order_customer"),
            models.Index(fields=["number_key"], name="order_number"),
            models.Index(fields=["email"], condition=~models.Q(email=""), name="order_email"),
            models.Index(fields=["phone"], condition=~models.Q(phone=""), name="order_phone"),
            models.Index(fields=["shop", "-placed_at"], name="order_newest"),
            models.Index(fields=["watch_at"], condition=models.Q(watch_at__isnull=False), name="order_watch"),
            models.Index(fields=["-placed_at", "-id"], name="order_all_newest"),
            models.Index(
                fields=["connection", "account_ref"],
                condition=models.Q(account__isnull=True) & ~models.Q(account_ref=""),
                name="order_unjoined",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Line(models.Model):
    """A line of an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    remote_id = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    sku = models.CharField(max_length=100, blank=True)
    product_id = models.CharField(max_length=100, blank=True)  # remote: the product may be gone, or never have come
    variant_id = models.CharField(max_length=100, blank=True)  # remote
    quantity = models.IntegerField()
    unit_price = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    fulfilled = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    refunded = models.IntegerField(default=0)
    image_url = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "remote_id"], name="line_unique")]

    def __str__(self) -> str:
        return self.title


class Refund(models.Model):
    """Money that went back, as the shop says."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds", db_index=False)
    remote_id = models.CharField(max_length=100)
    amount = models.BigIntegerField()
    made_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    is_pending = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "remote_id"], name="refund_unique")]

    def __str__(self) -> str:
        return f"refund {self.remote_id}"


class Action(models.Model):
    """What an agent wants done in a shop: written down before the shop is asked, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a second person")
        REQUESTED = "requested", _("on its way")
        SENT = "sent", _("being done")
        DONE = "done", _("done")
        FAILED = "failed", _("refused")
        UNKNOWN = "unknown", _("not known whether it was done")
        WITHDRAWN = "withdrawn", _("withdrawn")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="actions", db_index=False)
    ability = models.CharField(max_length=10)  # contract.Ability
    key = models.CharField(max_length=60, unique=True)  # the shop's idempotency key, and ours
    details = models.JSONField(default=dict)  # as contract.Deed
    amount = models.BigIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State, default=State.REQUESTED)
    remote_id = models.CharField(max_length=100, blank=True)
    result = models.CharField(max_length=500, blank=True)  # a coupon's code, or why not
    conversation_id = models.BigIntegerField(null=True)  # from where it was asked
    actor = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    approver = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)  # when the shop was asked last
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["order", "-id"], name="action_order"),
            models.Index(
                fields=["id"], condition=models.Q(state__in=["waiting", "sent", "unknown"]), name="action_unsettled"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Allowance(models.Model):
    """Up to which amount a role may give money away alone; more needs a second person, a lead. See `permissions`."""

    role = models.CharField(max_length=10, choices=Role)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()  # smallest unit

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["role", "currency"], name="allowance_unique")]

    def __str__(self) -> str:
        return f"{self.role} {self.currency}"
