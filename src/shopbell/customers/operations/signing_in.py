"""A customer stays signed in at the portal, on one device, until they leave or a month has passed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from shopbell.core.transactions import retried
from shopbell.customers import events
from shopbell.customers.models import Identity, SignIn
from shopbell.events import bus
from shopbell.shops.models import Shop

LASTS = timedelta(days=30)


def digest(secret: str) -> str:
    """What is kept of a sign-in's secret."""
    return sha256(secret.encode()).hexdigest()


@retried
def sign_in(identity: Identity, shop: Shop) -> str:
    """The secret of a new sign-in, for the customer's device; it is kept nowhere here."""
    now, secret = timezone.now(), secrets.token_urlsafe(32)
    row = {"secret_hash": digest(secret), "began_at": now, "expires_at": now + LASTS}
    SignIn.objects.create(identity=identity, shop=shop, **row)
    number, who = identity.id, identity.customer_id
    bus.publish(events.CustomerSignedIn(customer_id=who, identity_id=number, shop_id=shop.id))
    return secret


def sign_out(sign_in_id: int) -> None:
    """End one sign-in."""
    SignIn.objects.filter(id=sign_in_id).delete()


@retried
def sign_out_everywhere(customer_id: int) -> int:
    """End every sign-in of a customer's; returns how many there were."""
    ended = SignIn.objects.filter(identity__customer=customer_id).delete()[0]
    bus.publish(events.CustomerSignedOut(customer_id=customer_id))
    return ended
