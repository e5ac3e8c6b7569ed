"""Vendure's orders, products and customers. Its amounts are integers of the smallest unit already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
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
    ShipmentData,
    State,
    Unparsable,
    VariantData,
)

_LEFT = {"Shipped", "Delivered"}
_STATES = {"Shipped": State.HANDED_OVER, "Delivered": State.DELIVERED, "Cancelled": State.CANCELLED}
_UNPAID = {"Declined", "Error"}
_NOT_PAID_BACK = {"Failed"}


def order(given: Fields) -> OrderData:
    """What comes back, or is cancelled, Vendure takes out of lines and totals. Where the payments show that it was paid
    for, the order is given as it was placed. Raises Unparsable, also for a basket."""
    placed_at = given.moment("orderPlacedAt")
    if placed_at is None:
        raise Unparsable("orderPlacedAt is missing: this is a basket and no order")
    payments = list(given.each("payments"))
    settled = sum(one.number("amount") for one in payments if one.text("state") == "Settled")
    is_cancelled = given.text("state") == "Cancelled"
    shipping = sum(one.number("priceWithTax") for one in given.each("shippingLines"))
    placed = given.number("totalWithTax") + sum(_taken_out(one) for one in given.each("lines"))
    placed += shipping if is_cancelled else 0
    as_placed = is_cancelled or settled >= placed
    lines = tuple(_line(one, given, as_placed=as_placed, has_left=not is_cancelled) for one in given.each("lines"))
    total = placed if as_placed else given.number("totalWithTax")
    refunds = tuple(_refunds(payments))
    customer, delivery = given.inner("customer"), address(given.inner("shippingAddress"))
    return OrderData(
        remote_id=given.needed("id"),
        number=given.needed("code"),
        currency=given.currency("currencyCode"),
        total=total,
        placed_at=placed_at,
        updated_at=given.moment("updatedAt"),
        email=customer.text("emailAddress"),
        phone=customer.text("phoneNumber") or delivery.phone,
        name=_name(customer) or delivery.name,
        customer_id=customer.key("id") if "user" in customer else "",
        subtotal=total - shipping,
        shipping=shipping,
        tax=given.number("totalWithTax") - given.number("total") if "total" in given else 0,
        discount=0 if is_cancelled else -sum(one.number("amountWithTax") for one in given.each("discounts")),
        paid=settled,
        payment=_payment(total, settled, payments, refunds),
        payment_method=", ".join(dict.fromkeys(one.text("method") for one in payments if "method" in one)),
        fulfilment=_fulfilment(given, lines),
        is_cancelled=is_cancelled,
        cancelled_at=_moved_at(given, "ORDER_STATE_TRANSITION", "Cancelled") if is_cancelled else None,
        delivery_method=", ".join(one.inner("shippingMethod").text("name") for one in given.each("shippingLines")),
        billing=address(given.inner("billingAddress")),
        shipping_address=delivery,
        coupons=tuple(given.texts("couponCodes")),
        status=given.text("state"),
        lines=lines,
        shipments=tuple(_shipment(one, given) for one in given.each("fulfillments")),
        refunds=refunds,
        raw=given.raw,
    )


def _taken_out(line: Fields) -> int:
    """What the part of a line cost that is no longer in it."""
    return line.number("unitPriceWithTax") * max(0, line.number("orderPlacedQuantity") - line.number("quantity"))


def _line(line: Fields, whole: Fields, *, as_placed: bool, has_left: bool) -> LineData:
    variant = line.inner("productVariant")
    product, number = variant.inner("product"), line.needed("id")
    quantity = line.number("quantity")
    out = max(0, line.number("orderPlacedQuantity") - quantity) if as_placed else 0
    total = line.number("proratedLinePriceWithTax") or line.number("discountedLinePriceWithTax")
    fulfilled = _counted(whole, _LEFT)[number]
    return LineData(
        remote_id=number,
        title=variant.text("name"),
        quantity=quantity + out,
        sku=variant.text("sku"),
        product_id=product.key("id"),
        variant_id=variant.key("id"),
        unit_price=line.number("unitPriceWithTax"),
        total=total + (_taken_out(line) if as_placed else 0),
        tax=total - line.number("proratedLinePrice", total),
        fulfilled=min(quantity + out, fulfilled),
        returned=min(out, fulfilled) if has_left else 0,
        image_url=product.inner("featuredAsset").text("preview"),
    )


def _counted(whole: Fields, states: set[str]) -> Counter[str]:
    """Line → how many of it are in parcels of these states."""
    found: Counter[str] = Counter()
    for parcel in whole.each("fulfillments"):
        if parcel.text("state") in states:
            found.update(_held(parcel))
    return found


def _held(parcel: Fields) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for one in parcel.each("lines"):
        found[one.needed("orderLineId")] += one.number("quantity")
    return dict(found)


def _fulfilment(whole: Fields, lines: tuple[LineData, ...]) -> Fulfilment:
    """By what is in the parcels: the order's own state may be "Modifying" at the moment."""
    delivered = _counted(whole, {"Delivered"})
    wanted = [line for line in lines if line.quantity]
    if not any(line.fulfilled for line in wanted):
        return Fulfilment.OPEN
    if all(line.returned >= line.quantity for line in wanted):
        return Fulfilment.RETURNED
    if any(line.fulfilled < line.quantity for line in wanted):
        return Fulfilment.PARTLY
    if all(delivered[line.remote_id] >= line.quantity for line in wanted):
        return Fulfilment.DELIVERED
    return Fulfilment.FULFILLED


def _payment(total: int, settled: int, payments: list[Fields], refunds: tuple[RefundData, ...]) -> Payment:
    states = [one.text("state") for one in payments]
    returned = sum(one.amount for one in refunds if not one.is_pending)
    if settled and returned:
        return Payment.REFUNDED if returned >= settled else Payment.PARTLY_REFUNDED
    if settled or not total:
        return Payment.PAID if settled >= total else Payment.PARTLY_PAID
    if "Authorized" in states:
        return Payment.AUTHORISED
    if states and all(state in _UNPAID for state in states):
        return Payment.FAILED
    return Payment.VOIDED if states and all(state == "Cancelled" for state in states) else Payment.PENDING


def _refunds(payments: list[Fields]) -> list[RefundData]:
    return [
        RefundData(
            remote_id=one.needed("id"),
            amount=one.number("total"),
            made_at=one.moment("createdAt"),
            reason=one.text("reason"),
            is_pending=one.text("state") != "Settled",
        )
        for payment in payments
        for one in payment.each("refunds")
        if one.text("state") not in _NOT_PAID_BACK and one.number("total") > 0
    ]


def _shipment(parcel: Fields, whole: Fields) -> ShipmentData:
    number, state = parcel.needed("id"), parcel.text("state")
    shipped = _moved_at(whole, "ORDER_FULFILLMENT_TRANSITION", "Shipped", number)
    delivered = _moved_at(whole, "ORDER_FULFILLMENT_TRANSITION", "Delivered", number)
    touched = parcel.moment("updatedAt")
    return ShipmentData(
        remote_id=number,
        carrier=parcel.text("method"),
        tracking_number=parcel.text("trackingCode"),
        state=_STATES.get(state, State.UNKNOWN),
        shipped_at=(shipped or touched) if state in _LEFT else None,
        delivered_at=(delivered or touched) if state == "Delivered" else None,
        lines=_held(parcel),
    )


def _moved_at(whole: Fields, kind: str, state: str, parcel: str = "") -> datetime | None:
    """When the order, or one of its parcels, went into that state last, as its history tells."""
    found = [
        entry.moment("createdAt")
        for entry in whole.inner("history").each("items")
        if entry.text("type") == kind
        and _of(entry).get("to") == state
        and (not parcel or str(_of(entry).get("fulfillmentId", "")) == parcel)
    ]
    return max((at for at in found if at), default=None)


def _of(entry: Fields) -> Mapping[str, Any]:
    data = entry.raw.get("data")
    return data if isinstance(data, Mapping) else {}


def address(given: Fields) -> Address:
    country = given.raw.get("country")
    code = country.get("code") if isinstance(country, Mapping) else ""
    return Address(
        name=given.text("fullName"),
        company=given.text("company"),
        line1=given.text("streetLine1"),
        line2=given.text("streetLine2"),
        postcode=given.text("postalCode"),
        city=given.text("city"),
        region=given.text("province"),
        country=(given.text("countryCode") or str(code or "")).upper()[:2],
        phone=given.text("phoneNumber"),
    )


def _name(person: Fields) -> str:
    return f"{person.text('firstName')} {person.text('lastName')}".strip()


def customer(given: Fields) -> CustomerData:
    """Raises Unparsable."""
    places = sorted(given.each("addresses"), key=lambda one: not one.flag("defaultShippingAddress"))
    where = address(places[0]) if places else Address()
    return CustomerData(
        remote_id=given.needed("id"),
        email=given.text("emailAddress"),
        phone=given.text("phoneNumber") or where.phone,
        name=_name(given) or where.name,
        address=where,
        created_at=given.moment("createdAt"),
        updated_at=given.moment("updatedAt"),
        raw=given.raw,
    )


def product(given: Fields, page: str) -> ProductData:
    """`page`: the address of a product in the shop, with {slug}. Raises Unparsable."""
    slug = given.text("slug")
    return ProductData(
        remote_id=given.needed("id"),
        title=given.text("name"),
        url=page.replace("{slug}", slug) if slug else "",
        image_url=given.inner("featuredAsset").text("preview"),
        is_active=given.flag("enabled") if "enabled" in given else True,
        variants=tuple(_variant(one) for one in given.each("variants")),
        updated_at=given.moment("updatedAt"),
        raw=given.raw,
    )


def _variant(given: Fields) -> VariantData:
    levels = list(given.each("stockLevels"))
    is_counted = bool(levels) and given.text("trackInventory") != "FALSE"
    return VariantData(
        remote_id=given.needed("id"),
        title=given.text("name"),
        sku=given.text("sku"),
        price=given.number("priceWithTax"),
        currency=given.currency("currencyCode") if "currencyCode" in given else "",
        stock=sum(one.number("stockOnHand") - one.number("stockAllocated") for one in levels) if is_counted else None,
    )
