"""Addresses nobody wants to hear from."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from shopbell.core.transactions import retried
from shopbell.customers import events
from shopbell.customers.models import Identity
from shopbell.customers.operations.resolving import normalise
from shopbell.events import bus


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


_IS_BLOCKED = """
SELECT EXISTS (SELECT FROM customers_identity WHERE kind = ANY(%s) AND value = %s AND blocked_at IS NOT NULL)
"""


def is_blocked(kind: str, value: str) -> bool:
    """Whether somebody blocked this address; a forged sender (`email-unproven`) is blocked with whom they play."""
    kinds = [kind, kind.removesuffix("-unproven")]
    with connection.cursor() as cursor:
        cursor.execute(_IS_BLOCKED, [kinds, normalise(kind, value)])
        return bool(cursor.fetchone()[0])
