"""Find or make the person behind an address; change what is known about them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils import timezone

from shopbell.core import text
from shopbell.core.transactions import retried
from shopbell.customers import events
from shopbell.customers.models import Customer, Identity
from shopbell.events import bus


def normalise(kind: str, value: str) -> str:
    """The one spelling an address is stored and found by."""
    return unicodedata.normalize("NFC", text.clean(value).strip().lower())[:320]


def resolve(kind: str, value: str, *, name: str = "", language: str = "", verified: bool = False) -> Customer:
    """The customer behind an address; made when unknown. Two workers asking at once get the same one.

    A known customer's empty name or language is filled in, never overwritten.
    """
    value = normalise(kind, value)
    identity = Identity.objects.select_related("customer").filter(kind=kind, value=value).first()
    if identity is None:
        return _create(kind, value, name, language, verified)
    _complete(identity, name, language, verified)
    return identity.customer


_CREATE = """
WITH created AS (
    INSERT INTO customers_customer (name, language, note, created_at, search)
    VALUES (%(name)s, %(language)s, '', %(now)s, %(search)s::tsvector) RETURNING id
), claimed AS (
    INSERT INTO customers_identity (customer_id, kind, value, verified_at, created_at)
    SELECT id, %(kind)s, %(value)s, %(verified)s::timestamptz, %(now)s FROM created
    ON CONFLICT (kind, value) DO NOTHING RETURNING customer_id
)
SELECT id, (SELECT customer_id FROM claimed) FROM created
"""


def _create(kind: str, value: str, name: str, language: str, verified: bool) -> Customer:
    name = text.truncate(text.clean(name).strip(), 200)
    now = timezone.now()
    values: dict[str, Any] = {"name": name, "language": language, "search": _search_words(name, [value])}
    values |= {"kind": kind, "value": value, "verified": now if verified else None, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_CREATE, values)
        number, claimed = cursor.fetchone()
    if claimed:
        return Customer(id=number, name=name, language=language, created_at=now)
    Customer.objects.filter(id=number).delete()
    return Identity.objects.select_related("customer").get(kind=kind, value=value).customer


def _complete(identity: Identity, name: str, language: str, verified: bool) -> None:
    customer = identity.customer
    if verified and identity.verified_at is None:
        identity.verified_at = timezone.now()
        identity.save(update_fields=["verified_at"])
    if (name and not customer.name) or (language and not customer.language):
        customer.name = customer.name or text.truncate(text.clean(name).strip(), 200)
        customer.language = customer.language or language
        customer.save(update_fields=["name", "language"])
        index(customer)


def index(customer: Customer) -> None:
    """Write the customer's search words: the name and every address, whole and in parts."""
    values = customer.identities.values_list("value", flat=True)
    Customer.objects.filter(id=customer.id).update(search=_search_words(customer.name, values))


def _search_words(name: str, values: Iterable[str]) -> str:
    return text.document(" ".join([name, *values]))


@retried
def change(customer: Customer, *, actor: int, name: str, language: str, note: str) -> None:
    """Edit what is known about a customer by hand."""
    customer.name, customer.language = text.truncate(text.clean(name).strip(), 200), language[:5]
    customer.note = text.clean(note)
    customer.save(update_fields=["name", "language", "note"])
    index(customer)
    bus.publish(events.CustomerChanged(customer_id=customer.id), actor=actor)


@retried
def block(identity_id: int, *, actor: int) -> bool:
    """File what comes from this address as spam from now on, without telling anybody and without an answer.

    False when it is blocked already. Raises Identity.DoesNotExist.
    """
    identity = Identity.objects.select_for_update().get(id=identity_id)
    if identity.blocked_at is not None:
        return False
    identity.blocked_at = timezone.now()
    identity.save(update_fields=["blocked_at"])
    event = events.IdentityBlocked(customer_id=identity.customer_id, identity_id=identity.id)
    bus.publish(event, actor=actor)
    return True


@retried
def unblock(identity_id: int, *, actor: int) -> bool:
    """Hear this address again; False when it is not blocked. Raises Identity.DoesNotExist."""
    identity = Identity.objects.select_for_update().get(id=identity_id)
    if identity.blocked_at is None:
        return False
    identity.blocked_at = None
    identity.save(update_fields=["blocked_at"])
    event = events.IdentityUnblocked(customer_id=identity.customer_id, identity_id=identity.id)
    bus.publish(event, actor=actor)
    return True


def is_blocked(kind: str, value: str) -> bool:
    """Whether somebody blocked this address; a forged sender (`email-unproven`) is blocked with whom they play."""
    kinds = {kind, kind.removesuffix("-unproven")}
    blocked = Identity.objects.filter(kind__in=kinds, value=normalise(kind, value), blocked_at__isnull=False)
    return blocked.exists()
