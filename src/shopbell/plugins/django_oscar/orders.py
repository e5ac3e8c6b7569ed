"""An order as the shop's app for Shopbell gives it: the columns of oscar's tables under their own names."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from shopbell.commerce.contract import (
    Address,
    Fields,
    Fulfilment,
    LineData,
    OrderData,
    Payment,
    RefundData,
    Unparsable,
)
from shopbell.plugins.django_oscar import parcels
from shopbell.plugins.django_oscar.words import Words


def read(order: Fields, zone: ZoneInfo, words: Words) -> OrderData:
    """Raises Unparsable."""
    currency = order.currency("currency")
    placed_at = order.moment("date_placed", zone)
    if placed_at is None:
        raise Unparsable("date_placed is missing")
    happened = parcels.events(order)
    lines = tuple(_line(one, currency, happened, words) for one in order.each("lines"))
    sources = [_Source(one, currency) for one in order.each("sources")]
    total, shipping = order.amount("total_incl_tax", currency), order.amount("shipping_incl_tax", currency)
    surcharges = sum(one.amount("incl_tax", currency) for one in order.each("surcharges"))
    delivery = address(order.inner("shipping_address"))
    billing = address(order.inner("billing_address"))
    refunds = _refunds(order, sources, words, currency, zone)
    is_cancelled = order.text("status").lower() in words.cancelled
    return OrderData(
        remote_id=order.needed("id"),
        number=order.needed("number"),
        currency=currency,
        total=total,
        placed_at=placed_at,
        updated_at=_updated(order, placed_at, zone),
        email=order.text("email") or order.text("guest_email"),
        phone=delivery.phone or billing.phone,
        name=order.text("name") or billing.name or delivery.name,
        customer_id=order.key("user"),
        subtotal=total - shipping - surcharges,
        shipping=shipping,
        tax=total - order.amount("total_excl_tax", currency) if "total_excl_tax" in order else 0,
        discount=sum(one.amount("amount", currency) for one in order.each("discounts")),
        paid=sum(one.debited for one in sources),
        payment=payment(total, sources, sum(one.amount for one in refunds)),
        payment_method=", ".join(dict.fromkeys(one.name for one in sources if one.name)),
        fulfilment=_fulfilment(lines, happened, words),
        is_cancelled=is_cancelled,
        cancelled_at=_cancelled_at(order, words, zone) if is_cancelled else None,
        delivery_method=order.text("shipping_method"),
        promised_on=_promise(order, zone),
        billing=billing,
        shipping_address=delivery,
        coupons=tuple(
            dict.fromkeys(one.text("voucher_code") for one in order.each("discounts") if "voucher_code" in one)
        ),
        note=order.inner("shipping_address").text("notes"),
        status=order.text("status"),
        url=order.text("url"),
        lines=lines,
        shipments=parcels.shipments(happened, words),
        refunds=refunds,
        raw=order.raw,
    )


class _Source:
    """A source of payment: what was reserved, taken and given back."""

    def __init__(self, source: Fields, currency: str) -> None:
        self.fields = source
        self.name = source.text("type")
        self.allocated = source.amount("amount_allocated", currency)
        self.debited = source.amount("amount_debited", currency)
        self.refunded = source.amount("amount_refunded", currency)


def payment(total: int, sources: list[_Source], given_back: int) -> Payment:
    """How far an order is paid, by its sources; without any nobody knows. `given_back`: the sum of its refunds."""
    debited, refunded = sum(one.debited for one in sources), max(given_back, sum(one.refunded for one in sources))
    if not sources:
        return Payment.PAID if total == 0 else Payment.UNKNOWN
    if refunded:
        return Payment.REFUNDED if refunded >= debited else Payment.PARTLY_REFUNDED
    if debited:
        return Payment.PAID if debited >= total else Payment.PARTLY_PAID
    if total == 0:
        return Payment.PAID
    return Payment.AUTHORISED if any(one.allocated for one in sources) else Payment.PENDING


def _line(line: Fields, currency: str, happened: list[parcels.Event], words: Words) -> LineData:
    number, quantity = line.needed("id"), line.number("quantity", 1)
    total = line.amount("line_price_incl_tax", currency)
    untaxed = line.amount("line_price_excl_tax", currency) if "line_price_excl_tax" in line else total
    product = line.key("product")
    return LineData(
        remote_id=number,
        title=line.text("title"),
        quantity=quantity,
        sku=line.text("partner_sku") or line.text("upc"),
        product_id=line.key("parent") or product,
        variant_id=product,
        unit_price=line.amount("unit_price_incl_tax", currency),
        total=total,
        tax=total - untaxed,
        fulfilled=min(quantity, parcels.counted(happened, words.shipped)[number]),
        returned=min(quantity, parcels.counted(happened, words.returned)[number]),
        image_url=line.text("image"),
    )


def _fulfilment(lines: tuple[LineData, ...], happened: list[parcels.Event], words: Words) -> Fulfilment:
    delivered = parcels.counted(happened, words.delivered)
    if not lines or not any(line.fulfilled for line in lines):
        return Fulfilment.OPEN
    if all(line.returned >= line.quantity for line in lines):
        return Fulfilment.RETURNED
    if any(line.fulfilled < line.quantity for line in lines):
        return Fulfilment.PARTLY
    if all(delivered[line.remote_id] >= line.quantity for line in lines):
        return Fulfilment.DELIVERED
    return Fulfilment.FULFILLED


def _refunds(
    order: Fields, sources: list[_Source], words: Words, currency: str, zone: ZoneInfo
) -> tuple[RefundData, ...]:
    """The transactions of the sources or the payment events, whichever knows of more: most shops keep one of the two,
    and some keep both."""
    transactions = [one for source in sources for one in source.fields.each("transactions")]
    events = list(order.each("payment_events"))
    books = [("t", "txn_type", transactions), ("e", "type", events)]
    read = [
        tuple(_refund(prefix, one, currency, zone) for one in rows if one.text(name).lower() in words.refunded)
        for prefix, name, rows in books
    ]
    return max(read, key=lambda refunds: sum(one.amount for one in refunds))


def _refund(prefix: str, one: Fields, currency: str, zone: ZoneInfo) -> RefundData:
    return RefundData(
        remote_id=prefix + one.needed("id"),
        amount=abs(one.amount("amount", currency)),
        made_at=one.moment("date_created", zone),
        reason=one.text("reference"),
    )


def _updated(order: Fields, placed_at: datetime, zone: ZoneInfo) -> datetime:
    """When the shop says it changed last; else the latest date in it."""
    parts = ("shipping_events", "payment_events", "status_changes", "notes")
    inside = [one.moment("date_created", zone) for part in parts for one in order.each(part)]
    inside += [
        one.moment("date_created", zone) for source in order.each("sources") for one in source.each("transactions")
    ]
    return order.moment("date_updated", zone) or max([placed_at, *(at for at in inside if at)])


def _cancelled_at(order: Fields, words: Words, zone: ZoneInfo) -> datetime | None:
    changes = [one for one in order.each("status_changes") if one.text("new_status").lower() in words.cancelled]
    dates = [at for one in changes if (at := one.moment("date_created", zone))]
    return max(dates, default=None)


def _promise(order: Fields, zone: ZoneInfo) -> date | None:
    """By the shop's calendar."""
    at = order.moment("date_promised", zone)
    return at.astimezone(zone).date() if at else None


def address(given: Fields) -> Address:
    """Oscar's third line holds what has no field, its fourth the town."""
    return Address(
        name=f"{given.text('first_name')} {given.text('last_name')}".strip(),
        company="",
        line1=given.text("line1"),
        line2=" ".join(filter(None, [given.text("line2"), given.text("line3")])),
        postcode=given.text("postcode"),
        city=given.text("line4"),
        region=given.text("state"),
        country=given.text("country").rstrip("/").rpartition("/")[2].upper(),
        phone=given.text("phone_number"),
    )
