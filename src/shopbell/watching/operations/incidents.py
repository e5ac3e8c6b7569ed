"""One cause of many cases: gathered by a filter, told to all in one text, settled together.

Everything is done in statements that can be cut off at any point and begun again: a case has one incident, a customer
one notice of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from shopbell.commerce.models import TrackingEvent
from shopbell.core import zones
from shopbell.core.transactions import retried
from shopbell.core.worktime import Worktime
from shopbell.events import bus
from shopbell.shops.models import Shop
from shopbell.watching import events, texts
from shopbell.watching.models import Case, Incident
from shopbell.watching.operations.deciding import UnknownNames

AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which cases belong to it: all that is given must hold. Days are the shop's, both included."""

    kinds: tuple[str, ...] = ()
    carrier: str = ""
    country: str = ""
    place: str = ""  # of anything that happened to the parcel, or of the order: a part of its name
    since: str = ""  # when something went wrong; ISO dates
    until: str = ""


def read(stored: Mapping[str, Any]) -> Filter:
    """As it is kept."""
    known = {name: stored[name] for name in Filter.__dataclass_fields__ if name in stored}
    return Filter(**{**known, "kinds": tuple(known.get("kinds", ()))})


def matching(shop: Shop, wanted: Filter) -> QuerySet[Case]:
    """Open cases of a shop that a filter finds and that belong to no incident yet."""
    rows = Case.objects.filter(shop=shop, resolved_at=None, incident=None)
    rows = rows.filter(kind__in=wanted.kinds) if wanted.kinds else rows
    rows = rows.filter(carrier=wanted.carrier) if wanted.carrier else rows
    rows = rows.filter(country=wanted.country.upper()) if wanted.country else rows
    if wanted.place:
        there = TrackingEvent.objects.filter(shipment=OuterRef("shipment"), place__icontains=wanted.place)
        rows = rows.filter(Exists(there) | Q(order__place__icontains=wanted.place))
    return _within(rows, shop, wanted)


def _within(rows: QuerySet[Case], shop: Shop, wanted: Filter) -> QuerySet[Case]:
    calendar = Worktime(zones.named(shop.time_zone), {})
    if wanted.since:
        rows = rows.filter(due_at__gte=calendar.midnight(date.fromisoformat(wanted.since)))
    if wanted.until:
        rows = rows.filter(due_at__lt=calendar.midnight(date.fromisoformat(wanted.until) + timedelta(days=1)))
    return rows


@retried
def save(incident: Incident, *, actor: int, name: str, wanted: Filter, words: dict[str, list[str]]) -> Incident:
    """Make or change one. Raises UnknownNames when a text names what there is not, ValueError without any text."""
    wrong = [name for pair in words.values() for part in pair for name in texts.unknown(part)]
    if wrong:
        raise UnknownNames(wrong)
    if not words:
        raise ValueError("no text")
    incident.name, incident.filter, incident.words = name.strip()[:120], asdict(wanted), words
    incident.made_by_id = incident.made_by_id or actor
    incident.save(update_fields=["name", "filter", "words", "made_by"] if incident.pk else None)
    _tell(incident, actor)
    return incident


def _tell(incident: Incident, actor: int | None) -> None:
    bus.publish(events.IncidentChanged(incident_id=incident.id, state=incident.state), actor=actor)


def _locked(incident_id: int) -> Incident:
    rows = Incident.objects.select_for_update(no_key=True, of=("self",)).select_related("shop")
    return rows.get(id=incident_id)


@retried
def gather(incident_id: int) -> int:
    """Take in the cases that fit and are nobody's yet; who comes after it was told to all is told as well.

    Returns how many came.
    """
    incident = _locked(incident_id)
    if incident.state != Incident.State.OPEN:
        return 0
    fitting = matching(incident.shop, read(incident.filter)).values_list("id", flat=True)
    came = Case.objects.filter(id__in=list(fitting), incident=None).update(incident=incident)
    incident.gathered_at = timezone.now()
    incident.save(update_fields=["gathered_at"])
    if incident.told_at is not None:
        _owe(incident, timezone.now())
    return came


@retried
def tell_all(incident_id: int, *, actor: int) -> int:
    """Have the text sent to the customer of every case, each in their own conversation; nobody twice.

    Returns how many are to be told by this.
    """
    incident = _locked(incident_id)
    if incident.state != Incident.State.OPEN:
        return 0
    if incident.told_at is None:
        incident.told_at = timezone.now()
        incident.save(update_fields=["told_at"])
        _tell(incident, actor)
    return _owe(incident, timezone.now())


# One notice for each customer, however many of their orders are concerned; for orders of nobody known one each.
_OWE = """
INSERT INTO watching_notice (key, shop_id, order_id, case_id, incident_id, name, state, reason, language, due_at)
SELECT DISTINCT ON (k.key) k.key, c.shop_id, c.order_id, c.id, %(incident)s, 'incident', 'waiting', '', '', %(now)s
FROM watching_case c JOIN commerce_order o ON o.id = c.order_id
CROSS JOIN LATERAL (SELECT 'incident:' || %(incident)s || CASE WHEN o.customer_id IS NULL THEN ':o' || o.id
                    ELSE ':c' || o.customer_id END AS key) k
WHERE c.incident_id = %(incident)s AND c.resolved_at IS NULL
ORDER BY k.key, c.id DESC
ON CONFLICT (key) DO NOTHING
"""


def _owe(incident: Incident, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OWE, {"incident": incident.id, "now": now})
        return int(cursor.rowcount)


@retried
def close(incident_id: int, *, actor: int) -> bool:
    """It is over; its cases are settled one batch after the other (`settle_some`). False when it was."""
    incident = _locked(incident_id)
    if incident.state == Incident.State.CLOSED:
        return False
    incident.state, incident.closed_at = Incident.State.CLOSED, timezone.now()
    incident.save(update_fields=["state", "closed_at"])
    _tell(incident, actor)
    return True


@retried
def settle_some(incident_id: int) -> int:
    """Settle a batch of the cases of a closed incident; returns how many."""
    open_cases = Case.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    rows = open_cases.filter(incident=incident_id, incident__state=Incident.State.CLOSED, resolved_at=None)
    cases = list(rows.order_by("id")[:AT_ONCE])
    fields = {"state": Case.State.RESOLVED, "resolved_at": timezone.now(), "outcome": "incident"}
    Case.objects.filter(id__in=[case.id for case in cases]).update(**fields)
    for case in cases:
        bus.publish(events.CaseResolved(case_id=case.id, order_id=case.order_id, outcome="incident"))
    return len(cases)


def open_ones() -> list[int]:
    """Incidents that go on taking cases in."""
    rows = Incident.objects.filter(state=Incident.State.OPEN)
    return list(rows.order_by("id").values_list("id", flat=True))


def unsettled() -> list[int]:
    """Closed ones with cases left."""
    rows = Case.objects.filter(incident__state=Incident.State.CLOSED, resolved_at=None)
    return list(rows.values_list("incident_id", flat=True).distinct())
