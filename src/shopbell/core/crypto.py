"""Secrets at rest (an encrypted model field) and short signed tokens for addresses and links.

All keys come from settings.SECRET_KEY by HKDF (RFC 5869), one per purpose. To rotate, put the old key into
settings.SECRET_KEY_FALLBACKS: what it encrypted and signed stays readable, what is written uses the new one.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

# 16 characters of base 32 are 80 bits
_TOKEN = re.compile(r"([0-9a-z]{1,32})-([a-z2-7]{16})")
_PLAIN = re.compile(r"[0-9a-z]{1,32}")


class Undecryptable(ValueError):
    """A stored secret cannot be read with any of the configured keys."""


def encrypt(text: str) -> str:
    """The text sealed with the current key (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return _fernet(_secrets()).encrypt(text.encode()).decode()


def decrypt(sealed: str) -> str:
    """The text sealed with the current or a former key. Raises Undecryptable."""
    try:
        return _fernet(_secrets()).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise Undecryptable("a stored secret was sealed with a key that is not configured") from error


def derive(purpose: str, length: int) -> bytes:
    """Bytes of the current key for one purpose, the same each time; to make a key from (HKDF, RFC 5869)."""
    return HKDF(SHA256(), length, salt=b"shopbell", info=f"derived:{purpose}".encode()).derive(_secrets()[0].encode())


def sign_token(purpose: str, value: int | str) -> str:
    """ "<value>-<80-bit MAC in base 32>": lower case, safe in URLs and e-mail local parts.

    The value is a number ≥ 0 or up to 32 characters [0-9a-z]. A token of one purpose is worthless for another.
    Raises ValueError for any other value.
    """
    plain = str(value)
    if not _PLAIN.fullmatch(plain):
        raise ValueError(f"not a value for a token: {value!r}")
    return f"{plain}-{_mac(_secrets()[0], purpose, plain)}"


def read_token(purpose: str, token: str) -> str | None:
    """The value as text (a number in decimal digits), or None when the token is not ours.

    Case does not matter, for mail servers change it; the MAC is compared in constant time.
    """
    match = _TOKEN.fullmatch(token.strip().lower()) if len(token) <= 80 and token.isascii() else None
    if match is None:
        return None
    genuine = [hmac.compare_digest(_mac(secret, purpose, match[1]), match[2]) for secret in _secrets()]
    return match[1] if any(genuine) else None


def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=64)
def _key(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=b"shopbell", info=purpose.encode()).derive(secret.encode())


@lru_cache(maxsize=8)
def _fernet(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_key(secret, "field"))) for secret in secrets])


def _mac(secret: str, purpose: str, plain: str) -> str:
    digest = hmac.digest(_key(secret, f"token:{purpose}"), plain.encode(), sha256)
    return base64.b32encode(digest[:10]).decode().lower()


if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


class EncryptedJSONField(_TextField):
    """JSON kept as encrypted text; cannot be filtered on. NULL and "" stay themselves ("" reads as None)."""

    description = "Encrypted JSON"

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        return encrypt(json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":"), ensure_ascii=False))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return json.loads(decrypt(value)) if value else None

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), cls=DjangoJSONEncoder)
