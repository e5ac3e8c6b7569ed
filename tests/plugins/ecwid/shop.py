"""An Ecwid shop that stands in for a real one."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from shopbell.plugins.ecwid.connector import Ecwid
from tests.commerce.standin import Reply, Request, StandIn

PERSON = {
    **{"name": "Anja Schröder", "companyName": "", "street": "Lindenstraße 12\n2. Stock", "city": "Hamburg"},
    **{"countryCode": "DE", "countryName": "Germany", "postalCode": "20095", "phone": "+4940123456"},
}


def order(number: int = 20, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": f"XJ{number}", "orderNumber": number, "vendorOrderNumber": f"HL-{number}", "subtotal": 90.0},
        **{"total": 94.9, "tax": 15.15, "paymentStatus": "PAID", "fulfillmentStatus": "SHIPPED"},
        **{"createTimestamp": 1795291000 + number, "updateTimestamp": 1795292000 + number, "discount": 5.0},
        **{"email": "anja.schroeder@example.de", "customerId": 2, "couponDiscount": 5.0, "lang": "de"},
        **{"paymentMethod": "PayPal", "orderComments": "Bitte klingeln", "trackingNumber": "JJD1"},
        **{"discountCoupon": {"code": "SOMMER10"}, "billingPerson": PERSON, "shippingPerson": PERSON},
        "shippingOption": {
            **{"shippingMethodName": "DHL Paket", "shippingCarrierName": "DHL", "shippingRate": 4.9, "isPickup": False},
        },
        "items": [
            {
                **{"id": 31, "productId": 11, "name": "Regenjacke", "sku": "J-M", "quantity": 2, "price": 50.0},
                **{"tax": 14.37, "imageUrl": "https://cdn.test/jacke.jpg"},
                "selectedOptions": [{"name": "Größe", "type": "CHOICE", "value": "M"}],
            }
        ],
        **{"pricesIncludeTax": True, **changes},
    }


def product(number: int = 11, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": number, "name": "Regenjacke", "sku": "J", "price": 50.0, "enabled": True, "quantity": 7},
        **{"unlimited": False, "url": "https://shop.test/p11", "imageUrl": "https://cdn.test/jacke.jpg"},
        **{"updateTimestamp": 1795290000, "combinations": [], **changes},
    }


def customer(number: int = 2, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": number, "email": "anja.schroeder@example.de", "registered": "2026-11-19 10:00:00 +0000"},
        **{"updated": "2026-11-20 10:00:00 +0000", "billingPerson": PERSON, "acceptMarketing": False, **changes},
    }


class EcwidShop(StandIn):
    def __init__(self, **things: list[dict[str, Any]]) -> None:
        super().__init__()
        self.things = {"orders": [], "products": [], "customers": [], "discount_coupons": [], **things}
        self.token = "secret_1"
        self.forbidden = ""

    def connector(self, **settings: Any) -> Ecwid:
        given = {"api": self.url, "store_id": "1003", "token": "secret_1", "client_secret": "geheim"}
        self.settings: dict[str, Any] = {**given, **settings}
        return Ecwid(self.settings, ZoneInfo("Europe/Tallinn"), self.settings.update)

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return Reply(401, {"errorMessage": "Token is invalid"})
        path = request.path.removeprefix("/api/v3/1003/")
        if path == self.forbidden:
            return Reply(403, {"errorMessage": "Insufficient scope"})
        if path == "profile":
            return Reply(body={"formatsAndUnits": {"currency": "EUR"}})
        if path in self.things:
            return self._listed(path, request) if request.method == "GET" else self._made(path, request.json())
        found = re.fullmatch(r"(\w+)/([\w-]+)", path)
        assert found
        rows = [row for row in self.things[found[1]] if str(row["id"]) == found[2]]
        if not rows:
            return Reply(404, {"errorMessage": "Not found"})
        if request.method == "PUT":
            rows[0].update(request.json())
            return Reply(body={"updateCount": 1})
        return Reply(body=rows[0])

    def _listed(self, path: str, request: Request) -> Reply:
        query = request.query
        rows = [row for row in self.things[path] if query.get("code") in (None, row.get("code"))]
        rows = [row for row in rows if row.get("updateTimestamp", 0) >= int(query.get("updatedFrom", 0))]
        start = int(query.get("offset", 0))
        part = rows[start : start + int(query.get("limit", 10))]
        return Reply(body={"total": len(rows), "count": len(part), "offset": start, "items": part})

    def _made(self, path: str, body: dict[str, Any]) -> Reply:
        self.things[path].append({"id": 900 + len(self.things[path]), **body})
        return Reply(body={"id": self.things[path][-1]["id"], "code": body["code"]})
