"""The orders beside a conversation: three queries, however many orders, lines and parcels there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.commerce.models import Action, Line, Order, Shipment, TrackingEvent
from shopbell.conversations import orders
from shopbell.conversations.models import Conversation, OrderLink

MOST = 6  # orders
MOST_LINES = 8  # of an order
UNSETTLED = (Action.State.WAITING, Action.State.REQUESTED, Action.State.SENT, Action.State.UNKNOWN)
Reason = OrderLink.Reason


@dataclass(slots=True)
class Sum:
    """What a customer ordered in one currency: orders, what they come to, what went back, orders with returns."""

    currency: str
    orders: int
    total: int
    refunded: int  # of those not cancelled, as the total is
    returned: int


@dataclass(slots=True)
class Known:
    """An order beside the conversation. `is_proved`: it is this customer's own, or an agent chose it."""

    order: Order
    reason: str  # an OrderLink's, "" where only the customer ties it to the conversation
    is_own: bool
    lines: list[dict[str, Any]] = field(default_factory=list)
    parcels: list[Shipment] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)  # those that are not settled

    @property
    def is_proved(self) -> bool:
        return self.is_own or self.reason == Reason.AGENT


@dataclass(slots=True)
class Beside:
    """Everything the panel needs."""

    orders: list[Known] = field(default_factory=list)  # the one at hand first
    sums: list[Sum] = field(default_factory=list)
    since: datetime | None = None  # of the first order
    accepts_marketing: bool | None = None  # None: no shop says


# An account that says no counts more than another that says yes.
_ASK = """
WITH RECURSIVE self(id) AS (
    SELECT %(customer)s::bigint
    UNION SELECT c.id FROM customers_customer AS c JOIN self ON c.merged_into_id = self.id
), own AS (
    SELECT id, placed_at, currency, total, refunded, is_cancelled, fulfilment, returns FROM commerce_order
    WHERE customer_id IN (SELECT id FROM self) AND gone_at IS NULL
      AND (%(shops)s::bigint[] IS NULL OR shop_id = ANY(%(shops)s::bigint[]))
), named AS (
    SELECT order_id, reason, message_id FROM conversations_orderlink
    WHERE conversation_id = %(talk)s AND NOT is_hidden
), shown AS (
    SELECT own.id, coalesce(named.reason, '') AS reason, true AS is_own, message_id, placed_at
    FROM own LEFT JOIN named ON named.order_id = own.id
    UNION ALL
    SELECT o.id, named.reason, false, message_id, placed_at
    FROM named JOIN commerce_order AS o ON o.id = named.order_id
    WHERE o.gone_at IS NULL AND o.id NOT IN (SELECT id FROM own)
      AND (%(shops)s::bigint[] IS NULL OR o.shop_id = ANY(%(shops)s::bigint[]))
      AND (NOT %(proved_only)s OR named.reason = 'agent')
), ranked AS (
    SELECT id, reason, is_own,
           row_number() OVER (ORDER BY reason = 'agent' DESC, is_own AND reason <> '' DESC, reason <> '' DESC,
                              message_id DESC NULLS LAST, placed_at DESC, id DESC) AS place
    FROM shown
)
SELECT (SELECT min(placed_at) FROM own),
       (SELECT json_agg(json_build_array(currency, orders, total, refunded, returned) ORDER BY orders DESC) FROM (
            SELECT currency, count(*) AS orders, coalesce(sum(total) FILTER (WHERE NOT is_cancelled), 0) AS total,
                   coalesce(sum(refunded) FILTER (WHERE NOT is_cancelled), 0) AS refunded,
                   count(*) FILTER (WHERE returns <> '[]' OR fulfilment = 'returned') AS returned
            FROM own GROUP BY currency) AS sums),
       (SELECT bool_and(accepts_marketing) FROM commerce_account
        WHERE customer_id IN (SELECT id FROM self) AND gone_at IS NULL),
       (SELECT json_agg(json_build_array(id, reason, is_own) ORDER BY place) FROM ranked WHERE place <= %(most)s)
"""


def of(conversation: Conversation, agent: Agent) -> Beside:
    """What the agent may see beside a conversation they may see."""
    seen = permissions.scope(agent)
    is_by_team = seen.teams is not None
    shops = [conversation.shop_id] if is_by_team else None if seen.shops is None else sorted(seen.shops)
    asked = {"customer": conversation.customer_id, "talk": conversation.id, "shops": shops, "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(_ASK, {**asked, "proved_only": is_by_team})
        since, sums, accepts, shown = cursor.fetchone()
    return Beside(
        orders=_orders(shown or [], agent),
        sums=[Sum(*one) for one in sums or []],
        since=since,
        accepts_marketing=accepts,
    )


def _orders(shown: Iterable[tuple[int, str, bool]], agent: Agent) -> list[Known]:
    wanted = {number: (reason, is_own) for number, reason, is_own in shown}
    if not wanted:
        return []
    rows = orders.masked(Order.objects.filter(id__in=wanted), agent).select_related("shop").defer("raw")
    rows = rows.annotate(first_lines=ArraySubquery(_lines()), unsettled=ArraySubquery(_actions()))
    known = {row.id: _known(row, *wanted[row.id]) for row in rows}
    for parcel in parcels(known):
        known[parcel.order_id].parcels.append(parcel)
    return [known[number] for number in wanted if number in known]


def _known(row: Any, reason: str, is_own: bool) -> Known:
    return Known(row, reason, is_own, lines=row.first_lines, actions=row.unsettled)


def _lines() -> Any:
    rows = Line.objects.filter(order=OuterRef("id")).order_by("position", "id")
    return rows.values(it=JSONObject(title="title", quantity="quantity", total="total", sku="sku"))[:MOST_LINES]


def _actions() -> Any:
    rows = Action.objects.filter(order=OuterRef("id"), state__in=UNSETTLED).order_by("id")
    return rows.values(it=JSONObject(id="id", ability="ability", amount="amount", state="state"))


def parcels(order_ids: Iterable[int]) -> list[Shipment]:
    """The parcels of these orders, each with the last thing that happened to it as `last` (or None)."""
    happened = TrackingEvent.objects.filter(shipment=OuterRef("id")).order_by("-occurred_at", "-id")
    last = happened.values(it=JSONObject(at="occurred_at", state="state", text="text", place="place"))[:1]
    rows = Shipment.objects.filter(order__in=list(order_ids)).annotate(last=ArraySubquery(last))
    return list(rows.order_by("id"))
