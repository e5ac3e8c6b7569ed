"""A WooCommerce shop that stands in for a real one, with bodies in the shapes of version 7.9."""

from __future__ import annotations

import base64
import re
from typing import Any
from zoneinfo import ZoneInfo

from shopbell.plugins.woocommerce.api import signature
from shopbell.plugins.woocommerce.connector import WooCommerce
from tests.commerce.standin import Reply, Request, StandIn

KEY, SECRET = "ck_1", "cs_1"
TALLINN = ZoneInfo("Europe/Tallinn")
ADDRESS = {
    **{"first_name": "Anja", "last_name": "Schröder", "company": "", "address_1": "Lindenstraße 12", "address_2": ""},
    **{"city": "Hamburg", "state": "", "postcode": "20095", "country": "DE"},
}


def line(**changes: Any) -> dict[str, Any]:
    return {
        **{"id": 31, "name": "Regenjacke &amp; Hut", "product_id": 11, "variation_id": 0, "quantity": 2},
        **{"subtotal": "89.00", "subtotal_tax": "16.91", "total": "80.10", "total_tax": "15.22", "taxes": []},
        **{"meta_data": [], "sku": "WOO-1", "price": 40.05, "image": {"id": "", "src": ""}, "parent_name": None},
        **changes,
    }


def order(number: int = 24, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": number, "parent_id": 0, "number": str(number), "status": "processing", "currency": "EUR"},
        **{"date_created": "2026-11-21T21:56:40", "date_created_gmt": "2026-11-21T19:56:40"},
        **{"date_modified": "2026-11-21T21:57:00", "date_modified_gmt": "2026-11-21T19:57:00"},
        **{"date_paid": "2026-11-21T21:57:00", "date_paid_gmt": "2026-11-21T19:57:00"},
        **{"discount_total": "8.90", "discount_tax": "1.69", "shipping_total": "4.90", "shipping_tax": "0.93"},
        **{"total": "101.15", "total_tax": "16.15", "customer_id": 2, "created_via": "checkout"},
        "billing": {**ADDRESS, "email": "anja.schroeder@example.de", "phone": "+4940123456"},
        "shipping": {**ADDRESS, "phone": ""},
        **{"payment_method": "paypal", "payment_method_title": "PayPal", "customer_note": "Bitte klingeln"},
        **{"meta_data": [], "line_items": [line()], "fee_lines": [], "refunds": []},
        "shipping_lines": [{"id": 33, "method_title": "DHL Paket", "method_id": "flat_rate", "meta_data": []}],
        "coupon_lines": [{"id": 34, "code": "sommer10", "discount": "8.90"}],
        **changes,
    }


def product(number: int = 11, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": number, "name": "Regenjacke", "permalink": "https://shop.test/p/regenjacke/", "status": "publish"},
        **{"type": "simple", "sku": "WOO-1", "price": "44.50", "manage_stock": True, "stock_quantity": 7},
        **{"images": [{"id": 1, "src": "https://shop.test/jacke.jpg"}], "attributes": [], "variations": []},
        **{"date_modified": "2026-11-20T10:00:00", "date_modified_gmt": "2026-11-20T08:00:00"},
        **{"date_created": "2026-11-20T10:00:00", "date_created_gmt": "2026-11-20T08:00:00"},
        **changes,
    }


def customer(number: int = 2, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": number, "email": "anja.schroeder@example.de", "first_name": "Anja", "last_name": "Schröder"},
        **{"username": "anja", "role": "customer", "date_modified": None, "date_modified_gmt": None},
        **{"date_created": "2026-11-19T12:00:00", "date_created_gmt": "2026-11-19T10:00:00"},
        "billing": {**ADDRESS, "email": "anja.schroeder@example.de", "phone": "+4940123456"},
        **changes,
    }


class WooShop(StandIn):
    def __init__(self, **things: list[dict[str, Any]]) -> None:
        super().__init__()
        self.things: dict[str, list[dict[str, Any]]] = {"orders": [], "products": [], "customers": [], **things}
        self.made: dict[str, list[dict[str, Any]]] = {}  # what was created, by path
        self.currency = "EUR"
        self.secret = SECRET

    def connector(self, **settings: Any) -> WooCommerce:
        self.settings = {"url": self.url + "/", "consumer_key": KEY, "consumer_secret": SECRET, **settings}
        return WooCommerce(self.settings, TALLINN, self.settings.update)

    def answer(self, request: Request) -> Reply:
        if not self._is_signed(request):
            message = "Sorry, you cannot list resources."
            return self._no(401, "woocommerce_rest_cannot_view", message)
        path = request.path.removeprefix("/wp-json/wc/v3/")
        if path == request.path:
            return self._no(404, "rest_no_route", "No route was found.")
        return self._read(path, request) if request.method == "GET" else self._write(path, request)

    def _is_signed(self, request: Request) -> bool:
        query = dict(request.query)
        if "oauth_signature" in query:
            given = query.pop("oauth_signature")
            return given == signature(request.method, f"{self.url}{request.path}", query, self.secret)
        given = request.headers.get("authorization", "")
        return given == "Basic " + base64.b64encode(f"{KEY}:{self.secret}".encode()).decode()

    def _no(self, status: int, code: str, message: str) -> Reply:
        return Reply(status, {"code": code, "message": message, "data": {"status": status}})

    def _read(self, path: str, request: Request) -> Reply:
        if path == "data/currencies/current":
            return Reply(body={"code": self.currency})
        if path in self.things:
            return Reply(body=self._listed(path, request.query))
        if found := re.fullmatch(r"(orders|products|customers)/(\d+)", path):
            thing = self._thing(found[1], int(found[2]))
            return (
                Reply(body=thing) if thing else self._no(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
            )
        if path == "coupons" and "code" in request.query:
            wanted = request.query["code"]
            return Reply(body=[one for one in self.made.get(path, []) if one["code"] == wanted])
        return Reply(body=self.made.get(path, []))

    def _thing(self, name: str, number: int) -> dict[str, Any] | None:
        return next((one for one in self.things[name] if one["id"] == number), None)

    def _listed(self, name: str, query: dict[str, str]) -> list[dict[str, Any]]:
        by = {"modified": "date_modified_gmt", "date": "date_created_gmt"}.get(
            query.get("orderby", "date"), "date_created_gmt"
        )
        rows = sorted(self.things[name], key=lambda one: one[by], reverse=query.get("order", "desc") == "desc")
        if "modified_after" in query:
            rows = [one for one in rows if one["date_modified_gmt"] > query["modified_after"]]
        if "before" in query:
            rows = [one for one in rows if one["date_created_gmt"] < query["before"]]
        size, page = int(query["per_page"]), int(query.get("page", 1))
        return rows[(page - 1) * size : page * size]

    def _write(self, path: str, request: Request) -> Reply:
        body = request.json()
        if path == "orders/batch":
            return Reply(body={})
        if found := re.fullmatch(r"(orders|webhooks)/(\d+)", path):
            things = self.things if found[1] == "orders" else self.made
            thing = next(one for one in things[found[1]] if one["id"] == int(found[2]))
            thing.update(body)
            return Reply(body=thing)
        if path.endswith("/refunds") and float(body["amount"]) > 101.15:
            code = "woocommerce_rest_cannot_create_order_refund"
            return Reply(500, {"code": code, "message": "Invalid refund amount.", "data": 500})
        rows = self.made.setdefault(path, [])
        rows.append({"id": 900 + len(rows), **body})
        return Reply(201, rows[-1])
