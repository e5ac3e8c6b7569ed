"""A Vendure shop that stands in for a real one: one address, GraphQL, sessions, results that are errors."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from shopbell.plugins.vendure import queries
from shopbell.plugins.vendure.connector import Vendure
from tests.commerce.standin import Reply, Request, StandIn
from tests.plugins.pushing import SECRET

ADDRESS = {
    **{"fullName": "Kärt Õunapuu", "company": None, "streetLine1": "Pärnu mnt 22-5", "streetLine2": None},
    **{"city": "Tallinn", "province": None, "postalCode": "10141", "countryCode": "EE", "phoneNumber": "+3725123456"},
}


def line(number: str, price: int, quantity: int, placed: int | None = None) -> dict[str, Any]:
    variant = {"id": f"v{number}", "sku": f"SKU-{number}", "name": f"Ware {number}"}
    total = price * quantity
    return {
        **{"id": number, "quantity": quantity, "orderPlacedQuantity": quantity if placed is None else placed},
        **{"unitPriceWithTax": price, "discountedLinePriceWithTax": total, "linePriceWithTax": total},
        "productVariant": {**variant, "product": {"id": f"p{number}", "featuredAsset": None}},
    }


def parcel(number: str, state: str, held: dict[str, int]) -> dict[str, Any]:
    lines = [{"orderLineId": one, "quantity": quantity} for one, quantity in held.items()]
    made = {"createdAt": "2026-11-21T19:44:06.000Z", "updatedAt": "2026-11-21T19:44:06.000Z"}
    return {"id": number, **made, "state": state, "method": "DHL Paket", "trackingCode": "0034043", "lines": lines}


def payment(amount: int, state: str = "Settled", *refunds: dict[str, Any]) -> dict[str, Any]:
    return {"id": "5", "amount": amount, "method": "card", "state": state, "refunds": list(refunds)}


def refund(number: str, total: int, state: str = "Settled", reason: str = "") -> dict[str, Any]:
    return {"id": number, "createdAt": "2026-11-21T19:45:00Z", "total": total, "state": state, "reason": reason}


def order(number: str = "5", **changes: Any) -> dict[str, Any]:
    person = {"id": "5", "firstName": "Kärt", "lastName": "Õunapuu", "emailAddress": "kart@customer.test"}
    return {
        **{"id": number, "createdAt": "2026-11-21T19:43:32.000Z", "updatedAt": "2026-11-21T19:43:33.000Z"},
        **{"orderPlacedAt": "2026-11-21T19:43:33.818Z", "code": f"NYX8F5{number}", "state": "PaymentSettled"},
        **{"active": False, "currencyCode": "EUR", "total": 36794, "totalWithTax": 44353, "shippingWithTax": 500},
        **{"couponCodes": ["TERE"], "customer": {**person, "phoneNumber": None, "user": None}},
        **{"shippingAddress": dict(ADDRESS), "billingAddress": {"fullName": None, "countryCode": None}},
        "lines": [line("8", 12500, 2), line("9", 18853, 1)],
        "shippingLines": [{"shippingMethod": {"name": "Standard"}, "priceWithTax": 500}],
        **{"discounts": [], "payments": [payment(44353)], "fulfillments": []},
        **{"nextStates": ["Cancelled", "Modifying"], "history": {"items": []}},
        **copy.deepcopy(changes),
    }


PRODUCT: dict[str, Any] = {
    **{"id": "1", "updatedAt": "2026-11-21T19:42:38.000Z", "name": "Laptop", "slug": "laptop", "enabled": True},
    "featuredAsset": {"preview": "http://shop.test/i.jpg"},
    "variants": [
        {
            **{"id": "1", "sku": "L1", "name": "Laptop 13", "priceWithTax": 129900, "currencyCode": "EUR"},
            "stockLevels": [{"stockOnHand": 100, "stockAllocated": 2}, {"stockOnHand": 5, "stockAllocated": 0}],
        },
        {"id": "2", "sku": "L2", "name": "Laptop 15", "trackInventory": "FALSE", "stockLevels": [{"stockOnHand": 0}]},
    ],
}
CUSTOMER: dict[str, Any] = {
    **{"id": "1", "createdAt": "2026-11-21T19:43:28Z", "updatedAt": "2026-11-21T19:43:52Z", "firstName": "Kärt"},
    **{"lastName": "Õunapuu", "emailAddress": "kart@customer.test", "phoneNumber": None, "user": {"id": "3"}},
    "addresses": [{"city": "Tartu", "country": {"code": "EE"}}, {**ADDRESS, "defaultShippingAddress": True}],
}
FORBIDDEN = {"message": "You are not currently authorized to perform this action", "extensions": {"code": "FORBIDDEN"}}


class VendureShop(StandIn):
    def __init__(self, *orders: dict[str, Any]) -> None:
        super().__init__()
        self.orders = {one["id"]: one for one in orders}
        self.session = "s1"  # what is valid now
        self.signed_in = 0
        self.promotions: list[dict[str, Any]] = []
        self.inputs: list[Any] = []  # of mutations
        self.error: dict[str, Any] = {}  # the next mutation fails with this result
        self._mutations: dict[str, Callable[[Any], dict[str, Any]]] = {
            queries.NOTE: self._note,
            queries.CANCEL: self._cancel,
            queries.REFUND: self._refund,
            queries.TRANSITION: self._transition,
            queries.MODIFY: self._modify,
            queries.COUPON: self._coupon,
        }

    def connector(self, **settings: Any) -> Vendure:
        self.settings = {
            **{"url": f"{self.url}/admin-api", "username": "desk", "password": "right", "secret": SECRET},
            **settings,
        }
        return Vendure(self.settings, ZoneInfo("UTC"), self.settings.update)

    def answer(self, request: Request) -> Reply:
        said = request.json()
        query, variables = said["query"], said["variables"]
        if query == queries.LOGIN:
            return self._login(variables)
        if request.headers.get("authorization") != f"Bearer {self.session}":
            return Reply(body={"errors": [FORBIDDEN], "data": None})
        if query in self._mutations:
            return Reply(body={"data": {"done": self._changed(query, variables)}})
        return Reply(body={"data": self._read(query, variables)})

    def _login(self, variables: dict[str, Any]) -> Reply:
        if variables != {"username": "desk", "password": "right"}:
            error = {"errorCode": "INVALID_CREDENTIALS_ERROR", "message": "The provided credentials are invalid"}
            return Reply(body={"data": {"login": error}})
        self.signed_in += 1
        return Reply(body={"data": {"login": {"id": "1"}}}, headers={"vendure-auth-token": self.session})

    def _read(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        if query == queries.ONE["order"]:
            return {"found": self.orders.get(variables["id"])}
        if query == queries.COUPONS:
            return {"promotions": {"items": [one for one in self.promotions if one["couponCode"] == variables["code"]]}}
        if query == queries.MANY["order"]:
            return {"found": {"items": self._listed(variables["options"])}}
        if query in (queries.MANY["product"], queries.MANY["customer"]):
            return {"found": {"items": [PRODUCT if query == queries.MANY["product"] else CUSTOMER]}}
        return {"me": {"id": "1"}}

    def _listed(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        rows = list(self.orders.values())
        for name, how in options.get("sort", {}).items():
            rows.sort(key=lambda one: str(one[name]), reverse=how == "DESC")
        after = options.get("filter", {}).get("updatedAt", {}).get("after")
        if after:
            rows = [one for one in rows if one["updatedAt"].replace("Z", "+00:00") > after]
        return rows[options.get("skip", 0) :][: options["take"]]

    def _changed(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        self.inputs.append(variables.get("input", variables))
        if self.error:
            error, self.error = self.error, {}
            return error
        return self._mutations[query](variables.get("input", variables))

    def _note(self, given: Any) -> dict[str, Any]:
        entry = {"type": "ORDER_NOTE", "data": {"note": given["note"]}, "isPublic": given["isPublic"]}
        self.orders[given["id"]]["history"]["items"].append(entry)
        return {"id": given["id"]}

    def _cancel(self, given: Any) -> dict[str, Any]:
        self.orders[given["orderId"]]["state"] = "Cancelled"
        return {}

    def _refund(self, given: Any) -> dict[str, Any]:
        if "shipping" not in given or "adjustment" not in given:
            raise AssertionError("NOT NULL constraint failed: refund.shipping")
        for one in self.orders.values():
            for paid in one["payments"]:
                if paid["id"] == given["paymentId"]:
                    made = refund(str(len(paid["refunds"]) + 70), given["amount"], reason=given["reason"])
                    paid["refunds"].append(made)
                    return {"id": made["id"], "state": "Settled"}
        return {"errorCode": "PAYMENT_ORDER_MISMATCH_ERROR", "message": "no such payment"}

    def _transition(self, given: Any) -> dict[str, Any]:
        self.orders[given["id"]]["state"] = given["state"]
        return {}

    def _modify(self, given: Any) -> dict[str, Any]:
        found = self.orders[given["orderId"]]
        if found["state"] != "Modifying":
            return {"errorCode": "ORDER_MODIFICATION_STATE_ERROR", "message": "The order must be modifying"}
        found["shippingAddress"] = given["updateShippingAddress"]
        return {}

    def _coupon(self, given: Any) -> dict[str, Any]:
        self.promotions.append({"id": str(len(self.promotions) + 1), "couponCode": given["couponCode"]})
        return self.promotions[-1]
