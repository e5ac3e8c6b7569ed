"""Which of oscar's tables say that an order, a product or a customer changed."""

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db.models.signals import post_delete, post_save
from oscar.core.loading import get_model

from shopbell_oscar.changes import mark


def connect():
    """Listen to every table that makes up what the desk sees."""
    roots = [
        (get_model("order", "Order"), "order"),
        (get_model("catalogue", "Product"), "product"),
        (get_user_model(), "customer"),
    ]
    for model, kind in roots:
        _listen(model, _root(kind))
    for name in ("Line", "ShippingEvent", "PaymentEvent", "OrderNote", "OrderStatusChange", "OrderDiscount"):
        _listen(get_model("order", name), _part("order", lambda row: row.order_id))
    _listen(get_model("order", "ShippingEventQuantity"), _part("order", lambda row: row.event.order_id))
    _listen(get_model("payment", "Source"), _part("order", lambda row: row.order_id))
    _listen(get_model("payment", "Transaction"), _part("order", lambda row: row.source.order_id))
    _listen(get_model("order", "ShippingAddress"), _addresses)
    _listen(get_model("order", "BillingAddress"), _addresses)
    _listen(get_model("partner", "StockRecord"), _part("product", lambda row: row.product.parent_id or row.product_id))
    _listen(get_model("address", "UserAddress"), _part("customer", lambda row: row.user_id))


def _listen(model, receive):
    name = f"shopbell_{model._meta.label_lower}"
    post_save.connect(receive, sender=model, weak=False, dispatch_uid=f"{name}_saved")
    post_delete.connect(receive, sender=model, weak=False, dispatch_uid=f"{name}_deleted")


def _root(kind):
    def receive(sender, instance, signal, raw=False, update_fields=None, **_):
        if raw or set(update_fields or ()) == {"last_login"}:
            return
        parent = getattr(instance, "parent_id", None) if kind == "product" else None
        if parent:
            mark(kind, parent)
        else:
            mark(kind, instance.pk, gone=signal is post_delete)

    return receive


def _part(kind, owner):
    def receive(sender, instance, raw=False, **_):
        if raw:
            return
        try:
            number = owner(instance)
        except ObjectDoesNotExist:  # both go at once
            return
        mark(kind, number)

    return receive


def _addresses(sender, instance, raw=False, **_):
    if not raw and instance.pk:
        for number in instance.order_set.values_list("id", flat=True):
            mark("order", number)
