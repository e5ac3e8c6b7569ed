"""What Shopify's objects say. Amounts are in the currency the customer paid in, ids are gid://shopify/Order/1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    ReturnData,
    ShipmentData,
    Source,
    State,
    TrackingData,
    Unparsable,
    VariantData,
)

_PAYMENTS = {
    "AUTHORIZED": Payment.AUTHORISED,
    "EXPIRED": Payment.VOIDED,
    "PAID": Payment.PAID,
    "PARTIALLY_PAID": Payment.PARTLY_PAID,
    "PARTIALLY_REFUNDED": Payment.PARTLY_REFUNDED,
    "PENDING": Payment.PENDING,
    "REFUNDED": Payment.REFUNDED,
    "VOIDED": Payment.VOIDED,
}
_OPEN = ("IN_PROGRESS", "ON_HOLD", "OPEN", "PENDING_FULFILLMENT", "REQUEST_DECLINED", "SCHEDULED", "UNFULFILLED")
_FULFILMENTS = {
    **dict.fromkeys(_OPEN, Fulfilment.OPEN),
    "PARTIALLY_FULFILLED": Fulfilment.PARTLY,
    "FULFILLED": Fulfilment.FULFILLED,
    "FULFILLMENT_NOT_REQUIRED": Fulfilment.FULFILLED,
}
# "Delayed" is no place a parcel can be in: it is still on its way.
_STATES = {
    **dict.fromkeys(("CONFIRMED", "LABEL_PRINTED", "LABEL_PURCHASED", "SUBMITTED"), State.DATA_RECEIVED),
    **dict.fromkeys(("CARRIER_PICKED_UP", "FULFILLED", "MARKED_AS_FULFILLED"), State.HANDED_OVER),
    **dict.fromkeys(("IN_TRANSIT", "DELAYED"), State.IN_TRANSIT),
    **dict.fromkeys(("CANCELED", "LABEL_VOIDED"), State.CANCELLED),
    **dict.fromkeys(("FAILURE", "NOT_DELIVERED"), State.EXCEPTION),
    **dict.fromkeys(("DELIVERED", "PICKED_UP"), State.DELIVERED),
    "OUT_FOR_DELIVERY": State.OUT_FOR_DELIVERY,
    "ATTEMPTED_DELIVERY": State.ATTEMPT_FAILED,
    "READY_FOR_PICKUP": State.AVAILABLE_FOR_PICKUP,
}
_SOURCES = {
    "web": Source.WEB,
    "pos": Source.STORE,
    **dict.fromkeys(("amazon", "ebay", "facebook", "instagram", "tiktok", "google", "walmart"), Source.MARKETPLACE),
}
_SUBSCRIBED = {"SUBSCRIBED": True, "NOT_SUBSCRIBED": False, "UNSUBSCRIBED": False, "PENDING": False}


def number_of(gid: str) -> str:
    """gid://shopify/Order/1 → 1"""
    return gid.rpartition("/")[2].partition("?")[0]


def _id(fields: Fields, kind: str) -> str:
    gid = fields.needed("id")
    if not gid.startswith("gid://"):
        raise Unparsable("this is no object of the GraphQL API")
    if not gid.startswith(f"gid://shopify/{kind}/"):
        raise Unparsable(f"{gid} is no {kind}")
    return number_of(gid)


def _of(fields: Fields, name: str) -> str:
    """The id of an object inside, "" when it is gone."""
    return number_of(fields.inner(name).text("id"))


def _money(fields: Fields, name: str, currency: str) -> int:
    return fields.inner(name).inner("presentmentMoney").amount("amount", currency)


def _nodes(fields: Fields, name: str) -> Iterator[Fields]:
    """Of a connection, by its nodes or its edges. Some lists are none, and hold their objects themselves."""
    if isinstance(fields.raw.get(name), list):
        yield from fields.each(name)
    elif "edges" in (inner := fields.inner(name)) and "nodes" not in inner:
        yield from (edge.inner("node") for edge in inner.each("edges"))
    else:
        yield from inner.each("nodes")


def customer(raw: Mapping[str, Any]) -> CustomerData:
    """Raises Unparsable."""
    fields = Fields(raw)
    email = fields.inner("defaultEmailAddress")
    address = _address(fields.inner("defaultAddress"))
    return CustomerData(
        remote_id=_id(fields, "Customer"),
        email=email.text("emailAddress"),
        phone=fields.inner("defaultPhoneNumber").text("phoneNumber") or address.phone,
        name=fields.text("displayName"),
        language=fields.text("locale")[:5],
        accepts_marketing=_SUBSCRIBED.get(email.text("marketingState")),
        address=address,
        created_at=fields.moment("createdAt"),
        updated_at=fields.moment("updatedAt"),
        raw=raw,
    )


def product(raw: Mapping[str, Any]) -> ProductData:
    """A product, with the shop's currency under "_currency". Raises Unparsable."""
    fields = Fields(raw)
    title, currency = fields.needed("title"), fields.text("_currency")
    return ProductData(
        remote_id=_id(fields, "Product"),
        title=title,
        url=fields.text("onlineStoreUrl"),
        image_url=fields.inner("featuredMedia").inner("preview").inner("image").text("url"),
        is_active=fields.text("status") == "ACTIVE",
        variants=tuple(_variant(one, title, currency) for one in _nodes(fields, "variants")),
        updated_at=fields.moment("updatedAt"),
        raw=raw,
    )


def _variant(fields: Fields, title: str, currency: str) -> VariantData:
    own = fields.text("title")
    is_counted = fields.inner("inventoryItem").flag("tracked") and "inventoryQuantity" in fields
    return VariantData(
        remote_id=_id(fields, "ProductVariant"),
        title=f"{title} {own}" if own and own != "Default Title" else title,
        sku=fields.text("sku"),
        price=fields.amount("price", currency),
        currency=currency,
        stock=fields.number("inventoryQuantity") if is_counted else None,
    )


def order(raw: Mapping[str, Any], admin: str) -> OrderData:
    """Raises Unparsable. `admin`: the address of the shop's back office, or empty."""
    fields = Fields(raw)
    remote_id, currency = _id(fields, "Order"), fields.currency("presentmentCurrencyCode")
    parcels = tuple(parcel for one in _nodes(fields, "fulfillments") for parcel in _parcels(one))
    refunded, returned = _counts(fields, "refunds", "refundLineItems"), _returned(fields)
    billing, shipping = _address(fields.inner("billingAddress")), _address(fields.inner("shippingAddress"))
    fulfilment, is_pickup = _fulfilment(fields)
    return OrderData(
        remote_id=remote_id,
        number=fields.needed("name").lstrip("#"),
        currency=currency,
        total=_money(fields, "totalPriceSet", currency),
        placed_at=_placed(fields),
        updated_at=fields.moment("updatedAt"),
        email=fields.text("email"),
        phone=fields.text("phone") or shipping.phone or billing.phone,
        name=billing.name or shipping.name,
        customer_id=_of(fields, "customer"),
        language=fields.text("customerLocale")[:5],
        subtotal=_money(fields, "subtotalPriceSet", currency),
        shipping=_money(fields, "totalShippingPriceSet", currency),
        tax=_money(fields, "totalTaxSet", currency),
        discount=_money(fields, "totalDiscountsSet", currency),
        paid=_money(fields, "totalReceivedSet", currency),
        payment=_PAYMENTS.get(fields.text("displayFinancialStatus"), Payment.UNKNOWN),
        payment_method=", ".join(fields.texts("paymentGatewayNames")),
        fulfilment=fulfilment,
        is_cancelled="cancelledAt" in fields,
        cancelled_at=fields.moment("cancelledAt"),
        source=_SOURCES.get(fields.text("sourceName"), Source.OTHER),
        place=_place(fields),
        delivery_method=fields.inner("shippingLine").text("title"),
        is_pickup=is_pickup,
        billing=billing,
        shipping_address=shipping,
        coupons=tuple(fields.texts("discountCodes")),
        note=fields.text("note"),
        status=fields.text("displayFulfillmentStatus"),
        url=f"{admin}/orders/{remote_id}" if admin else "",
        lines=tuple(_line(one, currency, fields, refunded, returned) for one in _nodes(fields, "lineItems")),
        shipments=parcels,
        refunds=tuple(one for one in (_refund(row, currency) for row in _nodes(fields, "refunds")) if one.amount),
        returns=tuple(_return(one) for one in _nodes(fields, "returns")),
        raw=raw,
    )


def _placed(fields: Fields) -> datetime:
    found = fields.moment("processedAt") or fields.moment("createdAt")
    if found is None:
        raise Unparsable("processedAt is missing")
    return found


def _place(fields: Fields) -> str:
    """The store, or the marketplace."""
    via = fields.text("sourceName")
    return fields.inner("retailLocation").text("name") or (via if _SOURCES.get(via) == Source.MARKETPLACE else "")


def _fulfilment(fields: Fields) -> tuple[Fulfilment, bool]:
    """How far it has left, and whether the customer collects it."""
    shown = [one.text("displayStatus") for one in _nodes(fields, "fulfillments")]
    methods = [one.inner("deliveryMethod").text("methodType") for one in _nodes(fields, "fulfillmentOrders")]
    is_pickup = "PICK_UP" in methods or bool({"READY_FOR_PICKUP", "PICKED_UP"} & set(shown) and not _tracked(fields))
    found = _FULFILMENTS.get(fields.text("displayFulfillmentStatus"), Fulfilment.UNKNOWN)
    if is_pickup and "READY_FOR_PICKUP" in shown:
        found = Fulfilment.READY
    elif is_pickup and "PICKED_UP" in shown:
        found = Fulfilment.COLLECTED
    return found, is_pickup


def _tracked(fields: Fields) -> bool:
    """A parcel with a number waits at a carrier's, not in the shop's own store."""
    parcels = (info for one in _nodes(fields, "fulfillments") for info in one.each("trackingInfo"))
    return any(info.text("number") for info in parcels)


def _line(
    fields: Fields, currency: str, whole: Fields, refunded: Mapping[str, int], returned: Mapping[str, int]
) -> LineData:
    remote_id, quantity = _id(fields, "LineItem"), fields.number("quantity")
    tax = sum(_money(one, "priceSet", currency) for one in fields.each("taxLines"))
    price = _money(fields, "originalUnitPriceSet", currency)
    # Shopify's own totals of lines leave codes and discounts of the whole order out: their shares are told apart.
    off = sum(_money(one, "allocatedAmountSet", currency) for one in fields.each("discountAllocations"))
    net = price * quantity - off
    choice = fields.text("variantTitle")
    return LineData(
        remote_id=remote_id,
        title=" ".join(filter(None, [fields.text("title"), choice if choice != "Default Title" else ""])),
        quantity=quantity,
        sku=fields.text("sku"),
        product_id=_of(fields, "product"),
        variant_id=_of(fields, "variant"),
        unit_price=price,
        total=net if whole.flag("taxesIncluded") else net + tax,
        tax=tax,
        fulfilled=max(0, fields.number("currentQuantity", quantity) - fields.number("unfulfilledQuantity", quantity)),
        returned=returned.get(remote_id, 0),
        refunded=refunded.get(remote_id, 0),
        image_url=fields.inner("image").text("url"),
    )


def _counts(fields: Fields, name: str, inner: str) -> dict[str, int]:
    """Line → how many, over all objects of a list."""
    found: dict[str, int] = {}
    for one in _nodes(fields, name):
        for line, count in _quantities(one, inner).items():
            found[line] = found.get(line, 0) + count
    return found


def _quantities(fields: Fields, name: str) -> dict[str, int]:
    rows = ((_of(one, "lineItem"), one.number("quantity")) for one in _nodes(fields, name))
    return {line: count for line, count in rows if line}


def _refund(fields: Fields, currency: str) -> RefundData:
    states = [one.text("status") for one in _nodes(fields, "transactions") if one.text("kind") == "REFUND"]
    return RefundData(
        remote_id=_id(fields, "Refund"),
        amount=_money(fields, "totalRefundedSet", currency),
        made_at=fields.moment("createdAt"),
        reason=fields.text("note"),
        is_pending=any(state in ("PENDING", "AWAITING_RESPONSE", "UNKNOWN") for state in states),
    )


def _return(fields: Fields) -> ReturnData:
    rows = ((_of(one.inner("fulfillmentLineItem"), "lineItem"), one) for one in _nodes(fields, "returnLineItems"))
    return ReturnData(
        remote_id=_id(fields, "Return"),
        state=fields.text("status"),
        lines={line: one.number("quantity") for line, one in rows if line},
    )


def _returned(fields: Fields) -> dict[str, int]:
    """Of returns that are over: the goods are back."""
    found: dict[str, int] = {}
    for one in _nodes(fields, "returns"):
        for line, count in _return(one).lines.items() if one.text("status") == "CLOSED" else ():
            found[line] = found.get(line, 0) + count
    return found


def _parcels(fields: Fields) -> Iterator[ShipmentData]:
    """A fulfilment is a parcel for each tracking number, or one without. What happened is known of one parcel only."""
    remote_id = _id(fields, "Fulfillment")
    shown = fields.text("displayStatus")
    is_cancelled = fields.text("status") in ("CANCELLED", "FAILURE", "ERROR")
    infos = [one for one in fields.each("trackingInfo") if one.text("number") or one.text("url")]
    for at, info in enumerate(infos or [Fields({})]):
        yield ShipmentData(
            remote_id=f"{remote_id}-{at}" if at else remote_id,
            carrier=info.text("company"),
            tracking_number=info.text("number"),
            tracking_url=info.text("url"),
            state=State.CANCELLED if is_cancelled else _STATES.get(shown, State.UNKNOWN),
            shipped_at=fields.moment("createdAt"),
            delivered_at=fields.moment("deliveredAt"),
            lines=_quantities(fields, "fulfillmentLineItems"),
            events=tuple(_events(fields)) if len(infos) < 2 else (),
        )


def _events(fields: Fields) -> Iterator[TrackingData]:
    for one in _nodes(fields, "events"):
        at = one.moment("happenedAt")
        if at is not None:
            code = one.text("status")
            place = ", ".join(filter(None, [one.text("city"), one.text("country")]))
            state = _STATES.get(code, State.UNKNOWN)
            yield TrackingData(occurred_at=at, state=state, code=code, text=one.text("message"), place=place)


def _address(fields: Fields) -> Address:
    return Address(
        name=fields.text("name"),
        company=fields.text("company"),
        line1=fields.text("address1"),
        line2=fields.text("address2"),
        postcode=fields.text("zip"),
        city=fields.text("city"),
        region=fields.text("provinceCode"),
        country=fields.text("countryCodeV2").upper()[:2],
        phone=fields.text("phone"),
    )
