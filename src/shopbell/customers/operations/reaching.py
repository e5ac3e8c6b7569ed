"""What a customer is reached by, and whom they belong with: addresses, numbers, links between people."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from shopbell.core.transactions import retried
from shopbell.customers import events, phones
from shopbell.customers.models import Customer, CustomerLink, Identity
from shopbell.customers.operations.editing import lock
from shopbell.customers.operations.resolving import index, normalise, recompare
from shopbell.customers.queries import with_merged
from shopbell.events import bus

EMAIL, PHONE, EXTERNAL = "email", "phone", "external"  # kinds that are added by hand; external: the shop's own number
KINDS = (EMAIL, PHONE, EXTERNAL)
MOST = 50  # of one customer


class Malformed(ValueError):
    """This is no address of its kind."""


class TooMany(ValueError):
    """A customer has as many addresses as a page can show."""


class Taken(ValueError):
    """The address belongs to another customer, `customer_id`."""

    def __init__(self, customer_id: int) -> None:
        super().__init__(f"of customer {customer_id}")
        self.customer_id = customer_id


def read_identity(kind: str, typed: str, country: str = "") -> str:
    """What was typed, in the one spelling it is kept in. `country` is of numbers without one. Raises Malformed."""
    value = normalise(kind, typed)
    try:
        if kind == EMAIL:
            validate_email(value)
        elif kind == PHONE:
            value = phones.read(typed, country)
    except (ValidationError, ValueError):
        raise Malformed(kind) from None
    if not value or kind not in KINDS:
        raise Malformed(kind)
    return value


@retried
def add_identity(customer_id: int, *, kind: str, typed: str, actor: int, country: str = "") -> Identity:
    """Add an address nobody has proved yet; one they have already stays. Raises Malformed, Taken, TooMany,
    Customer.DoesNotExist."""
    value = read_identity(kind, typed, country)
    customer = lock(customer_id)
    if customer.identities.count() >= MOST:
        raise TooMany(customer_id)
    identity, is_new = Identity.objects.get_or_create(kind=kind, value=value, defaults={"customer": customer})
    if identity.customer_id != customer.id:
        raise Taken(identity.customer_id)
    if is_new:
        index(customer)
        recompare([customer.id])
        event = events.IdentityAdded(customer_id=customer.id, identity_id=identity.id, kind=kind)
        bus.publish(event, actor=actor)
    return identity


@retried
def remove_identity(identity_id: int, *, customer_id: int, actor: int) -> bool:
    """Take an address away from its customer; who writes from it later is somebody new. False when it is gone."""
    customer = lock(customer_id)
    identity = Identity.objects.select_for_update().filter(id=identity_id, customer=customer).first()
    if identity is None:
        return False
    Identity.objects.filter(id=identity.id).delete()
    index(customer)
    event = events.IdentityRemoved(customer_id=customer.id, identity_id=identity.id, kind=identity.kind)
    bus.publish(event, actor=actor)
    return True


def pair(one: int, other: int) -> tuple[int, int]:
    """Two customers in the order their rows are kept. Raises ValueError for one and the same."""
    if one == other:
        raise ValueError("one and the same customer")
    return min(one, other), max(one, other)


@retried
def link(one: int, other: int, *, relation: str, actor: int) -> None:
    """Say that two people have to do with each other; said again, the newer relation counts. Raises ValueError."""
    first, second = pair(one, other)
    relation = CustomerLink.Relation(relation).value
    rows = Customer.objects.select_for_update(no_key=True).filter(id__in=[first, second], merged_into=None)
    if len(rows.order_by("id")) != 2:
        raise ValueError("no such customer")
    found, is_new = CustomerLink.objects.get_or_create(
        first_id=first, second_id=second, defaults={"relation": relation}
    )
    if not is_new and found.relation == relation:
        return
    CustomerLink.objects.filter(id=found.id).update(relation=relation)
    bus.publish(events.CustomersLinked(customer_id=one, other_id=other, relation=relation), actor=actor)


@retried
def unlink(one: int, other: int, *, actor: int) -> None:
    """They have nothing to do with each other, nor have those who were merged into them; nothing happens when nobody
    said so. Raises ValueError for one and the same.
    """
    pair(one, other)
    ours, theirs = with_merged([one]), with_merged([other])
    said = Q(first__in=ours, second__in=theirs) | Q(first__in=theirs, second__in=ours)
    if CustomerLink.objects.filter(said).delete()[0]:
        bus.publish(events.CustomersUnlinked(customer_id=one, other_id=other), actor=actor)
