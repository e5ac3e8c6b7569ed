"""What is bought together: counted from the shop's own baskets by a job, once a day.

Each buyer counts once for a pair, however often they buy it. The measure is Dunning's log-likelihood ratio (Accurate
Methods for the Statistics of Surprise and Coincidence, 1993), which does not overrate what was sold three times: a
pair is kept when at least LEAST_BUYERS bought it in one order and chance would do that less than once in a thousand.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import timedelta
from math import log
from typing import Any

from django.db import connection as database
from django.db import transaction

from shopbell.commerce.models import Companion, Connection

COUNTED = timedelta(days=730)
LEAST_BUYERS = 3
LEAST_SCORE = 10.83  # chi-squared with one degree of freedom, p = 0.001
MOST_IN_BASKET = 30  # things in one order: a reseller's says nothing
KEPT = 20  # companions of one thing
ITEM = "CASE WHEN line.product_id <> '' THEN line.product_id WHEN line.sku <> '' THEN 'sku:' || line.sku END"

_PAIRS = f"""
WITH bought AS (
    SELECT DISTINCT line.order_id, coalesce(o.customer_id, -o.id) AS buyer, {ITEM} AS item
    FROM commerce_line line JOIN commerce_order o ON o.id = line.order_id
    WHERE o.connection_id = %(connection)s AND o.gone_at IS NULL AND NOT o.is_cancelled
      AND o.placed_at > now() - %(counted)s AND line.quantity > line.returned
), held AS (
    SELECT * FROM bought WHERE item IS NOT NULL
      AND order_id NOT IN (SELECT order_id FROM bought GROUP BY order_id HAVING count(*) > %(most)s)
), single AS (
    SELECT item, count(DISTINCT buyer) AS buyers FROM held GROUP BY item HAVING count(DISTINCT buyer) >= %(least)s
), pairs AS (
    SELECT one.item AS item, other.item AS other, count(DISTINCT one.buyer) AS both
    FROM held one JOIN held other ON other.order_id = one.order_id AND other.item > one.item
    GROUP BY one.item, other.item HAVING count(DISTINCT one.buyer) >= %(least)s
)
SELECT pairs.item, pairs.other, pairs.both, a.buyers, b.buyers, (SELECT count(DISTINCT buyer) FROM held)
FROM pairs JOIN single a ON a.item = pairs.item JOIN single b ON b.item = pairs.other
"""


def likelihood(both: int, one: int, other: int, everybody: int) -> float:
    """How much more often two things meet than chance has it; 0 where it is not more often."""
    if both * everybody <= one * other:
        return 0.0
    cells = (both, one - both, other - both, everybody - one - other + both)
    sides = (one, everybody - one, other, everybody - other)
    return 2 * (sum(map(_surprise, cells)) - sum(map(_surprise, sides)) + _surprise(everybody))


def _surprise(count: int) -> float:
    return count * log(count) if count > 0 else 0.0


def count(connection: Connection) -> int:
    """Count what is bought together in one shop anew; returns how many companions are kept."""
    best: dict[str, list[tuple[float, str, int]]] = {}
    for item, other, both, score in _scored(connection.id):
        for a, b in ((item, other), (other, item)):
            kept = best.setdefault(a, [])
            (heapq.heappush if len(kept) < KEPT else heapq.heappushpop)(kept, (score, b, both))
    rows = [
        Companion(connection=connection, item=item[:110], other=other[:110], baskets=both, score=score)
        for item, kept in best.items()
        for score, other, both in kept
    ]
    with transaction.atomic():
        Companion.objects.filter(connection=connection).delete()
        Companion.objects.bulk_create(rows, batch_size=5_000)
    return len(rows)


def _scored(connection_id: int) -> Iterator[tuple[str, str, int, float]]:
    given: dict[str, Any] = {
        "connection": connection_id,
        "counted": COUNTED,
        "most": MOST_IN_BASKET,
        "least": LEAST_BUYERS,
    }
    with database.cursor() as cursor:
        cursor.execute(_PAIRS, given)
        for item, other, both, one, two, everybody in cursor:
            score = likelihood(both, one, two, everybody)
            if score >= LEAST_SCORE:
                yield item, other, both, score
