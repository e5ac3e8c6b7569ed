"""What a deed leaves behind in a shop that knows no idempotency keys, so that it is found again and done once."""

from __future__ import annotations

import base64
import hashlib
import hmac


def mark(key: str) -> str:
    """Stands in the reason of a refund, for example: "[sb-1f0c6a93b7d2]"."""
    return f"[sb-{hashlib.sha256(key.encode()).hexdigest()[:12]}]"


def coupon_code(key: str, secret: str) -> str:
    """The same for the same deed, and not to be guessed without the connection's secret: "SB-K3QX7-M2VPA"."""
    digest = hmac.digest(secret.encode(), key.encode(), hashlib.sha256)
    letters = base64.b32encode(digest).decode().translate(str.maketrans("O0I1", "XYZW"))
    return f"SB-{letters[:5]}-{letters[5:10]}"
