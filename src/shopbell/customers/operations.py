"""Find or make the person behind an address; change what is known about them."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from shopbell.core import text
from shopbell.customers import events
from shopbell.customers.models import Customer, Identity
from shopbell.events import bus


def normalise(kind: str, value: str) -> str:
    """The one spelling an address is stored and found by."""
    return text.clean(value).strip().lower()[:320]


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


def _create(kind: str, value: str, name: str, language: str, verified: bool) -> Customer:
    customer = Customer.objects.create(name=text.truncate(text.clean(name).strip(), 200), language=language)
    Identity.objects.bulk_create(
        [Identity(customer=customer, kind=kind, value=value, verified_at=timezone.now() if verified else None)],
        ignore_conflicts=True,
    )
    owner = Identity.objects.select_related("customer").get(kind=kind, value=value).customer
    if owner != customer:
        customer.delete()
        return owner
    index(customer)
    return customer


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
    words = sorted(set(text.terms(" ".join([customer.name, *values]))))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET search = array_to_tsvector(%s::text[]) WHERE id = %s", [words, customer.id]
        )


@transaction.atomic
def change(customer: Customer, *, actor: int, name: str, language: str, note: str) -> None:
    """Edit what is known about a customer by hand."""
    customer.name, customer.language, customer.note = name.strip()[:200], language, note
    customer.save(update_fields=["name", "language", "note"])
    index(customer)
    bus.publish(events.CustomerChanged(customer_id=customer.id), actor=actor)
