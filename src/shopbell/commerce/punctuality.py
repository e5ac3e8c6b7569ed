"""How many orders came when they were promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from shopbell.commerce.contract import Fulfilment, State
from shopbell.commerce.models import Order, Shipment
from shopbell.core import zones
from shopbell.shops.models import Shop

# The customer has it, gave it back, or may fetch it: nothing of these is under way.
_SETTLED = (
    Fulfilment.DELIVERED,
    Fulfilment.READY,
    Fulfilment.COLLECTED,
    Fulfilment.EXPIRED,
    Fulfilment.RETURNED,
)
_PARCELS = Shipment.objects.filter(order=OuterRef("pk")).exclude(state=State.CANCELLED)
# All of it was delivered, and nobody knows when.
_ARRIVED = (
    Exists(_PARCELS.filter(state=State.DELIVERED))
    & ~Exists(_PARCELS.exclude(state=State.DELIVERED))
    & ~Q(fulfilment=Fulfilment.PARTLY)
)


@dataclass(frozen=True, kw_only=True)
class Punctuality:
    """Of orders with a promised day: `late` of the `delivered` ones, and those `open_past_promise`."""

    delivered: int = 0
    late: int = 0
    open_past_promise: int = 0

    @property
    def late_share(self) -> float | None:
        """Between 0 and 1, four decimals; None where nothing was delivered."""
        return round(self.late / self.delivered, 4) if self.delivered else None


def of(shop: Shop, now: datetime, first: date | None = None, last: date | None = None) -> Punctuality:
    """A shop's orders promised for a day from `first` to `last`; days are those of the shop's own calendar.

    Delivered: the consumer has the last parcel (domain.md L1), and it is known when. Late: on a later day than
    promised. Open past its promise: not delivered, its day over, and neither cancelled nor wholly refunded.
    """
    zone = zones.named(shop.time_zone)
    rows: Any = promised(shop, first, last).annotate(arrived_on=TruncDate("delivered_at", tzinfo=zone))
    is_open = Q(delivered_at=None, promised_on__lt=now.astimezone(zone).date()) & ~Q(fulfilment__in=_SETTLED)
    rows = rows.annotate(has_arrived=_ARRIVED)
    is_refunded = Q(total__gt=0, refunded__gte=F("total"))
    counted: dict[str, int] = rows.aggregate(
        delivered=Count("id", filter=Q(delivered_at__isnull=False)),
        late=Count("id", filter=Q(arrived_on__gt=F("promised_on"))),
        open_past_promise=Count("id", filter=is_open & ~is_refunded & Q(has_arrived=False)),
    )
    return Punctuality(**counted)


def promised(shop: Shop, first: date | None, last: date | None) -> QuerySet[Order]:
    """Orders with a promised day in that time, without those that were cancelled or that the shop has no more."""
    rows = Order.objects.filter(shop=shop, promised_on__isnull=False, is_cancelled=False, gone_at=None)
    rows = rows.filter(promised_on__gte=first) if first else rows
    return rows.filter(promised_on__lte=last) if last else rows


def together(parts: Iterable[Punctuality]) -> Punctuality:
    """The same over several shops."""
    parts = list(parts)
    return Punctuality(
        delivered=sum(part.delivered for part in parts),
        late=sum(part.late for part in parts),
        open_past_promise=sum(part.open_past_promise for part in parts),
    )
