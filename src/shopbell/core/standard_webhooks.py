"""Webhooks signed by Standard Webhooks 1.0 (standardwebhooks.com): what we send, and what others send to us."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Iterable, Mapping

TOLERANCE_SECONDS = 5 * 60  # as the standard's own libraries have it


class BadSignature(Exception):
    """The message is not signed by one who knows the secret, or is too old; the text says which."""


def signature(secret: str, number: str, stamp: str, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, timestamp and body in base 64. Raises ValueError: the secret is no base 64."""
    mac = hmac.digest(key_of(secret), b".".join([number.encode(), stamp.encode(), body]), hashlib.sha256)
    return "v1," + base64.b64encode(mac).decode()


def key_of(secret: str) -> bytes:
    """The bytes of `whsec_` and base 64. Raises ValueError."""
    try:
        return base64.b64decode(secret.strip().removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise ValueError("a signing secret is whsec_ and base 64") from error


def verify(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: float | None = None) -> str:
    """The id of a message that one of the secrets signed less than five minutes ago, or will within five.

    Header names are in lower case. Raises BadSignature.
    """
    number, stamp, given = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (number and stamp and given):
        raise BadSignature("it is not signed")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 12):
        raise BadSignature("its time cannot be read")
    if abs((time.time() if now is None else now) - int(stamp)) > TOLERANCE_SECONDS:
        raise BadSignature("its time is more than five minutes off")
    signatures = [one.encode() for one in given.split()]
    for secret in secrets:
        right = _signature_or_none(secret, number, stamp, body)
        if right and any(hmac.compare_digest(right, one) for one in signatures):
            return number
    raise BadSignature("its signature does not hold")


def _signature_or_none(secret: str, number: str, stamp: str, body: bytes) -> bytes | None:
    try:
        key_is_there = bool(key_of(secret))
    except ValueError:
        return None
    return signature(secret, number, stamp, body).encode() if key_is_there else None
