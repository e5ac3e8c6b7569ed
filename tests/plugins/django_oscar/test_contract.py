from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from shopbell.commerce.testing import ConnectorContract
from shopbell.plugins.django_oscar.connector import DjangoOscar
from tests.plugins.django_oscar import samples
from tests.plugins.pushing import SECRET, push


class TestDjangoOscar(ConnectorContract):
    connector = DjangoOscar({"url": "https://shop.test/shopbell/", "secret": SECRET}, ZoneInfo("Europe/Tallinn"))
    given: Any = {
        "order": samples.order(shipping_events=[samples.event(1, "Shipped", 2, {15: 2}, "DHL 00340434161094015902")]),
        "product": samples.PRODUCT,
        "customer": samples.CUSTOMER,
    }
    pushed_order = "8"

    @property
    def pushed(self) -> Any:
        return push({"kind": "order", "id": "8", "gone": False})
