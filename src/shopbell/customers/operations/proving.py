"""An address is proved by a six-digit code or a link mailed to it: once, for ten minutes, at most five tries.

Whether anybody of that address is known is asked nowhere on the way, so nothing that can be seen or timed depends on
it: everybody who types an address gets the same row, the same mail and the same answer.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from shopbell.core.transactions import retried
from shopbell.customers import events, proofs
from shopbell.customers.models import Evidence, Identity, Proof, SignIn, UsedToken
from shopbell.customers.operations.reaching import EMAIL, read_identity
from shopbell.customers.operations.resolving import normalise, resolve
from shopbell.events import bus
from shopbell.shops.models import Shop

VALID = timedelta(minutes=10)
TRIES = 5
AGAIN = timedelta(seconds=30)  # asked for twice within: the first one is on its way
KEPT = timedelta(days=2)  # as long as the longest window that is counted, and one more
# (window, most of one address, of one visitor, of one shop)
RATES = ((timedelta(hours=1), 5, 10, 600), (timedelta(days=1), 10, 30, 5_000))


class TooOften(ValueError):
    """Asked for too often; `seconds` says when to ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} seconds")
        self.seconds = seconds


@retried
def send_code(shop: Shop, address: str, language: str, *, visitor: str = "") -> None:
    """Have a code and a link mailed to an address; they take the place of the ones before.

    `visitor`: a pseudonym of who asks, such as `web.visitors.network`. Raises reaching.Malformed for what is no e-mail
    address, and TooOften by address, visitor and shop.
    """
    address = read_identity(EMAIL, address)
    _wait_for_others()
    now = timezone.now()
    _check_rates(shop, address, visitor[:60])
    live = Proof.objects.filter(shop=shop, address=address, expires_at__gt=now)
    if live.filter(asked_at__gt=now - AGAIN, tries=0).exists():
        return
    live.update(expires_at=now)
    proof = Proof.objects.create(
        shop=shop,
        address=address,
        visitor=visitor[:60],
        nonce=secrets.token_hex(16),
        language=language[:5],
        asked_at=now,
        expires_at=now + VALID,
    )
    bus.publish(events.CodeOwed(proof_id=proof.id))


def _wait_for_others() -> None:
    """One at a time, so that what is counted is what there is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('customers.proofs', 0))")


def _check_rates(shop: Shop, address: str, visitor: str) -> None:
    now = timezone.now()
    for window, of_address, of_visitor, of_shop in RATES:
        since = Proof.objects.filter(asked_at__gt=now - window)
        asked = [(Q(address=address), of_address), (Q(shop=shop), of_shop)]
        asked += [(Q(visitor=visitor), of_visitor)] if visitor else []
        for whose, most in asked:
            times = list(since.filter(whose).order_by("-id").values_list("asked_at", flat=True)[:most])
            if len(times) == most:
                raise TooOften(max(int((times[-1] + window - now).total_seconds()), 1))


@retried
def redeem(shop: Shop, address: str, code: str) -> bool:
    """Whether this is the code that was mailed to the address; it counts once. A wrong one counts as a try."""
    rows = Proof.objects.select_for_update().filter(address=normalise(EMAIL, address), shop=shop)
    proof = rows.order_by("-id").first() or Proof(id=0, nonce="", expires_at=timezone.now())
    is_right = hmac.compare_digest(proofs.code(proof), proofs.read_code(code))
    is_live = proof.expires_at > timezone.now() and proof.tries < TRIES
    if is_live and is_right:
        _spend(proof)
    elif proof.id:
        Proof.objects.filter(id=proof.id, tries__lt=TRIES).update(tries=F("tries") + 1)
    return is_live and is_right


@retried
def redeem_link(shop: Shop, token: str) -> str | None:
    """The address a mailed link proves; it counts once, and its code with it. None: forged, used or too late."""
    proof = _linked(shop, token, Proof.objects.select_for_update())
    if proof is None:
        return None
    _spend(proof)
    return proof.address


def linked_address(shop: Shop, token: str) -> str | None:
    """The address a mailed link would prove just now; nothing is spent, for mail servers look at links too."""
    proof = _linked(shop, token, Proof.objects.all())
    return proof.address if proof else None


def _linked(shop: Shop, token: str, rows: QuerySet[Proof]) -> Proof | None:
    number = proofs.read_link(token)
    live = rows.filter(shop=shop, expires_at__gt=timezone.now())
    return live.filter(id=number).first() if number else None


def _spend(proof: Proof) -> None:
    Proof.objects.filter(id=proof.id).update(expires_at=timezone.now())


@retried
def prove(address: str, *, evidence: Evidence, language: str = "") -> Identity:
    """The identity of an e-mail address that was just proved; somebody new where nobody had it."""
    rows = Identity.objects.select_related("customer").filter(kind=EMAIL, value=normalise(EMAIL, address))
    was_proved = rows.filter(verified_at__isnull=False).exists()
    resolve(EMAIL, address, language=language, verified=True, evidence=evidence)
    identity = rows.get()
    if not was_proved:
        who, number = identity.customer_id, identity.id
        bus.publish(events.IdentityProved(customer_id=who, identity_id=number, evidence=evidence.value))
    return identity


def forget_proofs() -> None:
    """Addresses somebody asked a code for, sign-ins that ended and tokens nobody can use again are forgotten."""
    now = timezone.now()
    Proof.objects.filter(asked_at__lt=now - KEPT).delete()
    SignIn.objects.filter(expires_at__lt=now).delete()
    UsedToken.objects.filter(expires_at__lt=now).delete()
