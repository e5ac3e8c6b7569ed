"""A PrestaShop that stands in for a real one: lists with filters, JSON out, XML in."""

from __future__ import annotations

import base64
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from shopbell.plugins.prestashop.connector import PrestaShop
from tests.commerce.standin import Reply, Request, StandIn

STATES = (
    {
        "id": 2,
        "name": [{"id": "1", "value": "Zahlung eingegangen"}],
        "template": "payment",
        "paid": "1",
        "shipped": "0",
    },
    {"id": 4, "name": "Versandt", "template": "shipped", "paid": "1", "shipped": "1"},
    {"id": 5, "name": "Zugestellt", "template": "", "paid": "1", "shipped": "1"},
    {"id": 6, "name": "Storniert", "template": "order_canceled", "paid": "0", "shipped": "0"},
    {"id": 7, "name": "Erstattet", "template": "refund", "paid": "0", "shipped": "0"},
    {"id": 8, "name": "Zahlungsfehler", "template": "payment_error", "paid": "0", "shipped": "0"},
)


def order(number: int = 1, **changes: Any) -> dict[str, Any]:
    row = {
        **{"id": "31", "product_id": "11", "product_attribute_id": "12", "product_quantity": "2"},
        **{"product_name": "Regenjacke - M", "product_reference": "J-M"},
        **{"unit_price_tax_incl": "45.000000", "unit_price_tax_excl": "37.815126"},
    }
    return {
        **{"id": number, "reference": "XKBKNABJK", "current_state": "4", "id_customer": "2", "id_lang": "1"},
        **{"id_address_delivery": "5", "id_address_invoice": "5", "id_currency": "1", "payment": "PayPal"},
        **{"total_paid": "94.900000", "total_paid_tax_incl": "94.900000", "total_paid_tax_excl": "79.750000"},
        **{"total_paid_real": "94.900000", "total_products_wt": "90.000000", "total_discounts_tax_incl": "0.000000"},
        **{"total_shipping_tax_incl": "4.900000", "date_add": "2026-11-21 21:56:40", "date_upd": "2026-11-22 10:00:00"},
        **{"associations": {"order_rows": [row]}, **changes},
    }


def customer(number: int = 2, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": number, "email": "anja.schroeder@example.de", "firstname": "Anja", "lastname": "Schröder"},
        **{"id_lang": "1", "newsletter": "1", "is_guest": "0", "date_add": "2026-11-19 12:00:00"},
        **{"date_upd": "2026-11-20 12:00:00", **changes},
    }


def product(number: int = 11, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": number, "name": "Regenjacke", "reference": "J", "price": "40.000000", "active": "1"},
        **{"date_upd": "2026-11-20 10:00:00", **changes},
    }


class PrestaShopShop(StandIn):
    def __init__(self, **things: list[dict[str, Any]]) -> None:
        super().__init__()
        address = {
            **{"id": 5, "id_country": "1", "firstname": "Anja", "lastname": "Schröder", "company": ""},
            **{"address1": "Lindenstraße 12", "address2": "", "postcode": "20095", "city": "Hamburg"},
            **{"phone": "", "phone_mobile": "+4940123456"},
        }
        parcel = {"id": 77, "id_order": "1", "id_carrier": "3", "tracking_number": "JJD1"}
        self.things: dict[str, list[dict[str, Any]]] = {
            **{"orders": [], "products": [], "customers": [customer()], "addresses": [address]},
            **{"order_carriers": [parcel], "order_slip": [], "order_states": [dict(one) for one in STATES]},
            "carriers": [{"id": 3, "name": "DHL", "url": "https://dhl.test/@"}],
            **{"countries": [{"id": 1, "iso_code": "DE"}], "currencies": [{"id": 1, "iso_code": "EUR"}]},
            **{"languages": [{"id": 1, "iso_code": "de"}], "combinations": [], "stock_availables": [], **things},
        }
        self.key = "ABC"
        self.forbidden: set[str] = set()

    def connector(self, **settings: Any) -> PrestaShop:
        return PrestaShop({"url": self.url, "key": "ABC", **settings}, ZoneInfo("Europe/Tallinn"))

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != "Basic " + base64.b64encode(f"{self.key}:".encode()).decode():
            return _no(401, "Invalid authentication key format")
        resource = request.path.removeprefix("/api/")
        if resource in self.forbidden:
            return _no(403, f"Resource of type {resource} is not allowed with this authentication key")
        if request.method == "POST":
            return self._written(request.body)
        rows = [row for row in self.things[resource] if all(_fits(row, *one) for one in request.query.items())]
        rows.sort(key=lambda row: int(row["id"]), reverse="DESC" in request.query.get("sort", ""))
        rows = rows[: int(request.query.get("limit", 10_000))]
        name = "order_slips" if resource == "order_slip" else resource
        return Reply(body={name: rows} if rows else [])

    def _written(self, body: bytes) -> Reply:
        history = ElementTree.fromstring(body).find("order_history")
        assert history is not None
        row = next(row for row in self.things["orders"] if str(row["id"]) == history.findtext("id_order"))
        row["current_state"] = history.findtext("id_order_state")
        return Reply(201, {"order_history": {"id": 9}})


def _no(status: int, message: str) -> Reply:
    return Reply(status, {"errors": [{"code": 18, "message": message}]})


def _fits(row: dict[str, Any], name: str, wanted: str) -> bool:
    if not name.startswith("filter["):
        return True
    value, inner = str(row[name[7:-1]]), wanted.strip("[]")
    if "," in inner:
        low, high = inner.split(",")
        return int(low) <= int(value) <= int(high) if value.isdigit() else low <= value <= high
    return value in inner.split("|")
