"""The orders in the panel beside a conversation, ready to print."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from shopbell.commerce.models import Action, Shipment
from shopbell.conversations import beside
from shopbell.conversations.models import Conversation, OrderLink
from shopbell.web import order_words, times
from shopbell.web.desk import case_rows, parts
from shopbell.web.desk.request import AgentRequest

LINES = 4  # of the order at hand
SHOWN = 4  # orders besides it


@dataclass(slots=True)
class Parcel:
    """A parcel, ready to print."""

    number: str
    carrier: str
    state: str
    level: str
    coming: str  # what should happen next, and when
    last: str  # what happened last


@dataclass(slots=True)
class Card:
    """An order, ready to print."""

    id: int
    url: str
    number: str
    shop: str  # where it is another one than the conversation's
    placed_on: str
    total: str
    standing: order_words.Standing
    is_proved: bool
    reason: str
    refunded: str
    lines: list[tuple[str, int, str]] = field(default_factory=list)  # title, how many, amount
    more_lines: int = 0
    parcels: list[Parcel] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)


def build(request: AgentRequest, found: Conversation, has: parts.Parts) -> dict[str, Any]:
    """The order at hand, the others, and what the customer is worth; four queries, or none."""
    if not has.orders:
        return {"orders": None}
    known = beside.of(found, request.user)
    if not known.orders and not known.sums:
        return {"orders": None}
    cards = [_card(one, found) for one in known.orders]
    proved = [card.id for card in cards if card.is_proved]
    own = [card for card in cards if card.is_proved]
    return {
        "orders": {
            "at_hand": own[0] if own else None,
            "others": own[1 : SHOWN + 1],
            "quoted": [card for card in cards if not card.is_proved],
            "sums": [_sum(one) for one in known.sums],
            "cases": case_rows.of_orders(proved),
            "since": times.date_of(known.since) if known.since else "",
            "accepts": known.accepts_marketing,
            "all_url": f"{reverse('desk:orders')}?customer={found.customer_id}",
        }
    }


def _card(one: beside.Known, found: Conversation) -> Card:
    row = one.order
    return Card(
        id=row.id,
        url=address(row.id, found.id),
        number=row.number,
        shop=row.shop.name if row.shop_id != found.shop_id else "",
        placed_on=times.short(row.placed_at, timezone.now()),
        total=order_words.amount(row.total, row.currency),
        standing=order_words.standing(row, one.parcels),
        is_proved=one.is_proved,
        reason=str(OrderLink.Reason(one.reason).label) if one.reason else "",
        refunded=order_words.amount(row.refunded, row.currency) if row.refunded else "",
        lines=[_line(line, row.currency) for line in one.lines[:LINES]],
        more_lines=max(0, len(one.lines) - LINES),
        parcels=[parcel(each, one) for each in one.parcels],
        unsettled=[_unsettled(action, row.currency) for action in one.actions],
    )


def address(order_id: int, conversation_id: int | None = None) -> str:
    """Where an order's page is; from which conversation somebody goes there."""
    place = reverse("desk:order", args=[order_id])
    return f"{place}?from={conversation_id}" if conversation_id else place


def _line(line: dict[str, Any], currency: str) -> tuple[str, int, str]:
    return line["title"], line["quantity"], order_words.amount(line["total"], currency)


def parcel(row: Shipment, one: beside.Known) -> Parcel:
    """One parcel of an order."""
    last: list[dict[str, str]] = getattr(row, "last", [])
    told = last[0]["text"] if last else ""
    return Parcel(
        number=row.tracking_number,
        carrier=order_words.carrier(row),
        state=order_words.state(row),
        level=order_words.parcel_level(row),
        coming=order_words.next_event(row, one.order),
        last=", ".join(part for part in (told, last[0]["place"] if last else "") if part),
    )


def _unsettled(action: dict[str, Any], currency: str) -> str:
    what = str(order_words.ABILITIES.get(action["ability"], action["ability"]))
    value = f" {order_words.amount(action['amount'], currency)}" if action["amount"] else ""
    return f"{what}{value}: {Action.State(action['state']).label}"


def _sum(one: beside.Sum) -> str:
    """3 orders, 124,00 €, 1 with a return."""
    told = [
        ngettext("{count} order", "{count} orders", one.orders).format(count=one.orders),
        order_words.amount(one.total - one.refunded, one.currency),
    ]
    if one.returned:
        told.append(ngettext("{count} with a return", "{count} with returns", one.returned).format(count=one.returned))
    return ", ".join(told)
