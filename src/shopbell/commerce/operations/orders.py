"""Write orders with all that belongs to them: see `recording.record`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from shopbell.commerce import contract, steps
from shopbell.commerce.events import Step
from shopbell.commerce.keys import key
from shopbell.commerce.models import WATCHED_FOR, Connection, Line, Order, Refund
from shopbell.commerce.operations import accounts, shipments
from shopbell.core import text
from shopbell.core.rows import upsert
from shopbell.core.storable import jsonable
from shopbell.customers.operations.resolving import recompare

Fresh = Mapping[str, tuple[contract.OrderData, str]]
_TAKEN = (
    *("number", "placed_at", "name", "language", "currency", "total", "subtotal", "shipping", "tax", "discount"),
    *("paid", "payment", "payment_method", "fulfilment", "is_cancelled", "cancelled_at", "source", "place"),
    *("delivery_method", "is_pickup", "promised_on", "note", "status", "url"),
)
_UPDATED = [
    *_TAKEN,
    *("customer", "account", "account_ref", "linked_by", "number_key", "email", "payer_email", "phone", "refunded"),
    *("billing", "shipping_address", "coupons"),
    *("returns", "watch_at", "remote_updated_at", "digest", "raw", "gone_at", "seen_at"),
]
_OF_LINE = (
    *("title", "sku", "product_id", "variant_id", "quantity", "unit_price", "total", "tax", "fulfilled"),
    *("returned", "refunded", "image_url"),
)
_OF_REFUND = ("amount", "made_at", "reason", "is_pending")


def write(connection: Connection, fresh: Fresh, *, historic: bool) -> None:
    """Mirror these orders, and say what happened to them unless they are historic."""
    if not fresh:
        return
    known = Order.objects.filter(connection=connection, remote_id__in=fresh)
    list(known.select_for_update(no_key=True).order_by("id").values_list("id"))  # what an agent says meanwhile waits
    before = steps.reached(known)
    owners = accounts.owners_of_orders(connection, (item for item, _ in fresh.values()))
    rows = [_row(connection, item, its_digest, owners[item.remote_id]) for item, its_digest in fresh.values()]
    for row in rows if historic else []:
        row.history_until = row.seen_at
    upsert(rows, ["connection", "remote_id"], [*_UPDATED, *(["history_until"] if historic else [])])
    numbers = {row.remote_id: row.id for row in rows}
    _date_payments(before, rows)
    recompare({row.customer_id for row in rows if row.customer_id})
    _write_lines(fresh, numbers)
    _write_refunds(fresh, numbers)
    shipments.write(fresh, numbers, historic=historic)
    if not historic:
        steps.tell(before, steps.reached(Order.objects.filter(id__in=numbers.values())))


def _row(connection: Connection, item: contract.OrderData, its_digest: str, owner: accounts.Owner) -> Order:
    country = item.billing.country or item.shipping_address.country
    now = timezone.now()
    return Order(
        connection=connection,
        shop_id=connection.shop_id,
        remote_id=item.remote_id,
        customer_id=owner.customer,
        account_id=owner.account,
        account_ref=text.truncate(item.customer_id, 100),
        linked_by=owner.by,
        number_key=key(item.number),
        email=accounts.email_key(item.email),
        payer_email=accounts.email_key(item.payer_email),
        phone=accounts.phone_key(item.phone or item.billing.phone, country),
        refunded=sum(one.amount for one in item.refunds if not one.is_pending),
        billing=asdict(item.billing),
        shipping_address=asdict(item.shipping_address),
        coupons=[one[:100] for one in item.coupons],
        returns=jsonable([asdict(one) for one in item.returns]),
        remote_updated_at=item.updated_at,
        digest=its_digest,
        raw=dict(item.raw),
        paid_at=item.placed_at if item.payment in steps.PAID else None,
        watch_at=now if item.placed_at > now - WATCHED_FOR else None,
        seen_at=now,
        **_given(Order, item, _TAKEN),
    )


def _date_payments(before: steps.Reached, rows: list[Order]) -> None:
    """Those known as unpaid were paid now, as far as anybody can say; one that came paid was so when it was placed."""
    unpaid = [row.id for row in rows if row.payment in steps.PAID and Step.PAID not in before.get(row.id, {Step.PAID})]
    if unpaid:
        Order.objects.filter(id__in=unpaid).update(paid_at=timezone.now())


def _given(model: Any, thing: object, names: Iterable[str]) -> dict[str, Any]:
    """What the thing says, texts no longer than their columns."""
    values = {name: getattr(thing, name) for name in names}
    longest = {name: model._meta.get_field(name).max_length for name in names}
    return {
        name: text.truncate(str(value), longest[name]) if isinstance(value, str) and longest[name] else value
        for name, value in values.items()
    }


def _write_lines(fresh: Fresh, numbers: Mapping[str, int]) -> None:
    rows = [
        Line(order_id=numbers[remote_id], remote_id=line.remote_id, position=at, **_given(Line, line, _OF_LINE))
        for remote_id, (item, _) in fresh.items()
        for at, line in enumerate({one.remote_id: one for one in item.lines}.values())
    ]
    _replace(Line, rows, numbers.values(), ["position", *_OF_LINE])


def _write_refunds(fresh: Fresh, numbers: Mapping[str, int]) -> None:
    rows = [
        Refund(order_id=numbers[remote_id], remote_id=one.remote_id, **_given(Refund, one, _OF_REFUND))
        for remote_id, (item, _) in fresh.items()
        for one in {refund.remote_id: refund for refund in item.refunds}.values()
    ]
    _replace(Refund, rows, numbers.values(), list(_OF_REFUND))


def _replace(model: Any, rows: list[Any], order_ids: Iterable[int], updated: list[str]) -> None:
    """Write these rows; others of the same orders are gone."""
    kept = {(row.order_id, row.remote_id) for row in rows}
    there = model.objects.filter(order__in=list(order_ids)).values_list("id", "order_id", "remote_id")
    stale = [number for number, order, remote in there if (order, remote) not in kept]
    if stale:
        model.objects.filter(id__in=stale).delete()
    upsert(rows, ["order", "remote_id"], updated)
