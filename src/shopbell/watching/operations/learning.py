"""How long the parcels of each carrier take to each country, learned once a day from those delivered lately."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from shopbell.core.transactions import retried
from shopbell.watching.models import Route

LEARNED_FROM = timedelta(days=90)

# Of each parcel the longest time between two events counts: that is what a silence is measured against.
_LEARN = """
WITH parcels AS (
    SELECT id, carrier, country, delivered_at - handed_at AS took
    FROM commerce_shipment
    WHERE state = 'delivered' AND delivered_at >= %(since)s AND delivered_at > handed_at AND carrier <> ''
      AND country <> ''
), gaps AS (
    SELECT e.shipment_id, e.occurred_at - lag(e.occurred_at) OVER (PARTITION BY e.shipment_id ORDER BY e.occurred_at)
        AS gap
    FROM commerce_trackingevent e JOIN parcels p ON p.id = e.shipment_id WHERE e.state <> 'data_received'
), longest AS (
    SELECT shipment_id, max(gap) AS gap FROM gaps GROUP BY shipment_id
)
INSERT INTO watching_route (carrier, country, parcels, transit_hours, silence_hours, learned_at)
SELECT p.carrier, p.country, count(*),
       ceil(percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM p.took)) / 3600),
       ceil(percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM l.gap)) / 3600), %(now)s
FROM parcels p LEFT JOIN longest l ON l.shipment_id = p.id
GROUP BY p.carrier, p.country
ON CONFLICT (carrier, country) DO UPDATE SET parcels = excluded.parcels, transit_hours = excluded.transit_hours,
    silence_hours = excluded.silence_hours, learned_at = excluded.learned_at
"""


@retried
def learn() -> int:
    """Learn every route anew; one that nothing was delivered on lately is forgotten. Returns how many are known."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_LEARN, {"since": now - LEARNED_FROM, "now": now})
        known = int(cursor.rowcount)
    Route.objects.filter(learned_at__lt=now).delete()
    return known
