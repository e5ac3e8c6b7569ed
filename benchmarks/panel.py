"""What the orders beside a conversation cost: the same page with and without them, in turn."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from benchmarks import browser
from benchmarks.browser import Browser
from benchmarks.figures import Row
from benchmarks.pages import cookies, long_ones
from shopbell.commerce import contract
from shopbell.commerce.models import Connection
from shopbell.commerce.operations import recording
from shopbell.conversations.models import Conversation

ORDERS = 8
COUNT = 200


def measure(port: int, cpu_seconds: Callable[[], float]) -> list[Row]:
    """One row without orders and one with eight of them; the orders are removed again."""
    number = long_ones()[0]
    browsers, rows = [Browser(port, cookies())], []
    for what, orders in (("without orders", 0), (f"with {ORDERS} orders", ORDERS), ("without them again", 0)):
        shop = _give(number, orders)
        what = f"conversation of ten, {what}"
        rows.append(browser.measure(what, browsers, lambda one, _: _open(one, number), cpu_seconds, count=COUNT))
        shop.delete()
    return rows


def _open(one: Browser, number: int) -> None:
    one.get_part(f"/desk/c/{number}/")


def _give(number: int, many: int) -> Connection:
    """Orders of the conversation's customer, each with three lines and a parcel, in a shop of their own."""
    talk = Conversation.objects.select_related("customer").get(id=number)
    address = talk.customer.identities.filter(kind="email").values_list("value", flat=True)[0]
    key = uuid.uuid4().hex
    given = {"connector": "csv", "name": f"panel {key}", "key": key, "imported_at": timezone.now()}
    row = Connection.objects.create(shop_id=talk.shop_id, **given)
    with transaction.atomic():
        recording.record(row, [_order(place, address) for place in range(many)])
    return row


def _order(place: int, address: str) -> contract.OrderData:
    at = timezone.now() - timedelta(days=place)
    lines = tuple(
        contract.LineData(remote_id=f"l{line}", title=f"Mug {line}", quantity=1, sku=f"M{line}", total=1500)
        for line in range(3)
    )
    parcel = contract.ShipmentData(remote_id="p", carrier="DHL", tracking_number=f"0034043416109401{place:04}")
    return contract.OrderData(
        remote_id=str(place),
        number=f"P{place}",
        currency="EUR",
        total=4500,
        placed_at=at,
        updated_at=at,
        email=address,
        name="Anna Saar",
        lines=lines,
        shipments=(parcel,),
    )
