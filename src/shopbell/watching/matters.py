"""Which cases of an order are one matter to its customer: those about the same parcel. A matter is asked about once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shopbell.commerce.contract import State
from shopbell.commerce.models import Shipment
from shopbell.watching.models import Case, Choice, Kind
from shopbell.watching.terms import EVERY_CHOICE, Watch


def of(cases: Iterable[Case], parcels: Sequence[int]) -> list[list[Case]]:
    """The cases of one order, those of one matter together, in their order; of the whole order means of its only
    parcel where it has one. `parcels`: the ids of the order's parcels."""
    only = parcels[0] if len(parcels) == 1 else None
    found: dict[int | None, list[Case]] = {}
    for case in cases:
        found.setdefault(case.shipment_id or only, []).append(case)
    return list(found.values())


def parcels(order_id: int) -> list[int]:
    """The ids of an order's parcels, as far as it matters to `of`: two at most."""
    rows = Shipment.objects.filter(order=order_id).exclude(state=State.CANCELLED)
    return list(rows.order_by("id").values_list("id", flat=True)[:2])


def offered(case: Case, watch: Watch) -> tuple[Choice, ...]:
    """What the customer may choose in a case now; nothing once they chose or it is settled."""
    if case.resolved_at is not None or case.choice:
        return ()
    return watch.rules[Kind(case.kind)].choices


def offered_in(matter: Iterable[Case], watch: Watch) -> tuple[Choice, ...]:
    """The same of a matter: what any of its cases offers."""
    found = {choice for case in matter for choice in offered(case, watch)}
    return tuple(choice for choice in EVERY_CHOICE if choice in found)
