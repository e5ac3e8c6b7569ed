"""Find or make the people behind many addresses at once: what `resolving.resolve` does for one, for an import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import timezone

from shopbell.core import text
from shopbell.customers.models import Customer, Identity
from shopbell.customers.operations.resolving import search_words

Key = tuple[str, str]  # kind and normalised value of an Identity


def find_many(keys: Iterable[Key]) -> dict[Key, int]:
    """The customers behind those addresses that are known."""
    wanted = set(keys)
    kinds, values = {kind for kind, _value in wanted}, {value for _kind, value in wanted}
    rows = Identity.objects.filter(value__in=values, kind__in=kinds).values_list("kind", "value", "customer_id")
    return {(kind, value): customer for kind, value, customer in rows if (kind, value) in wanted}


def resolve_many(people: Mapping[Key, tuple[str, str]]) -> dict[Key, int]:
    """The customer behind each address, made where it is unknown. `people`: address → (name, language) of new ones.

    In the caller's transaction, by a bounded number of queries. Two callers asking at once get the same customers:
    who comes second waits for the first one's addresses and finds them.
    """
    known = find_many(people)
    missing = sorted(key for key in people if key not in known)
    if missing:
        known |= _create({key: people[key] for key in missing})
    return known


def _create(people: Mapping[Key, tuple[str, str]]) -> dict[Key, int]:
    now = timezone.now()
    rows = [
        Customer(
            name=text.truncate(text.clean(name).strip(), 200),
            language=language,
            created_at=now,
            search=search_words(text.truncate(text.clean(name).strip(), 200), [value]),
        )
        for (_kind, value), (name, language) in people.items()
    ]
    Customer.objects.bulk_create(rows)
    made = {key: row.id for key, row in zip(people, rows, strict=True)}
    Identity.objects.bulk_create(
        [
            Identity(customer_id=number, kind=kind, value=value, created_at=now)
            for (kind, value), number in made.items()
        ],
        ignore_conflicts=True,
    )
    found = find_many(people)
    lost = [number for key, number in made.items() if found[key] != number]
    if lost:
        Customer.objects.filter(id__in=lost).delete()
    return found
