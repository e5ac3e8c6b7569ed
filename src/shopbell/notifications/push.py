"""Messages to a browser (Web Push: RFC 8030), encrypted for it (RFC 8291) and signed by this installation (RFC 8292).

A message carries only the number of a notification: the browser asks the desk for its words, with its session.
"""

from __future__ import annotations

import base64
import json
import time
from functools import lru_cache
from urllib.parse import urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from shopbell.core import crypto, http
from shopbell.notifications.models import PushAddress

KEPT_SECONDS = 12 * 3600  # how long the push service keeps a message for a browser that is off
SIGNED_SECONDS = 12 * 3600  # RFC 8292: at most 24 hours
GONE = (404, 410)


class Gone(Exception):
    """The browser has no such address any more."""


class Failed(Exception):
    """The push service did not take it; a later try may work."""


@lru_cache(maxsize=4)
def _key(secret: str) -> ec.EllipticCurvePrivateKey:
    """This installation's key, made from its secret: the same in every process, and kept nowhere."""
    number = int.from_bytes(crypto.derive("web-push", 48), "big")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-5)
    return ec.derive_private_key(number % (order - 1) + 1, ec.SECP256R1())


def public_key() -> str:
    """What a browser needs to subscribe (`applicationServerKey`)."""
    point = _key(settings.SECRET_KEY).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _write(point)


def send(address: PushAddress, notification_id: int) -> None:
    """Push one notification. Raises Gone and Failed."""
    body = http_ece.encrypt(
        json.dumps({"id": notification_id}).encode(),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_read(address.key),
        auth_secret=_read(address.secret),
        version="aes128gcm",
    )
    headers = {
        "TTL": str(KEPT_SECONDS),
        "Urgency": "high",
        "Topic": f"n{notification_id}",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Authorization": _authorization(address.endpoint),
    }
    try:
        answer = http.call(
            "POST", address.endpoint, headers=headers, data=body, follow=False, cut=True, private=settings.PUSH_PRIVATE
        )
    except http.HttpError as error:
        raise (Failed if error.retry else Gone)(str(error)) from error
    if answer.status in GONE:
        raise Gone(str(answer.status))
    if answer.status >= 300:
        raise Failed(f"{answer.status} {answer.body[:200]!r}")


def _authorization(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + SIGNED_SECONDS,
        "sub": settings.BASE_URL,
    }
    token = jwt.encode(claims, _key(settings.SECRET_KEY), algorithm="ES256")
    return f"vapid t={token}, k={public_key()}"


def _read(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def _write(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def is_usable(endpoint: str, key: str, secret: str) -> bool:
    """Whether a browser sent a real address: https, a point of P-256, 16 bytes of secret."""
    schemes = ("https", "http") if settings.PUSH_PRIVATE else ("https",)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _read(key))
        return urlsplit(endpoint).scheme in schemes and len(_read(secret)) == 16 and len(endpoint) <= 1000
    except ValueError:
        return False
