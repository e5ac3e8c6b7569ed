"""Bodies in the shape the shop's app gives them."""

from __future__ import annotations

import copy
from typing import Any

_ADDRESS = {
    "first_name": "Søren",
    "last_name": "Kjær",
    "line1": "Nørregade 7",
    "line2": "2. th",
    "line3": "",
    "line4": "København K",
    "state": "",
    "postcode": "1165",
    "country": "DK",
    "phone_number": "+4533112233",
    "notes": "Ring twice",
}


def _line(number: int, quantity: int, price: str, total: str) -> dict[str, Any]:
    return {
        "id": number,
        "partner_sku": f"OSC-{number}",
        "title": f"Ware {number}",
        "quantity": quantity,
        "product": number + 40,
        "parent": 40 if number == 16 else None,
        "unit_price_incl_tax": price,
        "line_price_incl_tax": total,
        "line_price_excl_tax": str(round(float(total) * 0.8, 2)),
        "image": "https://shop.test/i.jpg",
    }


_ORDER: dict[str, Any] = {
    "id": 8,
    "number": "10007",
    "status": "Shipped",
    "currency": "EUR",
    "total_incl_tax": "308.80",
    "total_excl_tax": "247.04",
    "shipping_incl_tax": "4.90",
    "shipping_method": "DAO",
    "user": 2,
    "name": "",
    "email": "soeren@customer.test",
    "date_placed": "2026-11-01T20:03:10.679Z",
    "date_updated": "2026-11-02T20:03:10.679Z",
    "billing_address": None,
    "shipping_address": _ADDRESS,
    "lines": [_line(15, 2, "129.50", "259.00"), _line(16, 2, "24.90", "44.90")],
    "shipping_events": [],
    "payment_events": [],
    "sources": [
        {
            "id": 8,
            "type": "Card",
            "amount_allocated": "308.80",
            "amount_debited": "308.80",
            "amount_refunded": "0.00",
            "transactions": [
                {"id": 10, "txn_type": "Debit", "amount": "308.80", "date_created": "2026-11-01T20:03:11Z"}
            ],
        }
    ],
    "status_changes": [{"new_status": "Shipped", "date_created": "2026-11-01T22:00:00Z"}],
    "discounts": [
        {"voucher_code": "TERE5", "amount": "4.90"},
        {"voucher_code": None, "amount": "0.00"},
        {"voucher_code": "TERE5", "amount": "0.00"},
    ],
    "url": "https://shop.test/dashboard/orders/10007/",
}

_STOCK = {"price_currency": "EUR"}
PRODUCT: dict[str, Any] = {
    "id": 3,
    "structure": "parent",
    "title": "Boots",
    "is_public": True,
    "date_updated": "2026-11-21T20:03:06Z",
    "url": "https://shop.test/boots/",
    "stockrecords": [],
    "children": [
        {
            "id": 4,
            "title": "Boots 41",
            "stockrecords": [
                {
                    "partner_sku": "B41",
                    "price_currency": "EUR",
                    "price": "129.50",
                    "num_in_stock": 7,
                    "num_allocated": 2,
                },
                {
                    "partner_sku": "B41x",
                    "price_currency": "EUR",
                    "price": "130",
                    "num_in_stock": 1,
                    "num_allocated": None,
                },
            ],
        },
        {"id": 5, "title": "Boots 42", "upc": "B42", "stockrecords": []},
    ],
}
CUSTOMER: dict[str, Any] = {
    "id": 2,
    "email": "soeren@customer.test",
    "name": "",
    "date_joined": "2026-01-01T00:00:00Z",
    "address": _ADDRESS,
}


def order(**fields: Any) -> dict[str, Any]:
    return {**copy.deepcopy(_ORDER), **fields}


def event(number: int, kind: str, day: int, lines: dict[int, int], notes: str = "") -> dict[str, Any]:
    """A shipping event of November."""
    held = [{"line": line, "quantity": quantity} for line, quantity in lines.items()]
    return {"id": number, "type": kind, "date_created": f"2026-11-{day:02}T10:00:00Z", "notes": notes, "lines": held}
