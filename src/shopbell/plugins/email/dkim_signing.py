"""DKIM signatures (RFC 6376, 8463) for shops whose mail server does not sign by itself."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from shopbell.channels import contract
from shopbell.plugins.email import addresses


def signed(octets: bytes, settings: Mapping[str, Any]) -> bytes:
    """The mail with a DKIM-Signature on top, when the mailbox has a selector and a key. CRLF line ends.

    Raises contract.Permanent when the key is unusable: mail that should be signed does not leave unsigned.
    """
    own = settings.get("dkim") or {}
    if not own.get("selector") or not own.get("private_key"):
        return octets
    domain = own.get("domain") or addresses.on_the_wire(settings["address"]).rpartition("@")[2]
    algorithm, key = signing_key(own["private_key"])
    try:
        signature: bytes = dkim.sign(
            octets,
            own["selector"].encode(),
            domain.encode(),
            key,
            canonicalize=(b"relaxed", b"relaxed"),
            signature_algorithm=algorithm,
        )
    except dkim.DKIMException as error:
        raise contract.Permanent(f"the mail could not be signed: {error}", code="dkim") from error
    return signature + octets


@lru_cache(maxsize=64)
def signing_key(pem: str) -> tuple[bytes, bytes]:
    """(algorithm, key as dkimpy takes it) of an RSA (≥ 1024 bits) or Ed25519 key in any PEM form without password."""
    try:
        key = serialization.load_pem_private_key(pem.strip().encode(), password=None)
    except (ValueError, TypeError) as error:
        raise contract.Permanent(f"the DKIM key cannot be read: {error}", code="dkim") from error
    if isinstance(key, Ed25519PrivateKey):
        return b"ed25519-sha256", base64.b64encode(key.private_bytes_raw())
    if isinstance(key, RSAPrivateKey) and key.key_size >= 1024:
        traditional = serialization.PrivateFormat.TraditionalOpenSSL
        clear = serialization.NoEncryption()
        return b"rsa-sha256", key.private_bytes(serialization.Encoding.PEM, traditional, clear)
    raise contract.Permanent("a DKIM key is RSA with 1024 bits or more, or Ed25519", code="dkim")
