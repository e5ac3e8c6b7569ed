"""Take a shop's word for who somebody is, and make the secret the shop gives its word with."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from shopbell.core.transactions import retried
from shopbell.customers import events, likeness, vouching
from shopbell.customers.models import Customer, Double, Evidence, Identity, UsedToken, VouchingKey
from shopbell.customers.operations.reaching import EMAIL, pair
from shopbell.customers.operations.resolving import index, normalise, recompare, resolve
from shopbell.events import bus
from shopbell.shops.models import Shop

GRACE = timedelta(days=7)  # the former secret counts on: pages and caches of the shop still carry its hashes
BY_SHOP = 90  # percent: what a shop's word that two customers are one is worth


@retried
def renew_secret(shop: Shop, *, actor: int) -> str:
    """A new secret of the shop's; the one before counts for GRACE, the one before that no more."""
    now = timezone.now()
    secret = secrets.token_urlsafe(32)
    first: dict[str, Any] = {"secrets": {"current": secret, "former": ""}, "made_at": now}
    row, is_new = VouchingKey.objects.select_for_update().get_or_create(shop=shop, defaults=first)
    if not is_new:
        row.secrets = {"current": secret, "former": row.secrets["current"]}
        row.made_at, row.former_until = now, now + GRACE
        row.save()
    bus.publish(events.VouchingRenewed(shop_id=shop.id), actor=actor)
    return secret


@retried
def end_former_secret(shop: Shop, *, actor: int) -> None:
    """The former secret became known to others: it counts no more."""
    row = VouchingKey.objects.select_for_update().filter(shop=shop, former_until__gt=timezone.now()).first()
    if row is not None:
        row.secrets, row.former_until = {**row.secrets, "former": ""}, None
        row.save()
        bus.publish(events.VouchingRenewed(shop_id=shop.id), actor=actor)


@retried
def use_token(token: str, vouched: vouching.Vouched) -> bool:
    """Whether this token signs somebody in for the first time; of two at once one is first. One without an end always
    does."""
    if vouched.expires_at is None:
        return True
    digest = sha256(token.strip().encode()).hexdigest()
    kept_until = {"expires_at": vouched.expires_at + 2 * vouching.LEEWAY}
    return UsedToken.objects.get_or_create(digest=digest, defaults=kept_until)[1]


@retried
def accept(shop: Shop, vouched: vouching.Vouched, *, language: str = "") -> Identity:
    """The identity of an account at the shop, linked on the shop's word.

    A new account belongs to whoever has the e-mail address the shop vouches for, else to somebody new. Where account
    and address belong to two customers already, they stay two, and colleagues are told that they may be one.
    """
    value = vouching.account(shop, vouched.customer_id)
    rows = Identity.objects.select_related("customer").filter(kind=vouching.ACCOUNT, value=value)
    known = {"name": vouched.name, "language": language}
    if vouched.email and not rows.exists():
        _give(value, resolve(EMAIL, vouched.email, verified=True, evidence=Evidence.VOUCHED, **known))
    resolve(vouching.ACCOUNT, value, verified=True, evidence=Evidence.VOUCHED, **known)
    identity = rows.get()
    if vouched.email:
        _link_email(identity, normalise(EMAIL, vouched.email))
    return identity


def _give(value: str, owner: Customer) -> None:
    """The account belongs to the owner of the address, unless somebody else was quicker."""
    _add(vouching.ACCOUNT, value, owner)


def _link_email(identity: Identity, value: str) -> None:
    """What the shop says of the address: it is the account's owner's, too."""
    found = Identity.objects.select_for_update().filter(kind=EMAIL, value=value).first()
    if found is None:
        _add(EMAIL, value, identity.customer)
    elif found.customer_id != identity.customer_id:
        _suggest(found.customer_id, identity.customer_id)
    elif found.verified_at is None:
        resolve(EMAIL, value, verified=True, evidence=Evidence.VOUCHED)
        _tell(found)


def _add(kind: str, value: str, owner: Customer) -> None:
    proved = {"customer": owner, "verified_at": timezone.now(), "evidence": Evidence.VOUCHED}
    identity, is_new = Identity.objects.get_or_create(kind=kind, value=value, defaults=proved)
    if is_new:
        index(owner)
        recompare([owner.id])
        _tell(identity)


def _tell(identity: Identity) -> None:
    number, owner = identity.id, identity.customer_id
    bus.publish(events.IdentityProved(customer_id=owner, identity_id=number, evidence=Evidence.VOUCHED.value))


def _suggest(one: int, other: int) -> None:
    """Two customers may be one, by the shop's word; what was decided about them stays decided."""
    first, second = pair(one, other)
    found = {"reasons": [likeness.VOUCHED], "confidence": BY_SHOP}
    Double.objects.get_or_create(first_id=first, second_id=second, defaults=found)
