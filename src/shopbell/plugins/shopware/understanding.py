"""What Shopware's objects say: three state machines (order, delivery, payment), amounts as numbers in units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, tzinfo
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
from shopbell.plugins.shopware.api import EURO_SYSTEM

_PAYMENTS = {
    **dict.fromkeys(("open", "in_progress", "reminded", "unconfirmed"), Payment.PENDING),
    "authorized": Payment.AUTHORISED,
    "paid": Payment.PAID,
    "paid_partially": Payment.PARTLY_PAID,
    "refunded": Payment.REFUNDED,
    "refunded_partially": Payment.PARTLY_REFUNDED,
    "failed": Payment.FAILED,
    "cancelled": Payment.VOIDED,
}
_FULFILMENTS = {
    **dict.fromkeys(("open", "cancelled"), Fulfilment.OPEN),
    "shipped": Fulfilment.FULFILLED,
    "shipped_partially": Fulfilment.PARTLY,
    "returned": Fulfilment.RETURNED,
    "returned_partially": Fulfilment.FULFILLED,
}
_STATES = {
    "open": State.DATA_RECEIVED,
    "shipped": State.HANDED_OVER,
    "shipped_partially": State.HANDED_OVER,
    "returned": State.RETURNED,
    "returned_partially": State.HANDED_OVER,
    "cancelled": State.CANCELLED,
}
_GOODS = ("product", "custom", "")  # promotions and credits are discounts, containers hold lines of their own
_POINT_OF_SALE = "pos"


def _state(fields: Fields) -> str:
    return fields.inner("stateMachineState").text("technicalName")


def customer(raw: Mapping[str, Any], zone: tzinfo) -> CustomerData:
    """Raises Unparsable."""
    fields = Fields(raw)
    address = _address(fields.inner("defaultBillingAddress"))
    return CustomerData(
        remote_id=fields.needed("id"),
        email=fields.needed("email"),
        phone=address.phone,
        name=_name(fields),
        language=_language(fields),
        address=address,
        created_at=fields.moment("createdAt", zone),
        updated_at=_latest([fields], zone),
        raw=raw,
    )


def product(raw: Mapping[str, Any], currency: str, zone: tzinfo) -> ProductData:
    """A product with its children, which leave out what is as in their parent. Raises Unparsable."""
    fields = Fields(raw)
    title = _told(fields, "name")
    if not title:
        raise Unparsable("name is missing")
    children = list(fields.each("children"))
    return ProductData(
        remote_id=fields.needed("id"),
        title=title,
        image_url=fields.inner("cover").inner("media").text("url"),
        is_active=fields.flag("active"),
        variants=tuple(_variant(one, fields, title, currency) for one in children or [fields]),
        updated_at=_latest([fields, *children], zone),
        raw=raw,
    )


def _told(fields: Fields, name: str) -> str:
    return fields.inner("translated").text(name) or fields.text(name)


def _variant(fields: Fields, parent: Fields, title: str, currency: str) -> VariantData:
    options = [_told(one, "name") for one in fields.each("options")]
    prices = list(fields.each("price")) or list(parent.each("price"))
    price = next((one for one in prices if one.text("currencyId") == EURO_SYSTEM), None)
    return VariantData(
        remote_id=fields.needed("id"),
        title=" ".join([title, *filter(None, options)]),
        sku=fields.text("productNumber"),
        price=price.amount("gross", currency) if price else 0,
        currency=currency,
        stock=fields.number("availableStock") if "availableStock" in fields else None,
    )


def order(
    raw: Mapping[str, Any], root: str, zone: tzinfo, *, dates_are_promises: bool, otherwise: str = ""
) -> OrderData:
    """Raises Unparsable. `otherwise`: the currency of an order that came without its own."""
    fields = Fields(raw)
    own = fields.inner("currency")
    currency = own.currency("isoCode") if "isoCode" in own or not otherwise else otherwise
    person, billing = fields.inner("orderCustomer"), _address(fields.inner("billingAddress"))
    deliveries = [one for one in fields.each("deliveries") if not _is_discount(one)]
    payments = sorted(fields.each("transactions"), key=lambda one: one.text("createdAt"))
    shipping = _address(deliveries[0].inner("shippingOrderAddress")) if deliveries else Address()
    fulfilment, status = _fulfilment(deliveries), _state(fields)
    total, payment = fields.amount("amountTotal", currency), _payment(payments)
    refunds = tuple(one for row in payments for one in _refunds(row, currency, zone) if one.amount)
    lines = list(fields.each("lineItems"))
    is_net = fields.inner("price").text("taxStatus") == "net"  # of merchants: tax comes on top
    remote_id = fields.needed("id")
    return OrderData(
        remote_id=remote_id,
        number=fields.needed("orderNumber").lstrip("#"),
        currency=currency,
        total=total,
        placed_at=_placed(fields, zone),
        updated_at=_latest([fields, *fields.each("deliveries"), *payments], zone),
        email=person.text("email"),
        phone=billing.phone or shipping.phone,
        name=_name(person) or billing.name,
        customer_id=person.text("customerId"),
        language=_language(fields),
        subtotal=sum(one.amount("totalPrice", currency) for one in lines if one.text("type") in _GOODS),
        shipping=fields.amount("shippingTotal", currency),
        tax=_tax(fields.inner("price"), currency),
        discount=-sum(min(0, one.amount("totalPrice", currency)) for one in lines),
        paid=total if payment in (Payment.PAID, Payment.PARTLY_REFUNDED, Payment.REFUNDED) else 0,
        payment=payment,
        payment_method=_told(payments[-1].inner("paymentMethod"), "name") if payments else "",
        fulfilment=fulfilment,
        is_cancelled=status == "cancelled",
        source=_source(fields),
        place=_told(fields.inner("salesChannel"), "name") if _source(fields) != Source.WEB else "",
        delivery_method=_told(deliveries[0].inner("shippingMethod"), "name") if deliveries else "",
        is_pickup=any(_is_pickup(one) for one in deliveries),
        promised_on=_promise(deliveries, zone) if dates_are_promises else None,
        billing=billing,
        shipping_address=shipping,
        coupons=tuple(filter(None, (one.inner("payload").text("code") for one in lines))),
        note=fields.text("customerComment"),
        status=status,
        url=f"{root}/admin#/sw/order/detail/{remote_id}" if root else "",
        lines=tuple(_line(one, currency, fulfilment, is_net) for one in lines if one.text("type") in _GOODS),
        shipments=tuple(parcel for one in deliveries for parcel in _parcels(one, zone)),
        refunds=refunds,
        raw=raw,
    )


def _placed(fields: Fields, zone: tzinfo) -> datetime:
    found = fields.moment("orderDateTime", zone) or fields.moment("createdAt", zone)
    if found is None:
        raise Unparsable("orderDateTime is missing")
    return found


def _latest(parts: list[Fields], zone: tzinfo) -> datetime | None:
    """When anything of it changed last: a thing never changed has only the day it was made."""
    found = [one.moment(name, zone) for one in parts for name in ("updatedAt", "createdAt")]
    return max((at for at in found if at), default=None)


def _is_discount(delivery: Fields) -> bool:
    """Free shipping by a promotion is written as one more delivery, with a price below nothing."""
    return delivery.inner("shippingCosts").amount("totalPrice", "EUR") < 0


def _is_pickup(delivery: Fields) -> bool:
    return "pickup" in delivery.inner("shippingMethod").text("technicalName")


def _fulfilment(deliveries: list[Fields]) -> Fulfilment:
    states = {_FULFILMENTS.get(_state(one), Fulfilment.UNKNOWN) for one in deliveries}
    if len(states) == 1:
        return states.pop()
    return Fulfilment.PARTLY if states & {Fulfilment.FULFILLED, Fulfilment.PARTLY} else Fulfilment.UNKNOWN


def _payment(payments: list[Fields]) -> Payment:
    """Of the last payment tried, unless an earlier one went through."""
    states = [_PAYMENTS.get(_state(one), Payment.UNKNOWN) for one in payments]
    good = [one for one in states if one not in (Payment.FAILED, Payment.VOIDED)]
    return (good or states or [Payment.UNKNOWN])[-1]


def _refunds(payment: Fields, currency: str, zone: tzinfo) -> Iterator[RefundData]:
    """Where a payment plug-in writes refunds down; else a payment given back in full is one."""
    rows = [row for capture in payment.each("captures") for row in capture.each("refunds")]
    for row in rows:
        state = _state(row)
        if state not in ("failed", "cancelled"):
            yield RefundData(
                remote_id=row.needed("id"),
                amount=row.inner("amount").amount("totalPrice", currency),
                made_at=row.moment("createdAt", zone),
                reason=row.text("reason"),
                is_pending=state != "completed",
            )
    if not rows and _state(payment) == "refunded":
        amount = payment.inner("amount").amount("totalPrice", currency)
        yield RefundData(remote_id=payment.needed("id"), amount=amount, made_at=payment.moment("updatedAt", zone))


def _tax(price: Fields, currency: str) -> int:
    return sum(one.amount("tax", currency) for one in price.each("calculatedTaxes"))


def _source(fields: Fields) -> Source:
    """By the sales channel's name: its types are storefront, headless and product feeds, which all are the web."""
    name = _told(fields.inner("salesChannel"), "name").lower()
    return Source.STORE if _POINT_OF_SALE in name.replace("-", " ").split() else Source.WEB


def _promise(deliveries: list[Fields], zone: tzinfo) -> date | None:
    days = [one.moment("shippingDateLatest", zone) for one in deliveries]
    return max((day.astimezone(zone).date() for day in days if day), default=None)


def _line(fields: Fields, currency: str, fulfilment: Fulfilment, is_net: bool) -> LineData:
    quantity, product_id = fields.number("quantity"), fields.text("productId")
    payload = fields.inner("payload")
    total, tax = fields.amount("totalPrice", currency), _tax(fields.inner("price"), currency)
    return LineData(
        remote_id=fields.needed("id"),
        title=fields.text("label"),
        quantity=quantity,
        sku=payload.text("productNumber"),
        product_id=payload.text("parentId") or product_id,
        variant_id=product_id,
        unit_price=fields.amount("unitPrice", currency),
        total=total + tax if is_net else total,
        tax=tax,
        fulfilled=quantity if fulfilment == Fulfilment.FULFILLED else 0,
        returned=quantity if fulfilment == Fulfilment.RETURNED else 0,
        image_url=fields.inner("cover").text("url"),
    )


def _parcels(fields: Fields, zone: tzinfo) -> Iterator[ShipmentData]:
    """A delivery is a parcel for each of its codes; without one it is a parcel once it was sent."""
    remote_id, state = fields.needed("id"), _state(fields)
    codes = list(
        dict.fromkeys(code for one in fields.texts("trackingCodes") for code in one.split(",") if code.strip())
    )
    if not codes and state in ("open", "cancelled"):
        return
    method = fields.inner("shippingMethod")
    lines = {one.needed("orderLineItemId"): one.inner("price").number("quantity") for one in fields.each("positions")}
    for at, number in enumerate(codes or [""]):
        url = method.text("trackingUrl")
        yield ShipmentData(
            remote_id=f"{remote_id}-{at}" if at else remote_id,
            carrier=_told(method, "name"),
            tracking_number=number.strip(),
            tracking_url=url.replace("%s", number.strip()) if "%s" in url and number else "",
            state=_STATES.get(state, State.UNKNOWN),
            shipped_at=fields.moment("updatedAt", zone) if state == "shipped" else None,
            lines={line: count for line, count in lines.items() if count},
        )


def _name(fields: Fields) -> str:
    return f"{fields.text('firstName')} {fields.text('lastName')}".strip()


def _language(fields: Fields) -> str:
    return fields.inner("language").inner("locale").text("code")[:5]


def _address(fields: Fields) -> Address:
    return Address(
        name=_name(fields),
        company=fields.text("company"),
        line1=fields.text("street"),
        line2=fields.text("additionalAddressLine1"),
        postcode=fields.text("zipcode"),
        city=fields.text("city"),
        region=fields.inner("countryState").text("shortCode"),
        country=fields.inner("country").text("iso").upper()[:2],
        phone=fields.text("phoneNumber"),
    )
