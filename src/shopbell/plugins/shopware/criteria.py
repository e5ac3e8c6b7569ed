"""What is searched for, and with which associations: what is not named is not told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shopbell.commerce.contract import Kind

_ADDRESS: Mapping[str, Any] = {"associations": {"country": {}, "countryState": {}}}
ASSOCIATIONS: Mapping[Kind, Mapping[str, Any]] = {
    "order": {
        "currency": {},
        "orderCustomer": {},
        "stateMachineState": {},
        "salesChannel": {},
        "language": {"associations": {"locale": {}}},
        "billingAddress": _ADDRESS,
        "lineItems": {"associations": {"cover": {}}},
        "deliveries": {
            "associations": {
                "stateMachineState": {},
                "shippingMethod": {},
                "shippingOrderAddress": _ADDRESS,
                "positions": {},
            }
        },
        "transactions": {
            "associations": {
                "stateMachineState": {},
                "paymentMethod": {},
                "captures": {"associations": {"refunds": {"associations": {"stateMachineState": {}}}}},
            }
        },
    },
    "product": {
        "cover": {"associations": {"media": {}}},
        "children": {"associations": {"options": {}}},
    },
    "customer": {"language": {"associations": {"locale": {}}}, "defaultBillingAddress": _ADDRESS},
}
# A parcel's number or a payment's state changes them, and not the order.
_CHANGED: Mapping[Kind, tuple[str, ...]] = {
    "order": ("updatedAt", "createdAt", "deliveries.updatedAt", "transactions.updatedAt", "transactions.createdAt"),
    "product": ("updatedAt", "createdAt", "children.updatedAt", "children.createdAt"),
    "customer": ("updatedAt", "createdAt"),
}
_ONLY: Mapping[Kind, Mapping[str, Any] | None] = {
    "order": None,
    "product": {"type": "equals", "field": "parentId", "value": None},  # what it comes in hangs below it
    "customer": {"type": "equals", "field": "guest", "value": False},
}


def single(kind: Kind, remote_id: str) -> dict[str, Any]:
    """One object."""
    return {"ids": [remote_id], "limit": 1, "associations": ASSOCIATIONS[kind]}


def page(kind: Kind, since: datetime | None, last: int | None, limit: int) -> dict[str, Any]:
    """A page of what changed, in the order things were made: from the last one's number on, not by pages."""
    filters: list[Mapping[str, Any]] = []
    if only := _ONLY[kind]:
        filters.append(only)
    if since:
        at = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+00:00")
        ranges = [{"type": "range", "field": field, "parameters": {"gte": at}} for field in _CHANGED[kind]]
        filters.append({"type": "multi", "operator": "or", "queries": ranges})
    if last is not None:
        bound = {"gt" if since else "lt": last}
        filters.append({"type": "range", "field": "autoIncrement", "parameters": bound})
    return {
        "limit": limit,
        "filter": filters,
        "sort": [{"field": "autoIncrement", "order": "ASC" if since else "DESC"}],
        "associations": ASSOCIATIONS[kind],
    }
