"""What Ecwid's objects say. Amounts are numbers in units of the shop's currency, which is not named in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
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
    Source,
    State,
    Unparsable,
    VariantData,
)

_PAYMENTS = {
    "AWAITING_PAYMENT": Payment.PENDING,
    "PAID": Payment.PAID,
    "CANCELLED": Payment.VOIDED,
    "REFUNDED": Payment.REFUNDED,
    "PARTIALLY_REFUNDED": Payment.PARTLY_REFUNDED,
}
_FULFILMENTS = {
    **dict.fromkeys(("AWAITING_PROCESSING", "PROCESSING", "WILL_NOT_DELIVER"), Fulfilment.OPEN),
    **dict.fromkeys(("SHIPPED", "OUT_FOR_DELIVERY"), Fulfilment.FULFILLED),
    "DELIVERED": Fulfilment.DELIVERED,
    "READY_FOR_PICKUP": Fulfilment.READY,
    "RETURNED": Fulfilment.RETURNED,
}
_STATES = {
    **dict.fromkeys(("AWAITING_PROCESSING", "PROCESSING"), State.DATA_RECEIVED),
    "SHIPPED": State.HANDED_OVER,
    "OUT_FOR_DELIVERY": State.OUT_FOR_DELIVERY,
    "DELIVERED": State.DELIVERED,
    "RETURNED": State.RETURNED,
    "WILL_NOT_DELIVER": State.CANCELLED,
}


def is_draft(raw: Any) -> bool:
    """A basket somebody left in the till."""
    return isinstance(raw, Mapping) and raw.get("paymentStatus") == "INCOMPLETE"


def customer(raw: Mapping[str, Any], zone: tzinfo) -> CustomerData:
    """Raises Unparsable."""
    fields = Fields(raw)
    if "paymentStatus" in fields:
        raise Unparsable("this is an order and no customer")
    address = _address(fields.inner("billingPerson"))
    return CustomerData(
        remote_id=fields.needed("id"),
        email=fields.needed("email"),
        phone=address.phone,
        name=fields.text("name") or address.name,
        language=fields.text("lang")[:5],
        accepts_marketing=fields.flag("acceptMarketing") if "acceptMarketing" in fields else None,
        address=address,
        created_at=fields.moment("registered", zone),
        updated_at=fields.moment("updated", zone),
        raw=raw,
    )


def product(raw: Mapping[str, Any], currency: str) -> ProductData:
    """Raises Unparsable."""
    fields = Fields(raw)
    title = fields.needed("name")
    variants = list(fields.each("combinations"))
    return ProductData(
        remote_id=fields.needed("id"),
        title=title,
        url=fields.text("url"),
        image_url=fields.text("imageUrl"),
        is_active=fields.flag("enabled"),
        variants=tuple(_variant(one, fields, title, currency) for one in variants or [fields]),
        updated_at=fields.moment("updateTimestamp"),
        raw=raw,
    )


def _variant(fields: Fields, whole: Fields, title: str, currency: str) -> VariantData:
    options = [one.text("value") for one in fields.each("options")] if fields is not whole else []
    is_counted = "quantity" in fields and not fields.flag("unlimited")
    price = fields if "price" in fields else whole
    return VariantData(
        remote_id=fields.needed("id"),
        title=" ".join([title, *filter(None, options)]),
        sku=fields.text("sku") or whole.text("sku"),
        price=price.amount("price", currency),
        currency=currency,
        stock=fields.number("quantity") if is_counted else None,
    )


def order(raw: Mapping[str, Any], currency: str, store: str) -> OrderData:
    """Raises Unparsable. `currency`: the shop's; `store`: its number, for the address of the control panel."""
    fields = Fields(raw)
    if not currency:
        raise Unparsable("the shop's currency is not known yet")
    remote_id = fields.text("id") or fields.needed("orderNumber")
    state, option = fields.text("fulfillmentStatus"), fields.inner("shippingOption")
    billing, shipping = _address(fields.inner("billingPerson")), _address(fields.inner("shippingPerson"))
    payment, is_pickup = _PAYMENTS.get(fields.needed("paymentStatus"), Payment.UNKNOWN), _is_pickup(fields)
    total = fields.amount("total", currency)
    fulfilment = _FULFILMENTS.get(state, Fulfilment.UNKNOWN)
    return OrderData(
        remote_id=remote_id,
        number=(fields.text("vendorOrderNumber") or remote_id).lstrip("#"),
        currency=currency,
        total=total,
        placed_at=_placed(fields),
        updated_at=fields.moment("updateTimestamp") or fields.moment("updateDate"),
        email=fields.text("email"),
        phone=billing.phone or shipping.phone,
        name=billing.name or shipping.name,
        customer_id=fields.key("customerId"),
        language=fields.text("lang")[:5],
        subtotal=fields.amount("subtotal", currency),
        shipping=option.amount("shippingRate", currency),
        tax=fields.amount("tax", currency),
        discount=fields.amount("discount", currency) + fields.amount("couponDiscount", currency),
        paid=total if payment in (Payment.PAID, Payment.PARTLY_REFUNDED, Payment.REFUNDED) else 0,
        payment=payment,
        payment_method=fields.text("paymentMethod"),
        fulfilment=Fulfilment.COLLECTED if is_pickup and state in ("SHIPPED", "DELIVERED") else fulfilment,
        is_cancelled=payment == Payment.VOIDED or state == "WILL_NOT_DELIVER",
        source=Source.WEB,
        delivery_method=option.text("shippingMethodName"),
        is_pickup=is_pickup,
        billing=billing,
        shipping_address=shipping,
        coupons=tuple(filter(None, [fields.inner("discountCoupon").text("code")])),
        note=fields.text("orderComments"),
        status=f"{fields.text('paymentStatus')} {state}".strip(),
        url=f"https://my.ecwid.com/store/{store}#order:id={remote_id}" if store else "",
        lines=tuple(_line(one, currency, fulfilment, fields) for one in fields.each("items")),
        shipments=tuple(_parcel(fields, option, state, remote_id)),
        refunds=tuple(_refunds(fields, currency)),
        raw=raw,
    )


def _placed(fields: Fields) -> datetime:
    found = fields.moment("createTimestamp") or fields.moment("createDate")
    if found is None:
        raise Unparsable("createTimestamp is missing")
    return found


def _is_pickup(fields: Fields) -> bool:
    option = fields.inner("shippingOption")
    return option.flag("isPickup") or option.text("fulfillmentType") == "PICKUP"


def _line(fields: Fields, currency: str, fulfilment: Fulfilment, whole: Fields) -> LineData:
    quantity, tax = fields.number("quantity"), fields.amount("tax", currency)
    net = fields.amount("price", currency) * quantity
    chosen = [one.text("value") for one in fields.each("selectedOptions") if one.text("type") == "CHOICE"]
    product_id = fields.key("productId")
    return LineData(
        remote_id=fields.needed("id"),
        title=" ".join([fields.text("name"), *filter(None, chosen)]),
        quantity=quantity,
        sku=fields.text("sku"),
        product_id=product_id,
        variant_id=fields.key("combinationId") or product_id,
        unit_price=fields.amount("price", currency),
        total=net if whole.flag("pricesIncludeTax") else net + tax,
        tax=tax,
        fulfilled=quantity if fulfilment in (Fulfilment.FULFILLED, Fulfilment.DELIVERED) else 0,
        returned=quantity if fulfilment == Fulfilment.RETURNED else 0,
        image_url=fields.text("imageUrl"),
    )


def _parcel(fields: Fields, option: Fields, state: str, remote_id: str) -> Iterator[ShipmentData]:
    """Ecwid knows one parcel of an order: its tracking number, if any."""
    number, url = fields.text("trackingNumber"), fields.text("trackingUrl")
    if number or (state in ("SHIPPED", "OUT_FOR_DELIVERY", "DELIVERED", "RETURNED") and not _is_pickup(fields)):
        yield ShipmentData(
            remote_id=f"{remote_id}-parcel",
            carrier=option.text("shippingCarrierName") or option.text("shippingMethodName"),
            tracking_number=number,
            tracking_url=url if url.startswith(("https://", "http://")) else "",
            state=_STATES.get(state, State.UNKNOWN),
        )


def _refunds(fields: Fields, currency: str) -> Iterator[RefundData]:
    """Each refund, where they are told apart; else their sum; else the whole, where that went back."""
    rows = list(fields.each("refunds"))
    for at, one in enumerate(rows):
        if amount := one.amount("amount", currency):
            yield RefundData(
                remote_id=str(at),
                amount=abs(amount),
                made_at=one.moment("date"),
                reason=one.text("reason"),
            )
    back = fields.amount("refundedAmount", currency)
    if not back and fields.text("paymentStatus") == "REFUNDED":
        back = fields.amount("total", currency)
    if not rows and back > 0:
        yield RefundData(remote_id="all", amount=back)


def _address(fields: Fields) -> Address:
    line1, _break, line2 = fields.text("street").partition("\n")
    return Address(
        name=fields.text("name"),
        company=fields.text("companyName"),
        line1=line1.strip(),
        line2=line2.strip(),
        postcode=fields.text("postalCode"),
        city=fields.text("city"),
        region=fields.text("stateOrProvinceCode"),
        country=fields.text("countryCode").upper()[:2],
        phone=fields.text("phone"),
    )
