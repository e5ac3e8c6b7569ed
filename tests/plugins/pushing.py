"""Pushes as the plug-ins in `integrations` send them."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from shopbell.core import standard_webhooks

SECRET = "whsec_" + base64.b64encode(b"the secret of these tests").decode()


def push(*changed: dict[str, Any], secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """A signed push: body and headers."""
    return signed({"type": "shop.changed", "data": {"changed": list(changed)}}, secret)


def signed(said: Any, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    body, stamp = json.dumps(said).encode(), str(int(time.time()))
    mac = standard_webhooks.signature(secret, "msg_1", stamp, body)
    return body, {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": mac}
