"""Idempotency-Key: a POST sent twice takes effect once. The answer is kept in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from shopbell.integrations.models import IdempotentRequest, Token

KEPT_FOR = timedelta(hours=24)
CHUNK = 1_000


class KeyInUse(Exception):
    """A request with the same key is being carried out right now."""


class OtherRequest(Exception):
    """The key belongs to a request with other content."""


def claim_key(token: Token, key: str, fingerprint: str) -> IdempotentRequest | None:
    """Hold the key until the caller's transaction ends; what was answered to it before, if anything.

    Raises KeyInUse and OtherRequest.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 7302))", [f"{token.pk}:{key}"])
        if not cursor.fetchone()[0]:
            raise KeyInUse(key)
    known = IdempotentRequest.objects.filter(token=token, key=key).first()
    if known is not None and known.created_at < timezone.now() - KEPT_FOR:
        IdempotentRequest.objects.filter(id=known.id).delete()
        return None
    if known is not None and known.fingerprint != fingerprint:
        raise OtherRequest(key)
    return known


def keep_answer(
    token: Token, key: str, fingerprint: str, *, status: int, headers: Mapping[str, str], body: str
) -> None:
    """Remember the answer beside the change."""
    IdempotentRequest.objects.create(
        token=token, key=key, fingerprint=fingerprint, status=status, headers=dict(headers), body=body
    )


def forget_answers() -> int:
    """Delete a chunk of what is older than a day; returns how many."""
    old = IdempotentRequest.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).order_by("created_at")
    ids = list(old.values_list("id", flat=True)[:CHUNK])
    IdempotentRequest.objects.filter(id__in=ids).delete()
    return len(ids)
