"""Look at the parcels and orders whose time has come: open cases, close those whose reason is gone, note when next.

Set-based: a batch is read, judged and written in a handful of statements, in one transaction that holds its rows, so
several workers share the work and a crash leaves everything as it was. A case exists once per parcel or order, kind and
stage: the unique key says so, whoever comes twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from shopbell.commerce.contract import Payment
from shopbell.commerce.models import WATCHED_FOR, Connection, TrackingEvent
from shopbell.core.transactions import retried
from shopbell.events import bus
from shopbell.watching import events, looking, terms
from shopbell.watching.models import Case, Incident, Kind, Notice

BATCH = 5_000
LONGEST_SECONDS = 20.0
_BY_PEOPLE = (Kind.DENIED,)  # opened by somebody's word, and closed by somebody

_PARCELS = """
SELECT s.id, s.order_id, o.shop_id, s.carrier, s.country, s.state, s.reason, o.placed_at,
       coalesce(s.shipped_at, s.created_at), s.handed_at, s.last_event_at, s.asked_at, s.attempts, o.promised_on,
       o.is_cancelled OR o.gone_at IS NOT NULL OR o.collected_at IS NOT NULL
           OR o.fulfilment IN ('delivered', 'collected') OR (o.delivered_at IS NOT NULL AND s.delivered_at IS NOT NULL),
       o.seen_at, o.connection_id, o.history_until
FROM commerce_shipment s JOIN commerce_order o ON o.id = s.order_id
WHERE s.watch_at <= %(now)s AND o.connection_id <> ALL(%(closed)s)
ORDER BY s.watch_at LIMIT %(limit)s FOR NO KEY UPDATE OF s SKIP LOCKED
"""
_ORDERS = """
SELECT o.id, o.shop_id, coalesce(o.shipping_address->>'country', ''), o.placed_at,
       CASE WHEN o.payment IN ('paid', 'partly_refunded') THEN coalesce(o.paid_at, o.placed_at) END,
       o.payment, o.fulfilment, o.promised_on, o.is_pickup,
       EXISTS (SELECT FROM commerce_shipment s WHERE s.order_id = o.id AND s.state <> 'cancelled'),
       o.is_cancelled OR o.gone_at IS NOT NULL OR o.collected_at IS NOT NULL,
       CASE WHEN o.fulfilment = 'open' AND NOT o.is_cancelled THEN (
           SELECT min(v.stock) FROM commerce_line l
           JOIN commerce_product p ON p.connection_id = o.connection_id AND p.remote_id = l.product_id
           JOIN commerce_variant v ON v.product_id = p.id
               AND (v.remote_id = l.variant_id OR (l.variant_id = '' AND v.sku = l.sku AND l.sku <> ''))
           WHERE l.order_id = o.id AND l.quantity > l.fulfilled + l.refunded AND v.stock <= 0) END,
       least(
           (SELECT min(coalesce(r.made_at, o.seen_at)) FROM commerce_refund r WHERE r.order_id = o.id AND r.is_pending),
           CASE WHEN o.is_cancelled AND o.payment IN ('paid', 'partly_paid', 'partly_refunded')
               AND o.refunded < CASE WHEN o.paid > 0 THEN o.paid ELSE o.total END
               THEN coalesce(o.cancelled_at, o.seen_at) END,
           CASE WHEN o.refunded = 0 AND o.returns <> '[]'::jsonb THEN (
               SELECT min((one->>'received_at')::timestamptz) FROM jsonb_array_elements(o.returns) AS one) END),
       o.seen_at, o.connection_id, o.history_until
FROM commerce_order o
WHERE o.watch_at <= %(now)s AND o.connection_id <> ALL(%(closed)s)
ORDER BY o.watch_at LIMIT %(limit)s FOR NO KEY UPDATE OF o SKIP LOCKED
"""
_NEXT = """
UPDATE {table} AS t SET watch_at = n.at FROM unnest(%s::bigint[], %s::timestamptz[]) AS n(id, at) WHERE t.id = n.id
"""


@dataclass(slots=True)
class Looked:
    """One parcel or order, and what was found of it."""

    id: int
    order_id: int
    shipment_id: int | None
    shop_id: int
    carrier: str
    country: str
    placed_at: datetime
    seen_at: datetime
    connection_id: int
    history_until: datetime | None
    verdict: looking.Verdict


@dataclass(frozen=True)
class Sight:
    """What a batch is judged by."""

    now: datetime
    watches: Mapping[int, terms.Watch]
    imported: Mapping[int, datetime]  # connection → since when what happens is news
    routes: terms.Routes


def patrol() -> int:
    """Look at all parcels and orders that are due, for at most LONGEST_SECONDS; returns at how many."""
    began, total = time.monotonic(), 0
    for look in (look_at_parcels, look_at_orders):
        while time.monotonic() - began < LONGEST_SECONDS:
            count = look(timezone.now())
            total += count
            if count < BATCH:
                break
    return total


@retried
def look_at_parcels(now: datetime) -> int:
    """One batch of parcels; returns how many."""
    rows = _fetch(_PARCELS, now)
    if rows:
        sight = _sight(now, {row[2] for row in rows}, {row[16] for row in rows}, terms.routes())
        spoken = _spoken([row for row in rows if row[5] in looking.MOVING])
        _settle([_parcel(row, sight, spoken) for row in rows], sight, "commerce_shipment")
    return len(rows)


@retried
def look_at_orders(now: datetime) -> int:
    """One batch of orders; returns how many."""
    rows = _fetch(_ORDERS, now)
    if rows:
        sight = _sight(now, {row[1] for row in rows}, {row[14] for row in rows}, {})
        _settle([_order(row, sight) for row in rows], sight, "commerce_order")
    return len(rows)


def _fetch(statement: str, now: datetime) -> list[tuple[Any, ...]]:
    """What is due, but for shops whose first import still runs: of those nobody knows yet what is news."""
    closed = list(Connection.objects.filter(imported_at=None).values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "limit": BATCH, "closed": closed})
        return list(cursor.fetchall())


def _sight(now: datetime, shops: set[int], connections: set[int], routes: terms.Routes) -> Sight:
    imported: dict[int, Any] = dict(Connection.objects.filter(id__in=connections).values_list("id", "imported_at"))
    return Sight(now, terms.of_shops(shops), imported, routes)


def _spoken(rows: Iterable[tuple[Any, ...]]) -> dict[int, datetime]:
    """When anything last came of parcels that seem silent, what nobody understood included: that is no silence."""
    quiet = {row[0]: row[10] for row in rows if row[10] and row[11] and row[11] - row[10] > timedelta(days=1)}
    found = TrackingEvent.objects.filter(shipment__in=quiet).values("shipment").annotate(last=Max("occurred_at"))
    return {row["shipment"]: row["last"] for row in found} if quiet else {}


def _parcel(row: tuple[Any, ...], sight: Sight, spoken: Mapping[int, datetime]) -> Looked:
    number, order, shop, carrier, country, state, reason, placed, *rest = row
    shipped, handed, last, asked, attempts, promised, is_void, seen, connected, history = rest
    parcel = looking.Parcel(
        state=state,
        reason=reason,
        placed_at=placed,
        shipped_at=shipped,
        handed_at=handed,
        last_event_at=spoken.get(number, last),
        asked_at=asked,
        attempts=attempts,
        promised_on=promised,
        is_void=is_void,
    )
    verdict = looking.judge_parcel(parcel, sight.watches[shop], sight.routes.get((carrier, country)), sight.now)
    return Looked(number, order, number, shop, carrier, country, placed, seen, connected, history, verdict)


def _order(row: tuple[Any, ...], sight: Sight) -> Looked:
    number, shop, country, placed, paid, payment, fulfilment, promised, is_pickup, *rest = row
    has_parcels, is_void, lacks, owed, seen, connected, history = rest
    order = looking.Order(
        placed_at=placed,
        paid_at=paid if payment != Payment.REFUNDED else None,
        payment=payment,
        fulfilment=fulfilment,
        promised_on=promised,
        is_pickup=is_pickup,
        has_parcels=has_parcels,
        is_void=is_void,
        lacks=lacks,
        owed_at=owed,
        seen_at=seen,
    )
    verdict = looking.judge_order(order, sight.watches[shop], sight.now)
    return Looked(number, number, None, shop, "", country[:2], placed, seen, connected, history, verdict)


def _settle(rows: Sequence[Looked], sight: Sight, table: str) -> None:
    """Bring cases in line with what was found. What is too old is left as it is, and never looked at again."""
    for row in rows:
        if row.placed_at <= sight.now - WATCHED_FOR:
            row.verdict = replace(row.verdict, look_at=None)
    young = [row for row in rows if row.placed_at > sight.now - WATCHED_FOR]
    known = _known(young)
    _open(young, known, sight)
    _close_and_reopen(young, known, sight.now)
    with connection.cursor() as cursor:
        numbers, dates = [row.id for row in rows], [row.verdict.look_at for row in rows]
        cursor.execute(_NEXT.format(table=table), [numbers, dates])


Key = tuple[int, int | None, str, str]


def _known(rows: Sequence[Looked]) -> dict[Key, Case]:
    """Every case these parcels, or orders besides their parcels, ever had."""
    numbers = [row.id for row in rows]
    of_parcels = bool(rows) and rows[0].shipment_id is not None
    mine = "shipment_id = ANY(%s)" if of_parcels else "order_id = ANY(%s) AND shipment_id IS NULL"
    cases = Case.objects.extra(where=[mine], params=[numbers]).exclude(kind__in=_BY_PEOPLE)  # one parameter, not 5000
    return {(case.order_id, case.shipment_id, case.kind, case.stage): case for case in cases}


def _keys(row: Looked) -> dict[Key, looking.Finding]:
    return {(row.order_id, row.shipment_id, one.kind, one.stage): one for one in row.verdict.found}


def _open(rows: Sequence[Looked], known: Mapping[Key, Case], sight: Sight) -> None:
    fresh = [(row, one) for row in rows for key, one in _keys(row).items() if key not in known]
    if not fresh:
        return
    cases = Case.objects.bulk_create([_case(row, one) for row, one in fresh])
    for case in cases:
        bus.publish(events.CaseOpened(case_id=case.id, order_id=case.order_id, kind=case.kind))
    pairs = zip(cases, fresh, strict=True)
    notices = [notice for case, (row, one) in pairs if (notice := _notice(case, row, one, sight))]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def _case(row: Looked, one: looking.Finding) -> Case:
    return Case(
        shop_id=row.shop_id,
        order_id=row.order_id,
        shipment_id=row.shipment_id,
        kind=one.kind,
        stage=one.stage,
        carrier=row.carrier,
        country=row.country,
        due_at=one.due_at,
    )


def _notice(case: Case, row: Looked, one: looking.Finding, sight: Sight) -> Notice | None:
    """What the customer is to be told, where the shop says so: once for all parcels of an order that share the reason.

    Not of what was so already when an import brought the order, a first one or another file of a shop's past, and
    nothing new came of it since; not of orders beyond the rule's horizon.
    """
    rule = sight.watches[row.shop_id].rules[one.kind]
    is_old = row.placed_at < sight.now - timedelta(days=rule.horizon_days)
    imported_at = max(at for at in (sight.imported[row.connection_id], row.history_until) if at is not None)
    is_history = one.due_at <= imported_at and row.seen_at <= imported_at
    if not rule.writes or is_old or is_history:
        return None
    key = f"{row.order_id}:{one.kind}:{one.stage}"
    return Notice(key=key, shop_id=row.shop_id, order_id=row.order_id, case=case, name=one.kind, due_at=sight.now)


def _close_and_reopen(rows: Sequence[Looked], known: Mapping[Key, Case], now: datetime) -> None:
    wrong: set[Key] = set()
    for row in rows:
        wrong.update(_keys(row))
    over = [case for key, case in known.items() if key not in wrong and case.resolved_at is None]
    back = [case for key, case in known.items() if key in wrong and case.outcome == "gone"]
    _update(over, events.CaseResolved, state=Case.State.RESOLVED, resolved_at=now, outcome="gone")
    _update(back, events.CaseReopened, state=Case.State.OPEN, resolved_at=None, outcome="")
    again = Case.objects.filter(id__in=[case.id for case in back], incident__state=Incident.State.CLOSED)
    if back:
        again.update(incident=None)  # an incident that is over settles nothing that came after it


def _update(cases: Sequence[Case], told: Callable[..., bus.DomainEvent], **fields: Any) -> None:
    if not cases:
        return
    Case.objects.filter(id__in=[case.id for case in cases]).update(**fields)
    outcome = {"outcome": fields["outcome"]} if told is events.CaseResolved else {}
    for case in cases:
        bus.publish(told(case_id=case.id, order_id=case.order_id, **outcome))
