"""The contract's suite holds for the small shop system of these tests, too."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from shopbell.commerce.testing import ConnectorContract
from tests.commerce import shop_system

_BODY = json.dumps({"order": "7"}).encode()


class TestTestShop(ConnectorContract):
    connector = shop_system.TestShop({"shop": "one"}, ZoneInfo("UTC"))
    given = {
        "order": {"id": "7", "number": "107", "total": "1.00", "currency": "EUR", "updated": "2026-11-01T10:00:00Z"}
    }
    pushed = (_BODY, {"x-test-signature": shop_system.sign(_BODY)})
    pushed_order = "7"
