from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from shopbell.commerce.testing import ConnectorContract
from shopbell.plugins.vendure.connector import Vendure
from tests.plugins.pushing import SECRET, push
from tests.plugins.vendure.shop import CUSTOMER, PRODUCT, order, parcel, payment, refund


class TestVendure(ConnectorContract):
    connector = Vendure({"url": "https://shop.test/admin-api", "secret": SECRET}, ZoneInfo("UTC"))
    given: Any = {
        "order": order(
            fulfillments=[parcel("1", "Shipped", {"8": 2})], payments=[payment(44353, "Settled", refund("1", 5))]
        ),
        "product": PRODUCT,
        "customer": CUSTOMER,
    }
    pushed_order = "5"

    @property
    def pushed(self) -> Any:
        return push({"kind": "order", "id": "5"})
