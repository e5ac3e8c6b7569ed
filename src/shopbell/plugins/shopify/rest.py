"""Objects as webhooks and the older REST API write them, in the words of the GraphQL API.

What a webhook brings is a hint only: what it is about is fetched by GraphQL. A body that was stored is read by this.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from shopbell.commerce.contract import Fields, Kind, Unparsable

# Names that only such objects have.
_MARKS: Mapping[Kind, tuple[str, ...]] = {
    "order": ("financial_status", "order_number"),
    "customer": ("orders_count", "verified_email", "accepts_marketing", "email_marketing_consent", "default_address"),
    "product": ("variants", "product_type"),
}
_FULFILMENTS = {"": "UNFULFILLED", "partial": "PARTIALLY_FULFILLED"}
_PARCELS = {"success": "FULFILLED", "open": "CONFIRMED", "pending": "CONFIRMED"}
_RECEIVED = ("paid", "partially_refunded", "refunded")


def is_rest(raw: Any) -> bool:
    """Whether its id is a number, and no gid://shopify/…"""
    return isinstance(raw, Mapping) and str(raw.get("id", "")).isdigit()


def as_graphql(kind: Kind, raw: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """The same object as the GraphQL API writes it. `currency`: the shop's, for products. Raises Unparsable."""
    fields = Fields(raw)
    if not any(name in raw for name in _MARKS[kind]):
        raise Unparsable(f"this is no {kind}")
    if kind == "order":
        return _order(fields)
    return _customer(fields) if kind == "customer" else _product(fields, currency)


def _gid(kind: str, number: str) -> str:
    return f"gid://shopify/{kind}/{number}" if number else ""


def _within(kind: str, number: str) -> dict[str, str] | None:
    return {"id": _gid(kind, number)} if number else None


def _money(fields: Fields, name: str) -> dict[str, Any]:
    """The amount the customer sees; bodies of old versions have one amount only."""
    shown = fields.inner(f"{name}_set").inner("presentment_money")
    amount = shown.raw if "amount" in shown else {"amount": fields.raw.get(name)}
    return {"presentmentMoney": {"amount": amount["amount"]}}


def _sum(fields: Fields, name: str, inner: str) -> dict[str, Any]:
    """Of what the shop does not add up itself: shipping in bodies of old versions."""
    return _added([Fields(_money(one, inner)["presentmentMoney"]) for one in fields.each(name)])


def _order(fields: Fields) -> dict[str, Any]:
    status = fields.text("financial_status")
    shipping = [one.text("title") for one in fields.each("shipping_lines")]
    has_shipping = "total_shipping_price_set" in fields
    return {
        "id": _gid("Order", fields.needed("id")),
        "name": fields.text("name") or fields.text("order_number"),
        "presentmentCurrencyCode": fields.text("presentment_currency") or fields.text("currency"),
        "totalPriceSet": _money(fields, "total_price"),
        "subtotalPriceSet": _money(fields, "subtotal_price"),
        "totalShippingPriceSet": _money(fields, "total_shipping_price")
        if has_shipping
        else _sum(fields, "shipping_lines", "price"),
        "totalTaxSet": _money(fields, "total_tax"),
        "totalDiscountsSet": _money(fields, "total_discounts"),
        "totalReceivedSet": _money(fields, "total_price") if status in _RECEIVED else {},
        "displayFinancialStatus": status.upper(),
        "displayFulfillmentStatus": _fulfilment(fields),
        "processedAt": fields.raw.get("processed_at"),
        "createdAt": fields.raw.get("created_at"),
        "updatedAt": fields.raw.get("updated_at"),
        "cancelledAt": fields.raw.get("cancelled_at"),
        "email": fields.text("email") or fields.text("contact_email"),
        "phone": fields.text("phone"),
        "customer": _within("Customer", fields.inner("customer").text("id")),
        "customerLocale": fields.text("customer_locale"),
        "paymentGatewayNames": fields.texts("payment_gateway_names") or [fields.text("gateway")],
        "sourceName": fields.text("source_name"),
        "shippingLine": {"title": shipping[0]} if shipping else None,
        "billingAddress": _address(fields.inner("billing_address")),
        "shippingAddress": _address(fields.inner("shipping_address")),
        "discountCodes": [one.text("code") for one in fields.each("discount_codes")],
        "note": fields.text("note"),
        "taxesIncluded": fields.flag("taxes_included"),
        "lineItems": [_line(one) for one in fields.each("line_items")],
        "fulfillments": [_parcel(one) for one in fields.each("fulfillments")],
        "refunds": [_refund(one) for one in fields.each("refunds")],
    }


def _fulfilment(fields: Fields) -> str:
    status = fields.text("fulfillment_status")
    return _FULFILMENTS.get(status, status.upper())


def _line(fields: Fields) -> dict[str, Any]:
    is_gone = fields.text("fulfillment_status") == "fulfilled"
    return {
        "id": _gid("LineItem", fields.needed("id")),
        "title": fields.text("title") or fields.text("name"),
        "variantTitle": fields.text("variant_title"),
        "sku": fields.text("sku"),
        "quantity": fields.raw.get("quantity"),
        "currentQuantity": fields.raw.get("current_quantity"),
        "unfulfilledQuantity": fields.raw.get("fulfillable_quantity", 0 if is_gone else None),
        "product": _within("Product", fields.key("product_id")),
        "variant": _within("ProductVariant", fields.key("variant_id")),
        "originalUnitPriceSet": _money(fields, "price"),
        "taxLines": [{"priceSet": _money(one, "price")} for one in fields.each("tax_lines")],
        "discountAllocations": [
            {"allocatedAmountSet": _money(one, "amount")} for one in fields.each("discount_allocations")
        ],
    }


def _parcel(fields: Fields) -> dict[str, Any]:
    status = fields.text("status")
    numbers = fields.texts("tracking_numbers") or [fields.text("tracking_number")]
    links = fields.texts("tracking_urls") or [fields.text("tracking_url")]
    company = fields.text("tracking_company")
    return {
        "id": _gid("Fulfillment", fields.needed("id")),
        "status": status.upper(),
        "displayStatus": (fields.text("shipment_status") or _PARCELS.get(status, status)).upper(),
        "createdAt": fields.raw.get("created_at"),
        "trackingInfo": [
            {"company": company, "number": number, "url": links[at] if at < len(links) else ""}
            for at, number in enumerate(numbers)
        ],
        "fulfillmentLineItems": [_counted(one, "id") for one in fields.each("line_items")],
    }


def _counted(fields: Fields, name: str) -> dict[str, Any]:
    return {"lineItem": _within("LineItem", fields.text(name)), "quantity": fields.raw.get("quantity")}


def _refund(fields: Fields) -> dict[str, Any]:
    money = [one for one in fields.each("transactions") if one.text("kind") == "refund"]
    given = [one for one in money if one.text("status") not in ("failure", "error")]
    return {
        "id": _gid("Refund", fields.needed("id")),
        "createdAt": fields.raw.get("processed_at") or fields.raw.get("created_at"),
        "note": fields.text("note"),
        "totalRefundedSet": _added(given),
        "transactions": [{"kind": "REFUND", "status": one.text("status").upper()} for one in money],
        "refundLineItems": [_counted(one, "line_item_id") for one in fields.each("refund_line_items")],
    }


def _added(amounts: list[Fields]) -> dict[str, Any]:
    try:
        found = sum((Decimal(one.text("amount") or 0) for one in amounts), Decimal())
    except InvalidOperation:
        raise Unparsable("an amount is no number") from None
    return {"presentmentMoney": {"amount": str(found)}}


def _address(fields: Fields) -> dict[str, Any]:
    full = " ".join(filter(None, [fields.text("first_name"), fields.text("last_name")]))
    return {
        "name": fields.text("name") or full,
        "company": fields.text("company"),
        "address1": fields.text("address1"),
        "address2": fields.text("address2"),
        "zip": fields.text("zip"),
        "city": fields.text("city"),
        "provinceCode": fields.text("province_code") or fields.text("province"),
        "countryCodeV2": fields.text("country_code"),
        "phone": fields.text("phone"),
    }


def _customer(fields: Fields) -> dict[str, Any]:
    consent = fields.inner("email_marketing_consent").text("state").upper()
    accepts = ""
    if "accepts_marketing" in fields:
        accepts = "SUBSCRIBED" if fields.flag("accepts_marketing") else "NOT_SUBSCRIBED"
    return {
        "id": _gid("Customer", fields.needed("id")),
        "displayName": " ".join(filter(None, [fields.text("first_name"), fields.text("last_name")])),
        "defaultEmailAddress": {"emailAddress": fields.text("email"), "marketingState": consent or accepts},
        "defaultPhoneNumber": {"phoneNumber": fields.text("phone")},
        "defaultAddress": _address(fields.inner("default_address")),
        "locale": fields.text("locale"),
        "createdAt": fields.raw.get("created_at"),
        "updatedAt": fields.raw.get("updated_at"),
    }


def _product(fields: Fields, currency: str) -> dict[str, Any]:
    images = [one.text("src") for one in fields.each("images")]
    image = fields.inner("image").text("src") or next(iter(images), "")
    return {
        "id": _gid("Product", fields.needed("id")),
        "title": fields.text("title"),
        "status": fields.text("status", "active").upper(),
        "updatedAt": fields.raw.get("updated_at"),
        "featuredMedia": {"preview": {"image": {"url": image}}},
        "variants": [_variant(one) for one in fields.each("variants")],
        "_currency": currency,
    }


def _variant(fields: Fields) -> dict[str, Any]:
    return {
        "id": _gid("ProductVariant", fields.needed("id")),
        "title": fields.text("title"),
        "sku": fields.text("sku"),
        "price": fields.raw.get("price"),
        "inventoryQuantity": fields.raw.get("inventory_quantity"),
        "inventoryItem": {"tracked": bool(fields.text("inventory_management"))},
    }
