"""The other end of Web Push, written down again from the RFCs: what a browser does with what its push service got."""

from __future__ import annotations

import base64
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LAST = 2  # the delimiter of the last record (RFC 8188 section 2)


def read(value: str) -> bytes:
    """Base64url without its padding."""
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as it is written in messages."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def decrypt(body: bytes, key: ec.EllipticCurvePrivateKey, secret: bytes) -> bytes:
    """RFC 8291 section 3.4 over RFC 8188 section 2.1, of one record; raises InvalidTag for what is not for this key."""
    salt, size, length = body[:16], struct.unpack(">I", body[16:20])[0], body[20]
    sender, sealed = body[21 : 21 + length], body[21 + length :]
    assert len(sealed) <= size, "more than one record"
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    info = b"WebPush: info\x00" + point(key.public_key()) + sender
    together = _derive(shared, secret, info, 32)
    content_key = _derive(together, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(together, salt, b"Content-Encoding: nonce\x00", 12)
    plain = AESGCM(content_key).decrypt(nonce, sealed, None).rstrip(b"\x00")
    assert plain[-1] == LAST
    return plain[:-1]


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
