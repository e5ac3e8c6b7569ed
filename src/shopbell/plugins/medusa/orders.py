"""Medusa's orders. Its amounts are numbers in the currency's units: 124.7 is 124.70 €."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation

from shopbell.commerce.contract import (
    Address,
    Fields,
    Fulfilment,
    LineData,
    OrderData,
    Payment,
    RefundData,
    ReturnData,
    ShipmentData,
    State,
    Unparsable,
)
from shopbell.core import money

_PAYMENTS = {
    "not_paid": Payment.PENDING,
    "awaiting": Payment.PENDING,
    "requires_action": Payment.PENDING,
    "authorized": Payment.AUTHORISED,
    "partially_authorized": Payment.AUTHORISED,
    "captured": Payment.PAID,
    "completed": Payment.PAID,
    "partially_captured": Payment.PARTLY_PAID,
    "partially_refunded": Payment.PARTLY_REFUNDED,
    "refunded": Payment.REFUNDED,
    "canceled": Payment.VOIDED,
}
_FULFILMENTS = {
    "not_fulfilled": Fulfilment.OPEN,
    "partially_fulfilled": Fulfilment.OPEN,  # packed; it leaves the shop with "shipped"
    "fulfilled": Fulfilment.OPEN,
    "partially_shipped": Fulfilment.PARTLY,
    "shipped": Fulfilment.FULFILLED,
    "delivered": Fulfilment.DELIVERED,
    "canceled": Fulfilment.OPEN,
}


def read(given: Fields, base: str) -> OrderData:
    """`base`: the shop's address. `returns` stands beside the order when it was fetched. Raises Unparsable."""
    currency = given.currency("currency_code")
    placed_at = given.moment("created_at")
    if placed_at is None:
        raise Unparsable("created_at is missing")
    lines = tuple(_line(one, currency) for one in given.each("items"))
    methods = list(given.each("shipping_methods"))
    shipping = sum(_paid_for(one, currency, "amount") for one in methods)
    total = _total(given, currency)
    delivery, billing = address(given.inner("shipping_address")), address(given.inner("billing_address"))
    customer = given.inner("customer")
    payments = [one for group in given.each("payment_collections") for one in group.each("payments")]
    method = ", ".join(one.text("name") for one in methods if "name" in one)
    number = given.needed("id")
    return OrderData(
        remote_id=number,
        number=given.text("custom_display_id") or given.text("display_id") or number,
        currency=currency,
        total=total,
        placed_at=placed_at,
        updated_at=given.moment("updated_at"),
        email=given.text("email") or customer.text("email"),
        phone=delivery.phone or billing.phone or customer.text("phone"),
        name=name(customer) or billing.name or delivery.name,
        customer_id=given.key("customer_id") if customer.flag("has_account") else "",
        language=given.text("locale").replace("_", "-").partition("-")[0].lower()[:5],
        subtotal=total - shipping,
        shipping=shipping,
        tax=given.amount("tax_total", currency),
        discount=given.amount("discount_total", currency),
        paid=sum(one.amount("amount", currency) for payment in payments for one in payment.each("captures")),
        payment=_PAYMENTS.get(given.text("payment_status"), Payment.UNKNOWN),
        payment_method=", ".join(dict.fromkeys(one.text("provider_id") for one in payments if "provider_id" in one)),
        fulfilment=_fulfilment(given.text("fulfillment_status"), lines),
        is_cancelled=given.text("status") == "canceled",
        cancelled_at=_cancelled_at(given, payments),
        place=given.inner("sales_channel").text("name"),
        delivery_method=method,
        billing=billing,
        shipping_address=delivery,
        coupons=tuple(one.text("code") for one in given.each("promotions") if "code" in one),
        status=given.text("status"),
        url=f"{base}/app/orders/{number}" if base else "",
        lines=lines,
        shipments=tuple(parcel for one in given.each("fulfillments") for parcel in _parcels(one, method)),
        refunds=tuple(_refund(one, currency) for payment in payments for one in payment.each("refunds")),
        returns=tuple(_return(one) for one in given.each("returns")),
        raw=given.raw,
    )


def _total(given: Fields, currency: str) -> int:
    """What was ordered: `total` falls with every return."""
    summary = given.inner("summary")
    if "original_order_total" in summary:
        return summary.amount("original_order_total", currency)
    return given.amount("original_total" if "original_total" in given else "total", currency)


def _line(line: Fields, currency: str) -> LineData:
    detail, quantity = line.inner("detail"), line.number("quantity", 1)
    return LineData(
        remote_id=line.needed("id"),
        title=" ".join(dict.fromkeys(filter(None, [line.text("title"), line.text("variant_title")]))),
        quantity=quantity,
        sku=line.text("variant_sku"),
        product_id=line.key("product_id"),
        variant_id=line.key("variant_id"),
        unit_price=line.amount("unit_price", currency),
        total=_paid_for(line, currency, "unit_price", quantity),
        tax=line.amount("tax_total", currency),
        fulfilled=min(quantity, detail.number("shipped_quantity")),
        returned=min(quantity, detail.number("return_received_quantity")),
        image_url=line.text("thumbnail"),
    )


def _paid_for(line: Fields, currency: str, price: str, quantity: int = 1) -> int:
    """`total`; a line that came back has 0 there, and what was paid for it is worked out again."""
    total = line.amount("total", currency)
    if total or not line.inner("detail").number("return_received_quantity"):
        return total if "total" in line else line.amount(price, currency) * quantity
    off = sum(one.amount("amount", currency) for one in line.each("adjustments"))
    net = line.amount(price, currency) * quantity - off
    if line.flag("is_tax_inclusive"):
        return net
    rate = sum((_rate(one) for one in line.each("tax_lines")), Decimal(0))
    return money.minor(money.major(net, currency) * (1 + rate / 100), currency)


def _rate(tax: Fields) -> Decimal:
    try:
        rate = Decimal(tax.text("rate", "0") or "0")
    except InvalidOperation:
        rate = Decimal(-1)
    if not rate.is_finite() or not 0 <= rate <= 100:
        raise Unparsable(f"{tax.text('rate')!r} is no rate of tax")
    return rate


def _fulfilment(status: str, lines: tuple[LineData, ...]) -> Fulfilment:
    if status == "partially_delivered":
        return Fulfilment.FULFILLED if all(one.fulfilled >= one.quantity for one in lines) else Fulfilment.PARTLY
    return _FULFILMENTS.get(status, Fulfilment.UNKNOWN)


def _parcels(one: Fields, method: str) -> Iterator[ShipmentData]:
    """One for each label; what is in which the shop does not say, so the first holds it all."""
    held: Counter[str] = Counter()
    for item in one.each("items"):
        held[item.needed("line_item_id")] += item.number("quantity")
    number, labels = one.needed("id"), list(one.each("labels"))
    for label in labels or [Fields({}, "labels")]:
        is_first = not labels or label is labels[0]
        yield ShipmentData(
            remote_id=number if is_first else f"{number}/{label.needed('id')}",
            carrier=method,
            tracking_number=label.text("tracking_number"),
            tracking_url=_link(label.text("tracking_url")),
            state=_state(one),
            shipped_at=one.moment("shipped_at"),
            delivered_at=one.moment("delivered_at"),
            lines=dict(held) if is_first else {},
        )


def _link(text: str) -> str:
    """Merchants without a link write "#" or "-" there: the field may not be empty."""
    return text if text.startswith(("https://", "http://")) else ""


def _state(one: Fields) -> State:
    if "canceled_at" in one:
        return State.CANCELLED
    if "delivered_at" in one:
        return State.DELIVERED
    return State.HANDED_OVER if "shipped_at" in one else State.UNKNOWN


def _refund(one: Fields, currency: str) -> RefundData:
    return RefundData(
        remote_id=one.needed("id"),
        amount=one.amount("amount", currency),
        made_at=one.moment("created_at"),
        reason=one.text("note"),
    )


def _return(one: Fields) -> ReturnData:
    items = [(item.text("item_id"), item.number("quantity")) for item in one.each("items")]
    return ReturnData(
        remote_id=one.needed("id"),
        state=one.text("status"),
        requested_at=one.moment("requested_at") or one.moment("created_at"),
        received_at=one.moment("received_at"),
        lines={line: quantity for line, quantity in items if line},
    )


def _cancelled_at(given: Fields, payments: list[Fields]) -> datetime | None:
    if given.text("status") != "canceled":
        return None
    dates = [one.moment("canceled_at") for one in payments]
    return given.moment("canceled_at") or max((at for at in dates if at), default=None)


def address(given: Fields) -> Address:
    return Address(
        name=name(given),
        company=given.text("company"),
        line1=given.text("address_1"),
        line2=given.text("address_2"),
        postcode=given.text("postal_code"),
        city=given.text("city"),
        region=given.text("province"),
        country=given.text("country_code").upper()[:2],
        phone=given.text("phone"),
    )


def name(person: Fields) -> str:
    return f"{person.text('first_name')} {person.text('last_name')}".strip()
