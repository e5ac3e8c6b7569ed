"""Medusa 2's admin API: JSON over HTTP, with a secret API key as the user of basic authentication.

`fields=a,b` would replace the usual fields; `+a` and `*relation` are added to them.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from shopbell.commerce.contract import Fields, ask

FIELDS = {
    "order": (
        "+total,+original_total,+subtotal,+tax_total,+discount_total,+shipping_total,+canceled_at,+metadata,+locale,"
        "*items,*shipping_address,*billing_address,*shipping_methods,*customer,*sales_channel,*promotions,"
        "*payment_collections.payments,*payment_collections.payments.refunds,*payment_collections.payments.captures,"
        "*fulfillments,*fulfillments.items,*fulfillments.labels"
    ),
    "product": "+status,*variants,*variants.prices,+variants.inventory_quantity",
    "customer": "*addresses",
}
Query = Sequence[tuple[str, str]]


class Api:
    """What is asked of one shop."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.base = str(settings.get("url") or "").rstrip("/")
        self.key = str(settings.get("key") or "")

    def read(self, path: str, query: Query = ()) -> Fields:
        """Raises ShopError."""
        address = f"{self.base}/admin/{path}" + (f"?{urlencode(query)}" if query else "")
        return Fields(ask("GET", address, headers=self._headers(), reason=_reason).json())

    def change(self, path: str, body: Mapping[str, Any]) -> Fields:
        """Raises ShopError. A 500 “unknown_error” is no passing trouble: it may have been done, or never will be."""
        address = f"{self.base}/admin/{path}"
        headers = self._headers()
        return Fields(ask("POST", address, is_deed=True, headers=headers, json=dict(body), reason=_reason).json())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(f"{self.key}:".encode()).decode()}


def _reason(body: Any) -> str:
    return str(body["message"])
