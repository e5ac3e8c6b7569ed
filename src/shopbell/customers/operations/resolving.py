"""Find or make the person behind an address, however many ask for it at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from shopbell.core import text
from shopbell.customers import queries
from shopbell.customers.models import Customer, Evidence, Identity


def normalise(kind: str, value: str) -> str:
    """The one spelling an address is stored and found by."""
    return unicodedata.normalize("NFC", text.clean(value).strip().lower())[:320]


def resolve(
    kind: str,
    value: str,
    *,
    name: str = "",
    language: str = "",
    verified: bool = False,
    evidence: Evidence = Evidence.CHANNEL,
) -> Customer:
    """The customer behind an address; made when unknown. Two workers asking at once get the same one.

    Inside a transaction the address stays with that customer until it ends: a merge waits, or has been. A known
    customer's empty name or language is filled in, never overwritten. `evidence`: by what it was verified.
    """
    value = normalise(kind, value)
    identity = _hold(kind, value, verified=verified)
    if identity is None:
        return _create(kind, value, name, language, evidence if verified else None)
    _complete(identity, name, language, evidence if verified else None)
    return identity.customer


_HOLD = "SELECT id FROM customers_identity WHERE kind = %s AND value = %s"
_SHARED = f"{_HOLD} AND (verified_at IS NOT NULL OR NOT %s) FOR SHARE"
_ALONE = f"{_HOLD} FOR NO KEY UPDATE"


def _hold(kind: str, value: str, *, verified: bool) -> Identity | None:
    """The row of an address, locked: shared, so that mails of one sender do not queue; alone where it is to change.

    Read after the lock: a merge that was waited for has moved it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [kind, value, verified])
        row = cursor.fetchone()
        if row is None and verified:
            cursor.execute(_ALONE, [kind, value])
            row = cursor.fetchone()
    return Identity.objects.select_related("customer").filter(id=row[0]).first() if row else None


_CREATE = """
WITH created AS (
    INSERT INTO customers_customer (name, language, created_at, search)
    VALUES (%(name)s, %(language)s, %(now)s, %(search)s::tsvector) RETURNING id
), claimed AS (
    INSERT INTO customers_identity (customer_id, kind, value, verified_at, evidence, created_at)
    SELECT id, %(kind)s, %(value)s, %(verified)s::timestamptz, %(evidence)s, %(now)s FROM created
    ON CONFLICT (kind, value) DO NOTHING RETURNING customer_id
)
SELECT id, (SELECT customer_id FROM claimed) FROM created
"""


def _create(kind: str, value: str, name: str, language: str, evidence: Evidence | None) -> Customer:
    name = text.truncate(text.clean(name).strip(), 200)
    now = timezone.now()
    values: dict[str, Any] = {"name": name, "language": language, "search": search_words(name, [value])}
    values |= {"kind": kind, "value": value, "verified": now if evidence else None, "now": now}
    values["evidence"] = evidence or Evidence.NONE
    with connection.cursor() as cursor:
        cursor.execute(_CREATE, values)
        number, claimed = cursor.fetchone()
    if claimed:
        return Customer(id=number, name=name, language=language, created_at=now)
    Customer.objects.filter(id=number).delete()
    theirs = Identity.objects.select_related("customer").get(kind=kind, value=value)
    _complete(theirs, name, language, evidence)
    return theirs.customer


def _complete(identity: Identity, name: str, language: str, evidence: Evidence | None) -> None:
    customer = identity.customer
    if evidence and identity.verified_at is None:
        identity.verified_at, identity.evidence = timezone.now(), evidence
        identity.save(update_fields=["verified_at", "evidence"])
    if (name and not customer.name) or (language and not customer.language):
        row = Customer.objects.filter(id=customer.id)  # what somebody wrote there since it was read stays
        row.filter(name="").update(name=text.truncate(text.clean(name).strip(), 200))
        row.filter(language="").update(language=language)
        customer.refresh_from_db(fields=["name", "language"])
        index(customer)


def index(customer: Customer) -> None:
    """Write the customer's search words: the name, every address, whole and in parts, and the names of those who were
    merged into them.
    """
    values = list(customer.identities.values_list("value", flat=True))
    others = queries.with_merged([customer.id]) - {customer.id}
    names = Customer.objects.filter(id__in=others).values_list("name", flat=True) if others else ()
    Customer.objects.filter(id=customer.id).update(search=search_words(customer.name, [*values, *names]))


def search_words(name: str, values: Iterable[str]) -> str:
    """What a customer is found by, as a tsvector literal."""
    return text.document(" ".join([name, *values]))


def give(customer_id: int, kind: str, value: str) -> Customer:
    """Somebody known is reached by this, too; returns whose it is, where it was somebody's already."""
    identity, is_new = Identity.objects.get_or_create(
        kind=kind, value=normalise(kind, value), defaults={"customer_id": customer_id}
    )
    if is_new:
        index(identity.customer)
    return identity.customer


def touch(customer_id: int, at: datetime) -> None:
    """They wrote at this time; whether they are somebody we know already is to be looked at again."""
    Customer.objects.filter(id=customer_id).update(last_contact_at=Greatest(F("last_contact_at"), at), compared_at=None)


def set_last_contact(customer_id: int, at: datetime | None) -> None:
    """They last wrote at this time, whatever was known before; None: never."""
    Customer.objects.filter(id=customer_id).update(last_contact_at=at)


def recompare(customer_ids: Iterable[int]) -> None:
    """Something new is known about them: look for doubles again."""
    Customer.objects.filter(id__in=list(customer_ids), compared_at__isnull=False).update(compared_at=None)
