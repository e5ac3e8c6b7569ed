from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from shopbell.commerce.testing import ConnectorContract
from shopbell.plugins.medusa.connector import Medusa
from tests.plugins.medusa.shop import CUSTOMER, PRODUCT, fulfilment, order, payment, refund
from tests.plugins.pushing import SECRET, push


class TestMedusa(ConnectorContract):
    connector = Medusa({"url": "https://api.shop.test", "secret": SECRET}, ZoneInfo("UTC"))
    given: Any = {
        "order": order(
            fulfillments=[fulfilment("ful_1", "CC1", "CC2", shipped_at="2026-11-22T08:00:00Z")],
            payment_collections=[{"payments": [payment(482.4, refund(89))]}],
        ),
        "product": PRODUCT,
        "customer": CUSTOMER,
    }
    pushed_order = "order_1"

    @property
    def pushed(self) -> Any:
        return push({"kind": "order", "id": "order_1"})
