"""A Medusa shop that stands in for a real one."""

from __future__ import annotations

import base64
import copy
import re
from typing import Any
from zoneinfo import ZoneInfo

from shopbell.plugins.medusa.connector import Medusa
from tests.commerce.standin import Reply, Request, StandIn
from tests.plugins.pushing import SECRET

KEY = "sk_right"
ADDRESS = {
    **{"first_name": "Søren", "last_name": "Kjær", "address_1": "Nørregade 7", "city": "København K"},
    **{"country_code": "dk", "postal_code": "1165", "phone": "+4533112233"},
}


def line(number: str, price: float, quantity: int, **detail: int) -> dict[str, Any]:
    """`detail`: shipped_quantity, return_received_quantity. What came back has a total of 0, as in Medusa."""
    total = 0 if detail.get("return_received_quantity") else price * quantity
    ware = {"title": "Regenjacke", "variant_title": "M", "variant_sku": f"SKU-{number}"}
    return {
        **{"id": number, **ware, "product_id": "prod_1", "variant_id": "variant_1", "thumbnail": None},
        **{"quantity": quantity, "unit_price": price, "total": total, "tax_total": 0, "is_tax_inclusive": False},
        **{"tax_lines": [], "adjustments": [], "detail": detail},
    }


def fulfilment(number: str = "ful_1", *labels: str, **moments: str) -> dict[str, Any]:
    said = [{"id": f"l{at}", "tracking_number": one, "tracking_url": "#"} for at, one in enumerate(labels)]
    return {"id": number, "items": [{"line_item_id": "a", "quantity": 1}], "labels": said, **moments}


def payment(amount: float, *refunds: dict[str, Any]) -> dict[str, Any]:
    captures = [{"id": "capt_1", "amount": amount}] if amount else []
    return {"id": "pay_1", "provider_id": "pp_stripe", "captures": captures, "refunds": list(refunds)}


def refund(amount: float, note: str = "") -> dict[str, Any]:
    return {"id": "ref_1", "amount": amount, "note": note, "created_at": "2026-11-21T19:59:42.418Z"}


def order(number: str = "order_1", **changes: Any) -> dict[str, Any]:
    return {
        **{
            "id": number,
            "display_id": 26,
            "status": "pending",
            "currency_code": "eur",
            "email": "soeren@customer.test",
        },
        **{
            "total": 482.4,
            "currency_code": "eur",
            "summary": {"original_order_total": 482.4, "paid_total": 482.4},
            "locale": "da-DK",
        },
        **{"created_at": "2026-11-21T19:59:24.546Z", "updated_at": "2026-11-21T19:59:42.178Z"},
        **{"customer_id": "cus_1", "customer": {"id": "cus_1", "has_account": False}},
        **{"shipping_address": dict(ADDRESS), "billing_address": None, "sales_channel": {"name": "Webshop"}},
        "items": [line("a", 89, 1), line("b", 129.5, 3)],
        "shipping_methods": [{"name": "DHL Paket", "amount": 4.9, "total": 4.9}],
        "payment_collections": [{"payments": [payment(482.4)]}],
        **{"fulfillments": [], "promotions": [{"code": "TERE"}], "discount_total": 0, "tax_total": 0},
        **{"payment_status": "captured", "fulfillment_status": "not_fulfilled"},
        **copy.deepcopy(changes),
    }


PRODUCT: dict[str, Any] = {
    **{"id": "prod_1", "title": "Trinkflasche", "status": "published", "handle": "flasche", "thumbnail": None},
    "updated_at": "2026-11-21T19:51:07.233Z",
    "variants": [
        {
            **{"id": "v1", "title": "S", "sku": "S1", "manage_inventory": True, "inventory_quantity": 7},
            "prices": [
                {"amount": 9, "currency_code": "eur", "min_quantity": 10, "rules": {}},
                {"amount": 12, "currency_code": "eur", "rules": {"customer_group": "x"}},
                {"amount": 14, "currency_code": "eur", "min_quantity": None, "rules": {}},
            ],
        },
        {"id": "v2", "title": "M", "sku": "S2", "manage_inventory": False, "prices": []},
    ],
}
CUSTOMER: dict[str, Any] = {
    **{"id": "cus_2", "email": "mari@customer.test", "first_name": None, "last_name": None, "has_account": True},
    **{"created_at": "2026-11-21T19:54:38.482Z", "updated_at": "2026-11-21T19:54:38.482Z", "addresses": [ADDRESS]},
}


class MedusaShop(StandIn):
    def __init__(self, *orders: dict[str, Any]) -> None:
        super().__init__()
        self.orders = {one["id"]: one for one in orders}
        self.returns: list[dict[str, Any]] = []
        self.promotions: list[dict[str, Any]] = []

    def connector(self, **settings: Any) -> Medusa:
        given = {"url": f"{self.url}/", "key": KEY, "secret": SECRET, **settings}
        return Medusa(given, ZoneInfo("UTC"))

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != "Basic " + base64.b64encode(f"{KEY}:".encode()).decode():
            return Reply(401, {"message": "Unauthorized"})
        path = request.path.removeprefix("/admin/")
        return self._read(path, request) if request.method == "GET" else self._change(path, request.json())

    def _read(self, path: str, request: Request) -> Reply:
        if path == "orders":
            return Reply(body={"orders": self._listed(request.query)})
        if path == "returns":
            return Reply(body={"returns": self.returns})
        if path == "promotions":
            return Reply(body={"promotions": [one for one in self.promotions if one["code"] == request.query["code"]]})
        if path in ("products", "customers"):
            return Reply(body={path: [PRODUCT if path == "products" else CUSTOMER]})
        found = self.orders.get(path.partition("/")[2])
        missing = Reply(404, {"type": "not_found", "message": "Order id not found"})
        return Reply(body={"order": found}) if found else missing

    def _listed(self, query: dict[str, str]) -> list[dict[str, Any]]:
        assert all(one[0] in "+*" for one in query["fields"].split(",")) or query["fields"] == "id"
        name = query.get("order", "-created_at")
        rows = sorted(self.orders.values(), key=lambda one: one[name.lstrip("-")], reverse=name[0] == "-")
        since = query.get("updated_at[$gte]", "")
        rows = [one for one in rows if one["updated_at"].replace("Z", "+00:00") >= since]
        begin = int(query.get("offset", 0))
        return rows[begin : begin + int(query["limit"])]

    def _change(self, path: str, said: dict[str, Any]) -> Reply:
        if path == "promotions":
            self.promotions.append({"id": "promo_1", **said})
            return Reply(body={"promotion": self.promotions[-1]})
        if found := re.fullmatch(r"orders/(\w+)(/cancel)?", path):
            self.orders[found[1]].update({"status": "canceled"} if found[2] else said)
            return Reply(body={"order": self.orders[found[1]]})
        for one in self.orders.values():
            for paid in one["payment_collections"][0]["payments"]:
                if path == f"payments/{paid['id']}/refund":
                    paid["refunds"].append(
                        {**refund(said["amount"], said["note"]), "id": f"ref_{len(paid['refunds'])}"}
                    )
                    return Reply(body={"payment": paid})
        return Reply(404, {"type": "not_found", "message": path})
