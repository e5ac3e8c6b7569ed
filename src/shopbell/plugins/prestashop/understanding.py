"""What PrestaShop's objects say, joined with their parts: texts everywhere, flags as "1", times in the shop's zone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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

# A state's mail template says what it means, whatever the shop calls it in its language.
CANCELLED, _REFUNDED, _FAILED = "order_canceled", "refund", "payment_error"


def told(fields: Fields, name: str) -> str:
    """A text, of the first language where there are several: [{"id": "1", "value": "…"}]."""
    value = fields.raw.get(name)
    if isinstance(value, list):
        return next((one.text("value") for one in fields.each(name) if one.text("value")), "")
    return fields.text(name)


def customer(raw: Mapping[str, Any], zone: tzinfo) -> CustomerData:
    """Raises Unparsable."""
    fields = Fields(raw)
    return CustomerData(
        remote_id=fields.needed("id"),
        email=fields.needed("email"),
        name=_name(fields),
        language=fields.inner("_language").text("iso_code")[:5],
        accepts_marketing=fields.flag("newsletter") if "newsletter" in fields else None,
        created_at=fields.moment("date_add", zone),
        updated_at=fields.moment("date_upd", zone),
        raw=raw,
    )


def product(raw: Mapping[str, Any], zone: tzinfo) -> ProductData:
    """Raises Unparsable."""
    fields = Fields(raw)
    title = told(fields, "name")
    if not title:
        raise Unparsable("name is missing")
    return ProductData(
        remote_id=fields.needed("id"),
        title=title,
        is_active=fields.flag("active"),
        variants=tuple(_variants(fields, title)),
        updated_at=fields.moment("date_upd", zone),
        raw=raw,
    )


def _variants(fields: Fields, title: str) -> Iterator[VariantData]:
    """Prices are without tax: PrestaShop keeps them so. A choice's own is added to its product's."""
    currency = fields.inner("_currency").text("iso_code")
    stocks = {one.text("id_product_attribute"): one.number("quantity") for one in fields.each("_stocks")}
    base, number = fields.amount("price", currency), fields.needed("id")
    choices = list(fields.each("_combinations"))
    for one in choices:
        choice = one.needed("id")
        yield VariantData(
            remote_id=f"{number}-{choice}",
            title=title,
            sku=one.text("reference") or fields.text("reference"),
            price=base + one.amount("price", currency),
            currency=currency,
            stock=stocks.get(choice),
        )
    if not choices:
        sku = fields.text("reference")
        yield VariantData(remote_id=number, title=title, sku=sku, price=base, currency=currency, stock=stocks.get("0"))


def order(raw: Mapping[str, Any], zone: tzinfo, delivered: Collection[str], otherwise: str = "") -> OrderData:
    """Raises Unparsable. `delivered`: the numbers of the states that mean it; `otherwise`: the currency of an order
    that was not joined with its parts."""
    fields = Fields(raw)
    joined = fields.inner("_currency")
    currency = joined.currency("iso_code") if "iso_code" in joined or not otherwise else otherwise
    person, state = fields.inner("_customer"), fields.inner("_state")
    billing, shipping = _address(fields.inner("_invoice")), _address(fields.inner("_delivery"))
    refunds = tuple(one for one in (_refund(row, currency, zone) for row in fields.each("_slips")) if one.amount)
    total = fields.amount("total_paid_tax_incl", currency) or fields.amount("total_paid", currency)
    fulfilment = _fulfilment(fields, state, delivered)
    parcels = list(fields.each("_parcels"))
    return OrderData(
        remote_id=fields.needed("id"),
        number=fields.needed("reference").lstrip("#"),
        currency=currency,
        total=total,
        placed_at=_placed(fields, zone),
        updated_at=fields.moment("date_upd", zone),
        email=person.text("email"),
        phone=shipping.phone or billing.phone,
        name=_name(person) or billing.name,
        customer_id="" if person.flag("is_guest") else fields.key("id_customer"),
        language=fields.inner("_language").text("iso_code")[:5],
        subtotal=fields.amount("total_products_wt", currency),
        shipping=fields.amount("total_shipping_tax_incl", currency),
        tax=total - (fields.amount("total_paid_tax_excl", currency) or total),
        discount=fields.amount("total_discounts_tax_incl", currency),
        paid=fields.amount("total_paid_real", currency),
        payment=_payment(state, total, sum(one.amount for one in refunds)),
        payment_method=fields.text("payment"),
        fulfilment=fulfilment,
        is_cancelled=state.text("template") == CANCELLED,
        source=Source.WEB,
        delivery_method=next((one.inner("_carrier").text("name") for one in parcels), ""),
        billing=billing,
        shipping_address=shipping,
        status=told(state, "name"),
        lines=tuple(_line(one, currency, fulfilment) for one in fields.inner("associations").each("order_rows")),
        shipments=tuple(_parcels(parcels, state, fulfilment, zone)),
        refunds=refunds,
        raw=raw,
    )


def _placed(fields: Fields, zone: tzinfo) -> datetime:
    found = fields.moment("date_add", zone)
    if found is None:
        raise Unparsable("date_add is missing")
    return found


def _payment(state: Fields, total: int, back: int) -> Payment:
    template = state.text("template")
    if template == _REFUNDED or (back and back >= total):
        return Payment.REFUNDED
    if back:
        return Payment.PARTLY_REFUNDED
    if template == _FAILED:
        return Payment.FAILED
    if state.flag("paid"):
        return Payment.PAID
    if template == CANCELLED:
        return Payment.VOIDED
    return Payment.PENDING if "id" in state else Payment.UNKNOWN


def _fulfilment(fields: Fields, state: Fields, delivered: Collection[str]) -> Fulfilment:
    if fields.text("current_state") in delivered:
        return Fulfilment.DELIVERED
    if state.flag("shipped"):
        return Fulfilment.FULFILLED
    return Fulfilment.OPEN if "id" in state else Fulfilment.UNKNOWN


def _line(fields: Fields, currency: str, fulfilment: Fulfilment) -> LineData:
    quantity, price = fields.number("product_quantity"), fields.amount("unit_price_tax_incl", currency)
    net = fields.amount("unit_price_tax_excl", currency)
    product_id, choice = fields.key("product_id"), fields.key("product_attribute_id")
    return LineData(
        remote_id=fields.needed("id"),
        title=fields.text("product_name"),
        quantity=quantity,
        sku=fields.text("product_reference"),
        product_id=product_id,
        variant_id=f"{product_id}-{choice}" if choice else product_id,
        unit_price=price,
        total=price * quantity,
        tax=(price - net) * quantity if net else 0,
        fulfilled=quantity if fulfilment in (Fulfilment.FULFILLED, Fulfilment.DELIVERED) else 0,
    )


def _parcels(parcels: list[Fields], state: Fields, fulfilment: Fulfilment, zone: tzinfo) -> Iterator[ShipmentData]:
    """A row of the order's carriers is there from the beginning: a parcel is what has a number, or was sent."""
    states = {Fulfilment.FULFILLED: State.HANDED_OVER, Fulfilment.DELIVERED: State.DELIVERED}
    for one in parcels:
        number, carrier = one.text("tracking_number"), one.inner("_carrier")
        if number or fulfilment in states:
            url = carrier.text("url")
            yield ShipmentData(
                remote_id=one.needed("id"),
                carrier=carrier.text("name"),
                tracking_number=number,
                tracking_url=url.replace("@", number) if number and "@" in url else "",
                state=State.CANCELLED
                if state.text("template") == CANCELLED
                else states.get(fulfilment, State.DATA_RECEIVED),
            )


def _refund(fields: Fields, currency: str, zone: tzinfo) -> RefundData:
    """A credit slip: goods and shipping with tax, where it says so; else its plain sum."""
    shipping = fields.amount("total_shipping_tax_incl", currency)
    goods = fields.amount("total_products_tax_incl", currency)
    return RefundData(
        remote_id=fields.needed("id"),
        amount=abs(goods + shipping or fields.amount("amount", currency)),
        made_at=fields.moment("date_add", zone),
    )


def _name(fields: Fields) -> str:
    return f"{fields.text('firstname')} {fields.text('lastname')}".strip()


def _address(fields: Fields) -> Address:
    return Address(
        name=_name(fields),
        company=fields.text("company"),
        line1=fields.text("address1"),
        line2=fields.text("address2"),
        postcode=fields.text("postcode"),
        city=fields.text("city"),
        country=fields.inner("_country").text("iso_code").upper()[:2],
        phone=fields.text("phone_mobile") or fields.text("phone"),
    )
