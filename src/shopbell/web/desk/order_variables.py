"""What a macro may say of an order: only of one that is the customer's own, or that an agent chose here."""

from __future__ import annotations

from django.utils import formats, timezone, translation

from shopbell.agents.models import Agent
from shopbell.commerce.models import Order, Shipment
from shopbell.conversations import masking, orders
from shopbell.conversations.models import Conversation
from shopbell.web import order_words

NAMES = ("order.number", "order.total", "order.placed_on", "parcel.number", "parcel.eta", "parcel.link")


def values(found: Conversation, agent: Agent, language: str) -> dict[str, str]:
    """Name → value in the letter's language; what is not known is left out. An order that somebody merely quoted fills
    nothing. Two queries at most, where the conversation's customer was never merged.
    """
    order = orders.proved(found).filter(shop=found.shop_id).first()
    if order is None:
        return {}
    parcel = _parcel(order)
    with translation.override(language or None):
        known = _of_order(order) | (_of_parcel(parcel, order) if parcel else {})
    if masking.is_masked(agent):
        known.pop("parcel.link", None)  # carriers' pages show where a parcel goes
    return {name: value for name, value in known.items() if value}


def _of_order(order: Order) -> dict[str, str]:
    placed = timezone.localtime(order.placed_at).date()
    return {
        "order.number": order.number,
        "order.total": order_words.amount(order.total, order.currency),
        "order.placed_on": formats.date_format(placed, "DATE_FORMAT"),
    }


def _parcel(order: Order) -> Shipment | None:
    """The parcel that is spoken of: one still on its way, else the last."""
    rows = list(order.shipments.order_by("id"))
    moving = [row for row in rows if order_words.is_open(row)]
    known = moving or rows
    return known[-1] if known else None


def _of_parcel(parcel: Shipment, order: Order) -> dict[str, str]:
    """A day that has gone by is no day to name."""
    day = order_words.expected(parcel, order)
    is_to_come = day is not None and day >= timezone.localdate()
    return {
        "parcel.number": parcel.tracking_number,
        "parcel.eta": formats.date_format(day, "DATE_FORMAT") if day and is_to_come else "",
        "parcel.link": order_words.tracking_link(parcel),
    }
