"""Who may be whom: keep what was found, and what was decided about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from shopbell.core.transactions import retried
from shopbell.customers import events, likeness
from shopbell.customers.models import Customer, Double, Identity, Trait
from shopbell.customers.operations.reaching import pair
from shopbell.events import bus

BY_AGENT = 70  # percent: what an agent's word is worth


@retried
def suggest(one: int, other: int, *, actor: int) -> Double:
    """An agent says that two customers are one; it counts again where it was dismissed. Raises ValueError."""
    first, second = pair(one, other)
    if Customer.objects.filter(id__in=[first, second], merged_into=None).count() != 2:
        raise ValueError("no such customer")
    new = {"reasons": ["agent"], "confidence": BY_AGENT, "suggested_by_id": actor}
    double, is_new = Double.objects.get_or_create(first_id=first, second_id=second, defaults=new)
    if not is_new and double.suggested_by_id and double.state == Double.State.OPEN:
        return double
    if not is_new:
        double.state, double.suggested_by_id, double.decided_at, double.decided_by = (
            Double.State.OPEN,
            actor,
            None,
            None,
        )
        double.reasons = ["agent", *(reason for reason in double.reasons if reason != "agent")]
        double.confidence = max(double.confidence, BY_AGENT)
        double.save()
    bus.publish(events.DoubleSuggested(customer_id=one, other_id=other), actor=actor)
    return double


@retried
def dismiss(double: Double, *, actor: int) -> None:
    """Two people: not to be suggested again. A second time, or after they were merged, nothing happens."""
    decided = {"state": Double.State.DISMISSED, "decided_by": actor, "decided_at": timezone.now()}
    if Double.objects.filter(id=double.id, state=Double.State.OPEN).update(**decided):
        event = events.DoubleDismissed(customer_id=double.first_id, other_id=double.second_id)
        bus.publish(event, actor=actor)


@retried
def compare(numbers: Iterable[int], seen: Mapping[int, Iterable[likeness.Trait]]) -> int:
    """Look for doubles of these customers; `seen` are the phones and threads found in messages, those of others too.
    Returns how many pairs are worth a look now.
    """
    customers = Customer.objects.select_for_update(no_key=True, skip_locked=True).filter(id__in=numbers)
    rows = {row.id: row for row in customers.order_by("id")}
    _write_traits(rows, seen)
    pairs = _alike(rows)
    _keep(rows, pairs)
    Customer.objects.filter(id__in=rows).update(compared_at=timezone.now())
    return len(pairs)


def _write_traits(rows: Mapping[int, Customer], seen: Mapping[int, Iterable[likeness.Trait]]) -> None:
    """Anew for these customers. That somebody wrote in a conversation is told by whose it is, so it stays theirs."""
    identities: dict[int, list[likeness.Trait]] = {number: [] for number in rows}
    for identity in Identity.objects.filter(customer__in=rows):
        identities[identity.customer_id].append((identity.kind, identity.value))
    both = likeness.OF_BOTH
    Trait.objects.filter(customer__in=rows).exclude(kind__in=both).delete()
    new = {(number, *trait) for number, found in seen.items() for trait in found if trait[0] in both}
    new -= set(Trait.objects.filter(customer__in=seen, kind__in=both).values_list("customer_id", "kind", "value"))
    for number, row in rows.items():
        if row.merged_into_id is None:
            own = [trait for trait in seen.get(number, ()) if trait[0] not in both]
            found = likeness.traits(row.name, identities[number], row.custom, own)
            new |= {(number, *trait) for trait in found}
    Trait.objects.bulk_create(
        [Trait(customer_id=number, kind=kind, value=value) for number, kind, value in sorted(new)]
    )


def _alike(rows: Mapping[int, Customer]) -> dict[tuple[int, int], likeness.Likeness]:
    """Every pair with one of these customers that is worth a look."""
    near = _sharing(rows)
    people = _people({*rows, *(other for others in near.values() for other in others)})
    pairs = {}
    for number, others in near.items():
        for other in others & people.keys():
            if number in people and (found := likeness.compare(people[number], people[other])):
                pairs[pair(number, other)] = found
    return pairs


_HOLDERS = """
SELECT mine.customer_id, holder.customer_id
FROM customers_trait mine
JOIN LATERAL (
    SELECT array_agg(customer_id) AS holders FROM (
        SELECT customer_id FROM customers_trait WHERE kind = mine.kind AND value = mine.value LIMIT %(most)s + 1
    ) few
) sharing ON array_length(sharing.holders, 1) BETWEEN 2 AND %(most)s
JOIN LATERAL unnest(sharing.holders) AS holder(customer_id) ON holder.customer_id <> mine.customer_id
WHERE mine.customer_id = ANY(%(numbers)s)
"""


def _sharing(rows: Iterable[int]) -> dict[int, set[int]]:
    """Who has a trait in common with whom, where few have it; no trait's holders are read beyond that few."""
    near: dict[int, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"numbers": list(rows), "most": likeness.MOST_SHARING})
        for number, other in cursor.fetchall():
            near.setdefault(number, set()).add(other)
    return near


def _people(numbers: set[int]) -> dict[int, likeness.Person]:
    found: dict[int, set[likeness.Trait]] = {number: set() for number in numbers}
    for number, kind, value in Trait.objects.filter(customer__in=numbers).values_list("customer_id", "kind", "value"):
        found[number].add((kind, value))
    proved: dict[int, set[str]] = {number: set() for number in numbers}
    for number, kind in Identity.objects.filter(customer__in=numbers, verified_at__isnull=False).values_list(
        "customer_id", "kind"
    ):
        proved[number].add(kind)
    rows = Customer.objects.filter(id__in=numbers, merged_into=None).values_list("id", "name")
    return {number: likeness.Person(name, frozenset(found[number]), frozenset(proved[number])) for number, name in rows}


def _keep(rows: Mapping[int, Customer], pairs: Mapping[tuple[int, int], likeness.Likeness]) -> None:
    """Write what was found; what was decided stays decided, what is no longer found goes, what somebody said stays."""
    near = Q(first__in=rows) | Q(second__in=rows)
    known = {(row.first_id, row.second_id): row for row in Double.objects.filter(near)}
    new = [
        Double(first_id=first, second_id=second, confidence=like.confidence, reasons=list(like.reasons))
        for (first, second), like in sorted(pairs.items())
        if (first, second) not in known
    ]
    Double.objects.bulk_create(new, ignore_conflicts=True)
    for key, row in known.items():
        like = pairs.get(key)
        if row.state != Double.State.OPEN or row.suggested_by_id or likeness.VOUCHED in row.reasons:
            continue
        if like is None:
            Double.objects.filter(id=row.id).delete()
        elif (row.confidence, row.reasons) != (like.confidence, list(like.reasons)):
            Double.objects.filter(id=row.id).update(confidence=like.confidence, reasons=list(like.reasons))
