"""A Shopware shop that stands in for a real one: tokens, searches with filters, state machines, and what is written."""

from __future__ import annotations

import hashlib
from typing import Any
from zoneinfo import ZoneInfo

from shopbell.plugins.shopware.api import EURO_SYSTEM
from shopbell.plugins.shopware.connector import Shopware
from tests.commerce.standin import Reply, Request, StandIn


def uid(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def state(name: str) -> dict[str, Any]:
    return {"id": uid(f"state {name}"), "technicalName": name, "name": name}


ADDRESS = {
    **{"id": uid("address"), "firstName": "Anja", "lastName": "Schröder", "street": "Lindenstraße 12"},
    **{"zipcode": "20095", "city": "Hamburg", "phoneNumber": "+4940123456", "company": None, "countryState": None},
    **{"additionalAddressLine1": None, "country": {"iso": "DE"}},
}


def line(name: str = "line", **changes: Any) -> dict[str, Any]:
    return {
        **{"id": uid(name), "type": "product", "label": "Regenjacke M", "quantity": 2, "productId": uid("variant")},
        **{"unitPrice": 50.0, "totalPrice": 100.0, "price": {"calculatedTaxes": [{"tax": 15.97}]}, "cover": None},
        **{"payload": {"productNumber": "J-M", "parentId": uid("product")}, **changes},
    }


def delivery(**changes: Any) -> dict[str, Any]:
    return {
        **{"id": uid("delivery"), "trackingCodes": ["JJD1"], "stateMachineState": state("shipped")},
        **{"createdAt": "2026-11-21T19:56:40.000+00:00", "updatedAt": "2026-11-22T08:00:00.000+00:00"},
        **{"shippingCosts": {"totalPrice": 4.9}, "shippingOrderAddress": ADDRESS},
        "shippingMethod": {"name": "DHL", "trackingUrl": "https://dhl.test/%s", "technicalName": "shipping_dhl"},
        "positions": [{"orderLineItemId": uid("line"), "price": {"quantity": 2}}],
        **{"shippingDateLatest": "2026-11-25T00:00:00.000+00:00", **changes},
    }


def payment(name: str = "paid", made: str = "2026-11-21T19:57:00.000+00:00", **changes: Any) -> dict[str, Any]:
    return {
        **{"id": uid(f"payment {made}"), "stateMachineState": state(name), "amount": {"totalPrice": 94.9}},
        **{"createdAt": made, "updatedAt": None, "paymentMethod": {"name": "PayPal"}, "captures": [], **changes},
    }


def order(name: str = "order", number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": uid(name), "autoIncrement": number, "orderNumber": f"1000{number}", "amountTotal": 94.9},
        **{"orderDateTime": "2026-11-21T19:56:40.123+00:00", "createdAt": "2026-11-21T19:56:40.123+00:00"},
        **{"updatedAt": None, "shippingTotal": 4.9, "price": {"calculatedTaxes": [{"tax": 15.15}]}},
        **{"currency": {"isoCode": "EUR"}, "stateMachineState": state("in_progress")},
        "orderCustomer": {
            **{"firstName": "Anja", "lastName": "Schröder", "email": "anja.schroeder@example.de"},
            "customerId": uid("customer"),
        },
        **{"billingAddress": ADDRESS, "language": {"locale": {"code": "de-DE"}}, "salesChannel": {"name": "Laden"}},
        "lineItems": [
            line(),
            line("code", type="promotion", label="Sommer", totalPrice=-10.0, payload={"code": "SOMMER10"}),
        ],
        **{"deliveries": [delivery()], "transactions": [payment()], "customerComment": "Bitte klingeln", **changes},
    }


def product(name: str = "product", number: int = 1, **changes: Any) -> dict[str, Any]:
    price = [{"currencyId": EURO_SYSTEM, "gross": 50.0, "net": 42.02}]
    child = {
        **{"id": uid("variant"), "parentId": uid(name), "productNumber": "J-M", "price": None, "availableStock": 7},
        **{"options": [{"translated": {"name": "M"}}], "updatedAt": "2026-11-20T09:00:00.000+00:00"},
    }
    return {
        **{"id": uid(name), "autoIncrement": number, "parentId": None, "productNumber": "J", "active": True},
        **{"name": None, "translated": {"name": "Regenjacke"}, "price": price, "availableStock": 0},
        **{"createdAt": "2026-11-20T08:00:00.000+00:00", "updatedAt": None, "options": None},
        **{"cover": {"media": {"url": "https://cdn.test/jacke.jpg"}}, "children": [child], **changes},
    }


def customer(name: str = "customer", number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": uid(name), "autoIncrement": number, "email": "anja.schroeder@example.de", "guest": False},
        **{"firstName": "Anja", "lastName": "Schröder", "language": {"locale": {"code": "de-DE"}}},
        **{"defaultBillingAddress": ADDRESS, "createdAt": "2026-11-19T10:00:00.000+00:00", "updatedAt": None},
        **changes,
    }


class ShopwareShop(StandIn):
    def __init__(self, **things: list[dict[str, Any]]) -> None:
        super().__init__()
        self.things: dict[str, list[dict[str, Any]]] = {"order": [], "product": [], "customer": [], "webhook": []}
        self.things |= {
            "currency": [{"id": EURO_SYSTEM, "isoCode": "EUR"}],
            "country": [{"id": uid("DE"), "iso": "DE"}],
            "sales-channel": [{"id": uid("shop"), "typeId": "8a243080f92e4c719546314b577cf82b"}],
            **{"promotion": [], "order-delivery": [], **things},
        }
        self.tokens: list[str] = []
        self.secret = "geheim"
        self.forbidden: set[str] = set()

    def connector(self, **settings: Any) -> Shopware:
        self.settings: dict[str, Any] = {"url": self.url, "client_id": "id", "client_secret": "geheim", **settings}
        return Shopware(self.settings, ZoneInfo("Europe/Tallinn"), self.settings.update)

    def answer(self, request: Request) -> Reply:
        path = request.path.removeprefix("/api/")
        if path == "oauth/token":
            return self._token(request.json())
        if request.headers.get("authorization") not in [f"Bearer {one}" for one in self.tokens[-1:]]:
            return _no(401, "The resource owner or authorization server denied the request.")
        what, _slash, rest = path.partition("/")
        if what == "search":
            return self._search(rest, request.json())
        if what == "_action":
            return self._transition(rest)
        return self._write(request.method, what, rest, request.json())

    def _token(self, given: dict[str, str]) -> Reply:
        if given["client_secret"] != self.secret:
            return _no(401, "Client authentication failed")
        self.tokens.append(f"jwt-{len(self.tokens)}")
        return Reply(body={"token_type": "Bearer", "expires_in": 600, "access_token": self.tokens[-1]})

    def _search(self, entity: str, given: dict[str, Any]) -> Reply:
        if entity in self.forbidden:
            return _no(403, f"Missing privilege {entity}:read")
        rows = [row for row in self.things[entity] if row["id"] in given.get("ids", [row["id"]])]
        rows = [row for row in rows if all(_fits(row, one) for one in given.get("filter", []))]
        for sort in given.get("sort", []):
            rows = sorted(rows, key=lambda row: row[sort["field"]], reverse=sort["order"] == "DESC")
        return Reply(body={"total": len(rows), "data": rows[: given.get("limit", 10)], "aggregations": []})

    def _transition(self, path: str) -> Reply:
        _entity, number, _state, name = path.split("/")
        row = next(row for row in self.things["order"] if row["id"] == number)
        row["stateMachineState"] = state({"cancel": "cancelled"}[name])
        return Reply(body={"id": uid("cancelled"), "technicalName": "cancelled"})

    def _write(self, method: str, entity: str, number: str, body: dict[str, Any]) -> Reply:
        if method == "POST":
            self.things[entity].append({"id": uid(f"{entity}{len(self.things[entity])}"), **body})
            return Reply(204, b"")
        row = next(row for row in self.things[entity] if row["id"] == number)
        row.update(body)
        if "shippingOrderAddress" in body:
            row["shippingOrderAddressId"] = body["shippingOrderAddress"]["id"]
        return Reply(204, b"")


def _no(status: int, detail: str) -> Reply:
    return Reply(status, {"errors": [{"code": "0", "status": str(status), "title": "No", "detail": detail}]})


def _fits(row: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if wanted["type"] == "multi":
        return any(_fits(row, one) for one in wanted["queries"])
    name, _dot, inner = wanted["field"].partition(".")
    if inner:
        return any(_fits(one, {**wanted, "field": inner}) for one in row.get(name) or [])
    value = row.get(name)
    if wanted["type"] == "equals":
        return bool(value == wanted["value"])
    tests = {"gte": lambda a, b: a >= b, "gt": lambda a, b: a > b, "lt": lambda a, b: a < b}
    return value is not None and all(tests[how](value, bound) for how, bound in wanted["parameters"].items())
