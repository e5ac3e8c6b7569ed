"""A local mirror of the shops: what was sold to whom, where it is, what was given back. The shop's word counts."""

from shopbell.commerce.models.connections import RAW_KEPT, Broken, CarrierAccount, Connection, Push
from shopbell.commerce.models.files import FileImport
from shopbell.commerce.models.goods import Account, Companion, LinkedBy, Product, Variant
from shopbell.commerce.models.orders import WATCHED_FOR, Action, Allowance, Line, Order, Refund
from shopbell.commerce.models.parcels import Shipment, TrackingEvent

__all__ = [
    "RAW_KEPT",
    "WATCHED_FOR",
    "Account",
    "Action",
    "Allowance",
    "Broken",
    "CarrierAccount",
    "Companion",
    "Connection",
    "FileImport",
    "Line",
    "LinkedBy",
    "Order",
    "Product",
    "Push",
    "Refund",
    "Shipment",
    "TrackingEvent",
    "Variant",
]
