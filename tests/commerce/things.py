"""A connection to a shop, and what may come by it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shopbell.commerce import contract
from shopbell.commerce.models import Connection
from shopbell.shops.models import Shop

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def connect(shop: Shop | None = None, connector: str = "csv", **fields: Any) -> Connection:
    """A connection whose first import is done."""
    shop = shop or Shop.objects.create(name="Laden", slug=f"laden-{Shop.objects.count()}")
    number = Connection.objects.count()
    given: dict[str, Any] = {"name": f"shop {number}", "key": f"key{number}", "imported_at": NOON, **fields}
    return Connection.objects.create(shop=shop, connector=connector, **given)


def order(remote_id: str = "1", **fields: Any) -> contract.OrderData:
    given: dict[str, Any] = {
        "number": "1042",
        "currency": "EUR",
        "total": 4990,
        "placed_at": NOON,
        "updated_at": NOON,
        "email": "anna@customer.test",
        "name": "Anna Saar",
        "lines": (contract.LineData(remote_id="l1", title="Kruus", quantity=2, sku="MUG", total=4990),),
        **fields,
    }
    return contract.OrderData(remote_id=remote_id, **given)


def parcel(remote_id: str = "p1", **fields: Any) -> contract.ShipmentData:
    given: dict[str, Any] = {"carrier": "DHL", "tracking_number": "00340434161094015902", **fields}
    return contract.ShipmentData(remote_id=remote_id, **given)


def scan(hour: int, state: contract.State, **fields: Any) -> contract.TrackingData:
    """Something that happened on the third of November."""
    return contract.TrackingData(occurred_at=datetime(2026, 11, 3, hour, 0, tzinfo=UTC), state=state, **fields)
