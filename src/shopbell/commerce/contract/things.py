"""A shop's customers, products and orders, as every connector gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from shopbell.commerce.contract.shipping import State, TrackingData

Kind = Literal["customer", "product", "order"]
KINDS: tuple[Kind, ...] = ("customer", "product", "order")


class Payment(StrEnum):
    """How far an order is paid."""

    PENDING = "pending"
    AUTHORISED = "authorised"  # the money is reserved, not taken
    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    FAILED = "failed"
    VOIDED = "voided"
    UNKNOWN = "unknown"


class Fulfilment(StrEnum):
    """How far an order has left the shop."""

    OPEN = "open"
    PARTLY = "partly"
    FULFILLED = "fulfilled"  # everything has been handed over
    DELIVERED = "delivered"
    READY = "ready"  # waits in the store (click & collect)
    COLLECTED = "collected"
    EXPIRED = "expired"  # was not collected in time
    RETURNED = "returned"
    UNKNOWN = "unknown"


class Source(StrEnum):
    """By which way an order came to the shop."""

    WEB = "web"
    MARKETPLACE = "marketplace"
    PHONE = "phone"
    STORE = "store"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where somebody lives, or wants their parcel. Anything may be missing."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerData:
    """An account of the shop's. A guest's has none: what is known of them stands with their order."""

    remote_id: str
    email: str = ""
    phone: str = ""
    name: str = ""
    language: str = ""
    accepts_marketing: bool | None = None  # None: the shop does not say
    address: Address = Address()
    created_at: datetime | None = None
    updated_at: datetime | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class VariantData:
    """What can be put into a basket."""

    remote_id: str
    title: str = ""
    sku: str = ""
    price: int = 0
    currency: str = ""
    stock: int | None = None  # None: not counted


@dataclass(frozen=True, kw_only=True)
class ProductData:
    """A product with its variants; one without choices has a single variant."""

    remote_id: str
    title: str
    url: str = ""
    image_url: str = ""
    is_active: bool = True
    variants: tuple[VariantData, ...] = ()
    updated_at: datetime | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class LineData:
    """A line of an order. `total` is what is paid for the line, discounts taken off, tax included."""

    remote_id: str
    title: str
    quantity: int
    sku: str = ""
    product_id: str = ""  # remote
    variant_id: str = ""  # remote
    unit_price: int = 0
    total: int = 0
    tax: int = 0
    fulfilled: int = 0
    returned: int = 0
    refunded: int = 0
    image_url: str = ""


@dataclass(frozen=True, kw_only=True)
class ShipmentData:
    """A parcel as the shop knows it. Events of the carrier's come by `Tracking`, or here where the shop has them."""

    remote_id: str
    carrier: str = ""  # as the shop writes it: "DHL", "dhl_paket", "Omniva pakiautomaat"
    tracking_number: str = ""
    tracking_url: str = ""
    state: State = State.UNKNOWN  # as far as the shop knows
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    lines: Mapping[str, int] = field(default_factory=dict)  # remote id of the line → how many
    events: tuple[TrackingData, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RefundData:
    """Money that went back; `amount` is positive."""

    remote_id: str
    amount: int
    made_at: datetime | None = None
    reason: str = ""
    is_pending: bool = False


@dataclass(frozen=True, kw_only=True)
class ReturnData:
    """Goods that come back, where the shop system keeps returns."""

    remote_id: str
    state: str = ""  # in the shop's words
    requested_at: datetime | None = None
    received_at: datetime | None = None
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OrderData:
    """An order, complete: what is missing here is gone there."""

    remote_id: str
    number: str  # as the customer knows it, without a leading #
    currency: str
    total: int
    placed_at: datetime
    updated_at: datetime | None = None
    email: str = ""
    payer_email: str = ""  # of the account it was paid with, where the shop knows it: "paypal@…"
    phone: str = ""
    name: str = ""
    customer_id: str = ""  # remote; empty for a guest
    language: str = ""
    subtotal: int = 0
    shipping: int = 0
    tax: int = 0
    discount: int = 0
    paid: int = 0
    payment: Payment = Payment.UNKNOWN
    payment_method: str = ""
    fulfilment: Fulfilment = Fulfilment.UNKNOWN
    is_cancelled: bool = False
    cancelled_at: datetime | None = None
    source: Source = Source.WEB
    place: str = ""  # which marketplace, which store
    delivery_method: str = ""
    is_pickup: bool = False  # click & collect
    promised_on: date | None = None  # last day of the delivery that was promised, by the shop's calendar
    billing: Address = Address()
    shipping_address: Address = Address()
    coupons: tuple[str, ...] = ()
    note: str = ""  # the customer's words to the shop
    status: str = ""  # in the shop's own words
    url: str = ""  # of the shop's back office
    lines: tuple[LineData, ...] = ()
    shipments: tuple[ShipmentData, ...] = ()
    refunds: tuple[RefundData, ...] = ()
    returns: tuple[ReturnData, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


Item = CustomerData | ProductData | OrderData
