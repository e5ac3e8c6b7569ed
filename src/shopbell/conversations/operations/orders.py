"""Find the orders a conversation speaks of, and let agents say which ones it does.

A shop sees its own orders: a number of another shop's order counts only where the order is the customer's. That an
order is named proves nothing: whether it is theirs is asked when it is shown (`conversations.orders`).
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import CharField, F, Q, QuerySet, Value
from django.utils import timezone

from shopbell.commerce.models import Order, Shipment
from shopbell.conversations import events
from shopbell.conversations.locking import lock
from shopbell.conversations.models import Conversation, Message, MessageSearch, OrderLink
from shopbell.conversations.numbers import Candidates, candidates
from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.customers.queries import with_merged
from shopbell.events import bus

CHANNEL = "shopbell_orders"  # NOTIFY: ids of conversations whose orders have news
MOST = 20  # orders one message may name
MOST_TOLD = 200  # conversations whose pages are told of one order
ARRIVES_FOR = timedelta(days=14)  # an order may reach the mirror after a message that names it
EARLIER = timedelta(days=1)  # how long before its order a message may name it: clocks differ
UNREAD_KINDS = (Message.Kind.NOTE, Message.Kind.SYSTEM)
OURS = (Message.Kind.AGENT, Message.Kind.AUTO_REPLY_OUT, Message.Kind.SIDE_OUT)
_READ = ("kind", "subject", "text", "conversation__customer", "conversation__shop__language")
Reason = OrderLink.Reason
Hit = tuple[int, int | None, int, str, str]  # order, its customer, its shop, why, the key it was found by


@retried
def find_orders(message_id: int) -> int:
    """Link the message's conversation to the orders it names; how many were new."""
    rows = Message.objects.select_related("conversation__shop").only(*_READ)
    message = rows.filter(id=message_id).first()
    if message is None or message.kind in UNREAD_KINDS:
        return 0
    conversation = message.conversation
    found = candidates(f"{message.subject}\n{message.text}", conversation.shop.language)
    if message.kind in OURS:
        found.emails, found.phones = [], []  # what stands in our own letters is ours
    return _link(conversation, found, message_id) if found else 0


def _link(conversation: Conversation, found: Candidates, message_id: int) -> int:
    hits = list(_hits(found)[: MOST * 5])
    if not hits:
        return 0
    theirs = with_merged([conversation.customer_id])
    kept: dict[int, str] = {}
    for order, customer, shop, reason, spelling in hits:
        is_own = customer in theirs
        if (is_own or shop == conversation.shop_id) and _is_meant(found, reason, spelling, is_own=is_own):
            kept.setdefault(order, reason)
    rows = [
        OrderLink(conversation=conversation, order_id=order, reason=reason, message_id=message_id)
        for order, reason in list(kept.items())[:MOST]
    ]
    return _write(rows)


def _is_meant(found: Candidates, reason: str, spelling: str, *, is_own: bool) -> bool:
    if reason == Reason.ADDRESS:
        return not is_own  # their own address says nothing that is not known
    return found.names(spelling, is_own=is_own)


def _hits(found: Candidates) -> QuerySet[Order, Hit]:
    """What the mirror knows of the candidates, in one query, the surest first."""
    keys = list(found.keys)
    parts = [
        _as_hits(Order.objects.filter(number_key__in=keys), Reason.NUMBER, "number_key"),
        _as_hits(
            Order.objects.filter(shipments__in=Shipment.objects.filter(tracking_key__in=keys).exclude(tracking_key="")),
            Reason.TRACKING,
            "shipments__tracking_key",
        ),
    ]
    if found.emails:
        parts.append(_as_hits(Order.objects.filter(email__in=found.emails), Reason.ADDRESS, "email"))
    if found.phones:
        parts.append(_as_hits(Order.objects.filter(phone__in=found.phones), Reason.ADDRESS, "phone"))
    return parts[0].union(*parts[1:], all=True)


def _as_hits(rows: QuerySet[Order], reason: str, spelling: str) -> QuerySet[Order, Hit]:
    """The newest few; of orders the shop still has."""
    rows = rows.filter(gone_at=None).order_by("-placed_at")
    why = Value(reason, output_field=CharField())
    shown = rows.annotate(why=why, spelling=F(spelling))
    found: Any = shown.values_list("id", "customer_id", "shop_id", "why", "spelling")[:MOST]
    return found  # type: ignore[no-any-return]


def _write(rows: list[OrderLink]) -> int:
    """Keep the links that are new, and say so; those an agent let go of stay away."""
    wanted = {row.order_id: row for row in rows}
    known = OrderLink.objects.filter(conversation__in={row.conversation_id for row in rows}, order__in=wanted)
    there = set(known.values_list("conversation_id", "order_id"))
    fresh = [row for row in rows if (row.conversation_id, row.order_id) not in there]
    OrderLink.objects.bulk_create(fresh, ignore_conflicts=True)
    for row in fresh:
        told = events.OrderLinked(conversation_id=row.conversation_id, order_id=row.order_id, reason=row.reason)
        bus.publish(told)
    return len(fresh)


@retried
def note_order(order_id: int) -> int:
    """An order came or changed: link it to what named it before it was known, and tell the pages that show it.

    Returns how many conversations were told.
    """
    order = Order.objects.filter(id=order_id).first()
    if order is None:
        return 0
    if order.gone_at is None and order.placed_at > timezone.now() - ARRIVES_FOR:
        for message_id in _naming(order):
            find_orders(message_id)
    numbers = _showing(order)
    with connection.cursor() as cursor:
        if numbers:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(numbers)])
    return len(numbers)


def _naming(order: Order) -> list[int]:
    """Messages since about the time of the order in which its number, or a parcel's, may stand."""
    parcels = order.shipments.exclude(tracking_key="").values_list("tracking_number", flat=True)
    groups = [text.query(f'"{written}"', ()) for written in (order.number, *parcels[:5])]
    asked = " | ".join(f"({text.tsquery(group)})" for group in groups if group)
    if not asked:
        return []
    rows = MessageSearch.objects.extra(where=["words @@ %s::tsquery"], params=[asked])
    linked = OrderLink.objects.filter(order=order).values("conversation_id")
    rows = rows.filter(message__created_at__gte=order.placed_at - EARLIER).exclude(conversation_id__in=linked)
    return list(rows.order_by("-message_id").values_list("message_id", flat=True)[:MOST])


def _showing(order: Order) -> list[int]:
    """Conversations beside which the order is shown: linked ones, and its customer's."""
    linked = Q(id__in=OrderLink.objects.filter(order=order).values("conversation_id"))
    if order.customer_id is not None:
        owner = order.customer
        while owner is not None and owner.merged_into is not None:
            owner = owner.merged_into
        linked |= Q(customer=owner)
    newest = Conversation.objects.filter(linked).order_by("-last_message_at").values_list("id", flat=True)
    return list(newest[:MOST_TOLD])


@retried
def choose_order(conversation_id: int, order_id: int, *, actor: int) -> bool:
    """An agent says that the order is this customer's and what it is about; False when that was said already.

    Raises Order.DoesNotExist, Merged.
    """
    conversation, order = lock(conversation_id), Order.objects.get(id=order_id)
    known = OrderLink.objects.filter(conversation=conversation, order=order).first()
    if known is not None and known.reason == Reason.AGENT and not known.is_hidden:
        return False
    OrderLink.objects.update_or_create(
        conversation=conversation,
        order=order,
        defaults={"reason": Reason.AGENT, "agent_id": actor, "is_hidden": False},
    )
    told = events.OrderLinked(conversation_id=conversation_id, order_id=order_id, reason=Reason.AGENT.value)
    bus.publish(told, actor=actor)
    return True


@retried
def let_go_of_order(conversation_id: int, order_id: int, *, actor: int) -> bool:
    """An agent says that it is not about this order: it is not found again. False when it was not linked. Raises
    Merged.
    """
    lock(conversation_id)
    rows = OrderLink.objects.filter(conversation=conversation_id, order=order_id, is_hidden=False)
    if not rows.update(is_hidden=True, agent=actor):
        return False
    bus.publish(events.OrderUnlinked(conversation_id=conversation_id, order_id=order_id), actor=actor)
    return True


@retried
def carry_orders(from_id: int, to_id: int) -> None:
    """What a conversation speaks of, another one that took it in speaks of too."""
    owners = dict(Conversation.objects.filter(id__in=(from_id, to_id)).values_list("id", "customer_id"))
    is_same = owners.get(from_id) == owners.get(to_id)
    rows = OrderLink.objects.filter(conversation=from_id, is_hidden=False).order_by("id")
    _write([_copied(row, to_id, is_same) for row in rows])


def _copied(row: OrderLink, conversation_id: int, is_same: bool) -> OrderLink:
    """What an agent said of one customer does not hold of another."""
    return OrderLink(
        conversation_id=conversation_id,
        order_id=row.order_id,
        reason=row.reason if is_same or row.reason != Reason.AGENT else Reason.NUMBER,
        message_id=row.message_id,
        agent_id=row.agent_id,
    )


@retried
def find_orders_of(conversation_id: int) -> None:
    """A conversation got its messages from another: look through them."""
    rows = Message.objects.filter(conversation=conversation_id).exclude(kind__in=UNREAD_KINDS)
    for number in rows.order_by("-id").values_list("id", flat=True)[:MOST]:
        find_orders(number)
