"""The watch over many parcels: a share of them open and due, then every one of them due at once.

Rows are made by the database: orders of the last weeks, one parcel each, of three carriers; of the open ones 1 in
100 is stuck. The first figure is what a shop has in its worst minute, the second what could happen after a restore.
"""

from __future__ import annotations

import time

from django.db import connection
from django.utils import timezone

from shopbell.commerce.models import Connection
from shopbell.shops.models import Shop
from shopbell.watching.models import Case
from shopbell.watching.operations import patrol

OPEN_SHARE = 10  # one in so many is on its way; the others were delivered

_ORDERS = """
INSERT INTO commerce_order (connection_id, remote_id, digest, raw, seen_at, shop_id, number, number_key, placed_at,
    email, phone, name, language, currency, total, subtotal, shipping, tax, discount, paid, refunded, payment,
    payment_method, fulfilment, is_cancelled, source, place, delivery_method, is_pickup, promised_on, billing,
    shipping_address, coupons, note, status, url, returns)
SELECT %(connection)s, 'w' || n, '', '{}', now(), %(shop)s, 'W' || n, 'W' || n, now() - interval '5 days', '', '', '',
    '', 'EUR', 1000, 0, 0, 0, 0, 1000, 0, 'paid', '', 'fulfilled', FALSE, 'web', '', '', FALSE, current_date + 3, '{}',
    '{"country": "DE"}', '{}', '', '', '', '[]'
FROM generate_series(1, %(many)s) n
"""
_PARCELS = """
INSERT INTO commerce_shipment (order_id, remote_id, carrier, carrier_name, service, country, tracking_number,
    tracking_key, tracking_url, lines, state, reason, shop_state, shipped_at, handed_at, delivered_at, last_event_at,
    attempts, asked_at, watch_at)
SELECT o.id, 'p', (ARRAY['dhl', 'gls', 'omniva'])[1 + o.id %% 3], '', '', 'DE', 'T' || o.id, 'T' || o.id, '', '{}',
    CASE WHEN o.id %% %(share)s = 0 THEN 'in_transit' ELSE 'delivered' END, '', 'unknown', now() - interval '5 days',
    now() - interval '5 days', CASE WHEN o.id %% %(share)s = 0 THEN NULL ELSE now() - interval '2 days' END,
    now() - CASE WHEN o.id %% %(stuck)s = 0 THEN interval '6 days' ELSE interval '6 hours' END, 0, now(),
    CASE WHEN o.id %% %(share)s = 0 THEN now() END
FROM commerce_order o WHERE o.connection_id = %(connection)s
"""


def measure(many: int) -> None:
    """Prints two lines: over the parcels that are open, and over all of them at once."""
    row = _fill(many)
    print(_round(f"{many:,} parcels, {many // OPEN_SHARE:,} of them open and due"), flush=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE commerce_shipment SET state = 'in_transit', watch_at = now()")
        cursor.execute("VACUUM ANALYZE commerce_shipment")
    print(_round(f"{many:,} parcels, every one open and due"), flush=True)
    _empty(row)


def _empty(row: Connection) -> None:
    """By the database: Django would read a million rows to remove them."""
    with connection.cursor() as cursor:
        for table in ("watching_notice", "watching_case", "commerce_shipment"):
            orders = "SELECT id FROM commerce_order WHERE connection_id = %s"
            cursor.execute(f"DELETE FROM {table} WHERE order_id IN ({orders})", [row.id])
        cursor.execute("DELETE FROM commerce_order WHERE connection_id = %s", [row.id])
    row.delete()


def _fill(many: int) -> Connection:
    shop = Shop.objects.order_by("id").first() or Shop.objects.create(name="Watch", slug="watch-benchmark")
    name = f"watch {timezone.now():%s}"
    row = Connection.objects.create(shop=shop, connector="csv", name=name, key=name, imported_at=timezone.now())
    given = {"connection": row.id, "shop": shop.id, "many": many, "share": OPEN_SHARE, "stuck": OPEN_SHARE * 100}
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, given)
        cursor.execute(_PARCELS, given)
        cursor.execute("VACUUM ANALYZE commerce_order")
        cursor.execute("VACUUM ANALYZE commerce_shipment")
    return row


def _round(what: str) -> str:
    before, began, looked = Case.objects.count(), time.monotonic(), 0
    while count := patrol.look_at_parcels(timezone.now()):
        looked += count
    seconds = time.monotonic() - began
    return f"{what}: {seconds:.1f} s, {looked / seconds:,.0f}/s, {Case.objects.count() - before:,} cases opened"
