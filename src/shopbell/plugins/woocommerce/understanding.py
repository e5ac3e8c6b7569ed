"""What WooCommerce's objects say. Amounts are texts in units, refunds negative, times local with a twin in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from html import unescape
from typing import Any

from shopbell.commerce.contract import (
    Address,
    CustomerData,
    Fields,
    Fulfilment,
    LineData,
    OrderData,
    Payment,
    ProductData,
    RefundData,
    Source,
    State,
    Unparsable,
    VariantData,
)
from shopbell.plugins.woocommerce import tracking

# The last five are statuses that well-known plug-ins add.
_FULFILMENTS = {
    **dict.fromkeys(("pending", "on-hold", "processing", "failed", "cancelled"), Fulfilment.OPEN),
    "completed": Fulfilment.FULFILLED,
    "shipped": Fulfilment.FULFILLED,
    "partial-shipped": Fulfilment.PARTLY,
    "delivered": Fulfilment.DELIVERED,
    "ready-pickup": Fulfilment.READY,
    "pickup": Fulfilment.COLLECTED,
}
_STATES = {
    Fulfilment.OPEN: State.DATA_RECEIVED,
    Fulfilment.PARTLY: State.HANDED_OVER,
    Fulfilment.FULFILLED: State.HANDED_OVER,
    Fulfilment.DELIVERED: State.DELIVERED,
    Fulfilment.READY: State.AVAILABLE_FOR_PICKUP,
    Fulfilment.COLLECTED: State.DELIVERED,
}
_SOURCES = {
    **dict.fromkeys(("", "checkout", "store-api"), Source.WEB),
    **dict.fromkeys(("pos", "pos-rest-api", "woocommerce-pos"), Source.STORE),
    **dict.fromkeys(("amazon", "ebay"), Source.MARKETPLACE),
}
_PICKUP = ("local_pickup", "pickup_location", "local_pickup_plus")
_PAID = ("processing", "completed", *(name for name in _FULFILMENTS if name.endswith(("shipped", "pickup"))))
_DRAFTS = ("auto-draft", "checkout-draft", "trash")


def is_draft(kind: str, raw: Any) -> bool:
    """A basket in the till, a page never saved, or what was thrown away: there is nothing yet, or no more."""
    status = raw.get("status") if isinstance(raw, Mapping) else None
    return status in _DRAFTS or (kind == "order" and status == "draft")


def parent(raw: Mapping[str, Any]) -> str:
    """The product a variation is one of; "" for a product. Webhooks tell of variations as if they were products."""
    fields = Fields(raw)
    return fields.key("parent_id") if fields.text("type") == "variation" else ""


def customer(raw: Mapping[str, Any], zone: tzinfo) -> CustomerData:
    """Raises Unparsable."""
    fields = Fields(raw)
    billing = fields.inner("billing")
    address = _address(billing)
    if "username" not in fields and "email" not in fields:
        raise Unparsable("email is missing")
    return CustomerData(
        remote_id=fields.needed("id"),
        email=fields.text("email") or billing.text("email"),
        phone=billing.text("phone"),
        name=_name(fields) or address.name,
        language="",
        address=address,
        created_at=_moment(fields, "date_created", zone),
        updated_at=_moment(fields, "date_modified", zone),
        raw=raw,
    )


def product(raw: Mapping[str, Any], currency: str, zone: tzinfo) -> ProductData:
    """A product, with its variations under "_variations" where it has some. Raises Unparsable."""
    fields = Fields(raw)
    title = unescape(fields.needed("name"))
    variations = list(fields.each("_variations"))
    return ProductData(
        remote_id=fields.needed("id"),
        title=title,
        url=fields.text("permalink"),
        image_url=next((image.text("src") for image in fields.each("images")), ""),
        is_active=fields.text("status", "publish") == "publish",
        variants=tuple(_variant(one, title, currency) for one in variations or [fields]),
        updated_at=_moment(fields, "date_modified", zone),
        raw=raw,
    )


def _variant(fields: Fields, title: str, currency: str) -> VariantData:
    options = [one.text("option") for one in fields.each("attributes") if one.text("option")]
    return VariantData(
        remote_id=fields.needed("id"),
        title=" ".join([title, *options]) if options else title,
        sku=fields.text("sku"),
        price=fields.amount("price", currency),
        currency=currency,
        stock=fields.number("stock_quantity") if "stock_quantity" in fields else None,
    )


def order(raw: Mapping[str, Any], root: str, zone: tzinfo) -> OrderData:
    """An order, with its refunds in full under "refunds" where they were asked for. Raises Unparsable."""
    fields = Fields(raw)
    currency, status = fields.currency("currency"), fields.text("status")
    total = fields.amount("total", currency)
    billing, shipping = fields.inner("billing"), fields.inner("shipping")
    refunds = tuple(one for one in (_refund(row, currency, zone) for row in fields.each("refunds")) if one.amount)
    methods = list(fields.each("shipping_lines"))
    fulfilment = _FULFILMENTS.get(status, Fulfilment.UNKNOWN)
    payment = _payment(fields, status, total, refunds)
    remote_id = fields.needed("id")
    return OrderData(
        remote_id=remote_id,
        number=(fields.text("number") or remote_id).lstrip("#"),
        currency=currency,
        total=total,
        placed_at=_placed(fields, zone),
        updated_at=_moment(fields, "date_modified", zone),
        email=billing.text("email"),
        phone=billing.text("phone") or shipping.text("phone"),
        name=_name(billing) or _name(shipping),
        customer_id=fields.key("customer_id"),
        language=str(tracking.meta_of(fields).get("wpml_language") or "")[:5],
        subtotal=sum(_with_tax(line, "subtotal", currency) for line in fields.each("line_items")),
        shipping=_with_tax(fields, "shipping_total", currency, "shipping_tax"),
        tax=fields.amount("total_tax", currency),
        discount=_with_tax(fields, "discount_total", currency, "discount_tax"),
        paid=total if payment in (Payment.PAID, Payment.PARTLY_REFUNDED, Payment.REFUNDED) else 0,
        payment=payment,
        payment_method=fields.text("payment_method_title") or fields.text("payment_method"),
        fulfilment=fulfilment,
        is_cancelled=status == "cancelled",
        source=_SOURCES.get(fields.text("created_via"), Source.OTHER),
        place=_place(fields, methods),
        delivery_method=next((one.text("method_title") for one in methods), ""),
        is_pickup=any(one.text("method_id") in _PICKUP for one in methods),
        billing=_address(billing),
        shipping_address=_address(shipping),
        coupons=tuple(filter(None, (one.text("code") for one in fields.each("coupon_lines")))),
        note=fields.text("customer_note"),
        status=status,
        url=f"{root}/wp-admin/post.php?post={remote_id}&action=edit" if root else "",
        lines=_lines(fields, currency, fulfilment),
        shipments=tracking.read(fields, _STATES.get(fulfilment, State.UNKNOWN), zone),
        refunds=refunds,
        raw=raw,
    )


def _placed(fields: Fields, zone: tzinfo) -> datetime:
    found = _moment(fields, "date_created", zone)
    if found is None:
        raise Unparsable("date_created is missing")
    return found


def _moment(fields: Fields, name: str, zone: tzinfo) -> datetime | None:
    """The twin in UTC where there is one (it says nothing of its zone); else the shop's local time."""
    return fields.moment(f"{name}_gmt", UTC) or fields.moment(name, zone)


def _with_tax(fields: Fields, name: str, currency: str, tax: str = "") -> int:
    return fields.amount(name, currency) + fields.amount(tax or f"{name}_tax", currency)


def _payment(fields: Fields, status: str, total: int, refunds: tuple[RefundData, ...]) -> Payment:
    """WooCommerce keeps no state of payment: its status, the day of payment and the refunds tell."""
    back = sum(one.amount for one in refunds)
    is_paid = bool(fields.text("date_paid") or fields.text("date_paid_gmt"))
    if status == "refunded" or (back and back >= total):
        return Payment.REFUNDED
    if back:
        return Payment.PARTLY_REFUNDED
    if status == "failed":
        return Payment.FAILED
    if is_paid or (status in _PAID and not _is_collected_later(fields, status)):
        return Payment.PAID
    if status in ("pending", "on-hold", "processing"):
        return Payment.PENDING
    return Payment.VOIDED if status == "cancelled" else Payment.UNKNOWN


def _is_collected_later(fields: Fields, status: str) -> bool:
    """Cash on delivery is "processing" without a day of payment until it is completed."""
    return fields.text("payment_method") == "cod" and status != "completed"


def _place(fields: Fields, methods: list[Fields]) -> str:
    """The marketplace, or the store where it is collected."""
    via = fields.text("created_via")
    if _SOURCES.get(via) == Source.MARKETPLACE:
        return via
    stores = (tracking.meta_of(one).get("pickup_location") for one in methods)
    return next((one for one in stores if isinstance(one, str)), "")


def _refund(fields: Fields, currency: str, zone: tzinfo) -> RefundData:
    amount = fields.amount("amount", currency) or fields.amount("total", currency)
    return RefundData(
        remote_id=fields.needed("id"),
        amount=abs(amount),
        made_at=_moment(fields, "date_created", zone),
        reason=fields.text("reason"),
    )


def _lines(fields: Fields, currency: str, fulfilment: Fulfilment) -> tuple[LineData, ...]:
    refunded = _refunded(fields)
    return tuple(_line(one, currency, fulfilment, refunded) for one in fields.each("line_items"))


def _line(fields: Fields, currency: str, fulfilment: Fulfilment, refunded: Mapping[str, int]) -> LineData:
    remote_id, quantity = fields.needed("id"), fields.number("quantity")
    product_id = fields.key("product_id")
    has_left = fulfilment in (Fulfilment.FULFILLED, Fulfilment.DELIVERED, Fulfilment.COLLECTED)
    return LineData(
        remote_id=remote_id,
        title=unescape(fields.text("name")),
        quantity=quantity,
        sku=fields.text("sku"),
        product_id=product_id,
        variant_id=fields.key("variation_id") or product_id,
        unit_price=round(_with_tax(fields, "subtotal", currency) / quantity) if quantity else 0,
        total=_with_tax(fields, "total", currency),
        tax=fields.amount("total_tax", currency),
        fulfilled=quantity if has_left else 0,
        refunded=refunded.get(remote_id, 0),
        image_url=fields.inner("image").text("src"),
    )


def _refunded(fields: Fields) -> dict[str, int]:
    """Line → how many of it were refunded, as refunds in full say."""
    counts: dict[str, int] = {}
    for refund in fields.each("refunds"):
        for line in refund.each("line_items"):
            of = str(tracking.meta_of(line).get("_refunded_item_id") or "")
            counts[of] = counts.get(of, 0) + abs(line.number("quantity"))
    return counts


def _name(fields: Fields) -> str:
    return f"{fields.text('first_name')} {fields.text('last_name')}".strip()


def _address(fields: Fields) -> Address:
    return Address(
        name=_name(fields),
        company=fields.text("company"),
        line1=fields.text("address_1"),
        line2=fields.text("address_2"),
        postcode=fields.text("postcode"),
        city=fields.text("city"),
        region=fields.text("state"),
        country=fields.text("country").upper()[:2],
        phone=fields.text("phone"),
    )
