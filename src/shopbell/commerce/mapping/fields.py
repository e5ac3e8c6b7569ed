"""What a mapping can fill, and what kind of value each takes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from shopbell.commerce.contract import Kind


class Type(StrEnum):
    """What may stand in a cell."""

    TEXT = "text"
    AMOUNT = "amount"
    CURRENCY = "currency"
    WHOLE = "whole number"
    INSTANT = "instant"
    DAY = "day"
    YES = "yes or no"
    COUNTRY = "country"
    LANGUAGE = "language"
    LIST = "list"
    PAYMENT = "payment"
    FULFILMENT = "fulfilment"
    SOURCE = "source"
    STATE = "state of a parcel"


_ADDRESS = {
    **dict.fromkeys(("name", "company", "line1", "line2", "postcode", "city", "region", "phone"), Type.TEXT),
    "country": Type.COUNTRY,
}


def _under(prefix: str, fields: Mapping[str, Type]) -> dict[str, Type]:
    return {f"{prefix}.{name}": kind for name, kind in fields.items()}


_CUSTOMER = {
    **dict.fromkeys(("remote_id", "email", "phone", "name"), Type.TEXT),
    "language": Type.LANGUAGE,
    "accepts_marketing": Type.YES,
    "created_at": Type.INSTANT,
    "updated_at": Type.INSTANT,
    **_under("address", _ADDRESS),
}
_PRODUCT = {
    **dict.fromkeys(("remote_id", "title", "url", "image_url"), Type.TEXT),
    "is_active": Type.YES,
    "updated_at": Type.INSTANT,
    **_under("variants", dict.fromkeys(("remote_id", "title", "sku"), Type.TEXT)),
    "variants.price": Type.AMOUNT,
    "variants.currency": Type.CURRENCY,
    "variants.stock": Type.WHOLE,
}
_ORDER = {
    **dict.fromkeys(("remote_id", "number", "email", "payer_email", "phone", "name", "customer_id"), Type.TEXT),
    **dict.fromkeys(("payment_method", "place", "delivery_method", "note", "status", "url"), Type.TEXT),
    **dict.fromkeys(("total", "subtotal", "shipping", "tax", "discount", "paid"), Type.AMOUNT),
    **dict.fromkeys(("placed_at", "updated_at", "cancelled_at"), Type.INSTANT),
    **dict.fromkeys(("is_cancelled", "is_pickup"), Type.YES),
    "currency": Type.CURRENCY,
    "language": Type.LANGUAGE,
    "payment": Type.PAYMENT,
    "fulfilment": Type.FULFILMENT,
    "source": Type.SOURCE,
    "promised_on": Type.DAY,
    "coupons": Type.LIST,
    **_under("billing", _ADDRESS),
    **_under("shipping_address", _ADDRESS),
    **_under("lines", dict.fromkeys(("remote_id", "title", "sku", "product_id", "variant_id", "image_url"), Type.TEXT)),
    **_under("lines", dict.fromkeys(("quantity", "fulfilled", "returned", "refunded"), Type.WHOLE)),
    **_under("lines", dict.fromkeys(("unit_price", "total", "tax"), Type.AMOUNT)),
    "shipment.carrier": Type.TEXT,
    "shipment.tracking_number": Type.LIST,
    "shipment.tracking_url": Type.TEXT,
    "shipment.state": Type.STATE,
    "shipment.shipped_at": Type.INSTANT,
    "shipment.delivered_at": Type.INSTANT,
    "refund.amount": Type.AMOUNT,
    "refund.made_at": Type.INSTANT,
    "refund.reason": Type.TEXT,
}
FIELDS: Mapping[Kind, Mapping[str, Type]] = {"customer": _CUSTOMER, "product": _PRODUCT, "order": _ORDER}
PARTS: Mapping[Kind, str] = {"customer": "", "product": "variants", "order": "lines"}  # of which one thing has several
# Of each of these at least one.
REQUIRED: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    "customer": (("remote_id", "email"),),
    "product": (("title",), ("remote_id", "variants.sku")),
    "order": (("number",), ("placed_at",), ("currency",), ("total", "lines.total", "lines.unit_price")),
}
