"""A Shopify shop that stands in for a real one: tokens, the bucket of costs, pages by cursor, and a few mutations."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from shopbell.plugins.shopify.connector import Shopify
from tests.commerce.standin import Reply, Request, StandIn

ALL_RIGHTS = (
    *("read_all_orders", "write_orders", "read_customers", "read_products", "write_discounts", "read_returns"),
    *("read_merchant_managed_fulfillment_orders", "read_locations"),
)
ADDRESS = {
    **{"name": "Anja Schröder", "company": None, "address1": "Lindenstraße 12", "address2": None, "zip": "20095"},
    **{"city": "Hamburg", "provinceCode": None, "countryCodeV2": "DE", "phone": "+4940123456"},
}


def money(amount: str) -> dict[str, Any]:
    return {"presentmentMoney": {"amount": amount}}


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def line(number: int = 31, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": gid("LineItem", number), "title": "Regenjacke", "variantTitle": "M", "sku": "J-M", "quantity": 2},
        **{"refundableQuantity": 2, "unfulfilledQuantity": 0, "currentQuantity": 2},
        **{"originalUnitPriceSet": money("50.0"), "discountAllocations": [{"allocatedAmountSet": money("10.00")}]},
        **{"taxLines": [{"priceSet": money("14.37")}], "image": {"url": "https://cdn.test/jacke.jpg"}},
        **{"product": {"id": gid("Product", 11)}, "variant": {"id": gid("ProductVariant", 12)}, **changes},
    }


def fulfilment(number: int = 77, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": gid("Fulfillment", number), "status": "SUCCESS", "displayStatus": "IN_TRANSIT"},
        **{"createdAt": "2026-11-22T08:00:00Z", "deliveredAt": None},
        "trackingInfo": [{"company": "DHL", "number": "JJD1", "url": "https://dhl.test/JJD1"}],
        "fulfillmentLineItems": {"nodes": [{"quantity": 2, "lineItem": {"id": gid("LineItem", 31)}}]},
        "events": {
            "nodes": [
                {
                    **{"happenedAt": "2026-11-22T18:00:00Z", "status": "IN_TRANSIT", "message": "Unterwegs"},
                    **{"city": "Hamburg", "country": "Germany"},
                }
            ]
        },
        **changes,
    }


def order(number: int = 450, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": gid("Order", number), "name": "#1001", "createdAt": "2026-11-21T19:56:40Z"},
        **{"processedAt": "2026-11-21T19:56:40Z", "updatedAt": "2026-11-22T18:00:00Z", "cancelledAt": None},
        **{"presentmentCurrencyCode": "EUR", "taxesIncluded": True, "displayFinancialStatus": "PAID"},
        **{"displayFulfillmentStatus": "FULFILLED", "email": "anja.schroeder@example.de", "phone": None},
        **{"note": "Bitte klingeln", "customerLocale": "de-DE", "sourceName": "web", "discountCodes": ["SOMMER10"]},
        **{"paymentGatewayNames": ["shopify_payments"], "test": False},
        **{"totalPriceSet": money("94.90"), "subtotalPriceSet": money("90.0"), "totalTaxSet": money("15.15")},
        **{"totalShippingPriceSet": money("4.9"), "totalDiscountsSet": money("10.0")},
        **{"totalReceivedSet": money("94.9"), "customer": {"id": gid("Customer", 2)}},
        **{"billingAddress": ADDRESS, "shippingAddress": ADDRESS, "shippingLine": {"title": "DHL Paket"}},
        "lineItems": {"nodes": [line()], "pageInfo": {"hasNextPage": False, "endCursor": None}},
        **{"fulfillments": [fulfilment()], "refunds": [], **changes},
    }


def product(number: int = 11, **changes: Any) -> dict[str, Any]:
    variant = {
        **{"id": gid("ProductVariant", 12), "title": "M", "sku": "J-M", "price": "50.00", "inventoryQuantity": 7},
        "inventoryItem": {"tracked": True},
    }
    return {
        **{"id": gid("Product", number), "title": "Regenjacke", "status": "ACTIVE"},
        **{"updatedAt": "2026-11-20T08:00:00Z", "onlineStoreUrl": "https://shop.test/products/regenjacke"},
        "featuredMedia": {"preview": {"image": {"url": "https://cdn.test/jacke.jpg"}}},
        "variants": {"nodes": [variant], "pageInfo": {"hasNextPage": False, "endCursor": None}},
        **changes,
    }


def customer(number: int = 2, **changes: Any) -> dict[str, Any]:
    return {
        **{"id": gid("Customer", number), "displayName": "Anja Schröder", "locale": "de"},
        **{"createdAt": "2026-11-19T10:00:00Z", "updatedAt": "2026-11-20T10:00:00Z"},
        "defaultEmailAddress": {"emailAddress": "anja.schroeder@example.de", "marketingState": "SUBSCRIBED"},
        **{"defaultPhoneNumber": None, "defaultAddress": ADDRESS, **changes},
    }


def payment(number: int, amount: str, kind: str = "SALE", parent: int = 0) -> dict[str, Any]:
    return {
        **{"id": gid("OrderTransaction", number), "kind": kind, "status": "SUCCESS", "gateway": "shopify_payments"},
        "amountSet": money(amount),
        "parentTransaction": {"id": gid("OrderTransaction", parent)} if parent else None,
    }


class ShopifyShop(StandIn):
    def __init__(self, **things: list[dict[str, Any]]) -> None:
        super().__init__()
        self.things: dict[str, list[dict[str, Any]]] = {"orders": [], "products": [], "customers": [], **things}
        self.rights: tuple[str, ...] = ALL_RIGHTS
        self.secret = "geheim"
        self.tokens: list[str] = []
        self.lives = 86_399
        self.most_at_once = 250  # objects a page before the question costs too much
        self.loses_answers = False  # changes are made, and answered with a 500
        self.throttled = 0  # questions to refuse before one is answered
        self.hooks: list[dict[str, str]] = []
        self.payments: list[dict[str, Any]] = []
        self.refunded: dict[str, dict[str, Any]] = {}  # idempotency key → input
        self.coupons: dict[str, dict[str, Any]] = {}
        self.asked_for: list[tuple[str, dict[str, Any]]] = []

    def connector(self, **settings: Any) -> Shopify:
        given = {"shop": self.url, "client_id": "id", "client_secret": "geheim"}
        self.settings: dict[str, Any] = {**given, **settings}
        return Shopify(self.settings, ZoneInfo("Europe/Tallinn"), self.settings.update)

    def answer(self, request: Request) -> Reply:
        if request.path == "/admin/oauth/access_token":
            return self._token(request.form())
        if request.headers.get("x-shopify-access-token") not in self.tokens[-1:]:
            return Reply(401, {"errors": "[API] Invalid API key or access token"})
        said = request.json()
        name = re.search(r"(?:query|mutation) (\w+)", said["query"])
        assert name
        self.asked_for.append((name[1], said["variables"]))
        reply = Reply(body=self._graph(name[1], said["query"], said["variables"]))
        is_lost = self.loses_answers and "mutation " in said["query"]
        return Reply(500, {"errors": "Internal"}) if is_lost else reply

    def _token(self, form: dict[str, str]) -> Reply:
        if form != {"grant_type": "client_credentials", "client_id": "id", "client_secret": self.secret}:
            return Reply(400, {"error": "application_cannot_be_found", "error_description": "Unknown application"})
        self.tokens.append(f"shpca_{len(self.tokens)}")
        body = {"access_token": self.tokens[-1], "scope": ",".join(self.rights), "expires_in": self.lives}
        return Reply(body=body)

    def _graph(self, name: str, query: str, given: dict[str, Any]) -> dict[str, Any]:
        if self.throttled:
            self.throttled -= 1
            return _no("Throttled", "THROTTLED", free=45)
        data = getattr(self, f"_on_{name.lower()}")(query, given)
        return data if "errors" in data else {"data": data, "extensions": {"cost": _cost(900)}}

    def _on_health(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        rights = [{"handle": one} for one in self.rights]
        return {"shop": {"name": "Shop", "currencyCode": "EUR"}, "currentAppInstallation": {"accessScopes": rights}}

    def _on_one(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        kind = given["id"].split("/")[3].lower()
        found = next((one for one in self.things[f"{kind}s"] if one["id"] == given["id"]), None)
        return {kind: found, "shop": {"currencyCode": "EUR"}}

    def _on_several(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        if given["first"] > self.most_at_once:
            return _no("Query cost is 1204, which exceeds the single query max cost limit (1000).", "MAX_COST_EXCEEDED")
        kind = next(kind for kind in self.things if f"{kind}(first" in query)
        by = {"UPDATED_AT": "updatedAt", "CREATED_AT": "createdAt"}[given["sort"]]
        rows = sorted(self.things[kind], key=lambda one: one.get(by) or "", reverse=given["reverse"])
        if given["query"]:
            since = re.fullmatch(r"updated_at:>='(.+)'", given["query"])
            assert since
            rows = [one for one in rows if one["updatedAt"] >= since[1]]
        start = int(given["after"] or 0)
        end = start + given["first"]
        page = {"hasNextPage": end < len(rows), "endCursor": str(end)}
        return {kind: {"nodes": rows[start:end], "pageInfo": page}, "shop": {"currencyCode": "EUR"}}

    def _on_rest(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        nodes = [line(number) for number in (32, 33)]
        return {"order": {"lineItems": {"nodes": nodes, "pageInfo": {"hasNextPage": False, "endCursor": None}}}}

    def _on_webhooks(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        return {"webhookSubscriptions": {"nodes": self.hooks, "pageInfo": {"hasNextPage": False, "endCursor": None}}}

    def _on_subscribe(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        if given["topic"].startswith("FULFILLMENT_EVENTS"):
            said = [{"message": "You do not have permission to create or update webhooks with this topic."}]
            return {"webhookSubscriptionCreate": {"webhookSubscription": None, "userErrors": said}}
        self.hooks.append({"id": gid("WebhookSubscription", len(self.hooks)), **given})
        return {"webhookSubscriptionCreate": {"webhookSubscription": self.hooks[-1], "userErrors": []}}

    def _the(self, number: str) -> dict[str, Any]:
        return next(one for one in self.things["orders"] if one["id"] == number)

    def _on_note(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        return self._on_one(query, given)

    _on_shipping = _on_note

    def _on_update(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        self._the(given["input"]["id"]).update(given["input"])
        return {"orderUpdate": {"order": {"id": given["input"]["id"]}, "userErrors": []}}

    def _on_cancel(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        self._the(given["id"])["cancelledAt"] = "2026-11-22T20:00:00Z"
        return {"orderCancel": {"job": {"id": "gid://shopify/Job/1"}, "orderCancelUserErrors": []}}

    def _on_payments(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        made = [{"id": one["id"], "note": one["note"]} for one in self.refunded.values()]
        return {"order": {"presentmentCurrencyCode": "EUR", "transactions": self.payments, "refunds": made}}

    def _on_refund(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        assert "@idempotent(key: $key)" in query
        made = {"id": gid("Refund", 900 + len(self.refunded)), **given["input"]}
        made = self.refunded.setdefault(given["key"], made)
        return {"refundCreate": {"refund": {"id": made["id"]}, "userErrors": []}}

    def _on_whose(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        emails = {one["defaultEmailAddress"]["emailAddress"]: one["id"] for one in self.things["customers"]}
        found = emails.get(given["email"])
        return {"customerByIdentifier": {"id": found} if found else None}

    def _on_coupon(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        if "discount" not in given:
            found = {"id": gid("DiscountCodeNode", 5)} if given["code"] in self.coupons else None
            return {"codeDiscountNodeByCode": found, "shop": {"currencyCode": "EUR"}}
        code = given["discount"]["code"]
        if code in self.coupons:
            said = [{"message": "Code must be unique"}]
            return {"discountCodeBasicCreate": {"codeDiscountNode": None, "userErrors": said}}
        self.coupons[code] = given["discount"]
        node = {"id": gid("DiscountCodeNode", 5)}
        return {"discountCodeBasicCreate": {"codeDiscountNode": node, "userErrors": []}}


def _cost(free: int) -> dict[str, Any]:
    status = {"maximumAvailable": 1000, "currentlyAvailable": free, "restoreRate": 100}
    return {"requestedQueryCost": 50, "actualQueryCost": 12, "throttleStatus": status}


def _no(message: str, code: str, free: int = 900) -> dict[str, Any]:
    errors = [{"message": message, "extensions": {"code": code}}]
    return {"errors": errors, "extensions": {"cost": _cost(free)}}
