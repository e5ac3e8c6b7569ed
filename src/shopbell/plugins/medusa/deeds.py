"""What an agent may do in Medusa. It knows no idempotency keys: a deed is found again by what it left behind."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from shopbell.commerce.contract import (
    Ability,
    Address,
    Deed,
    Done,
    Fields,
    NotThere,
    Refused,
    coupon_code,
    mark,
)
from shopbell.core import money
from shopbell.plugins.medusa.api import FIELDS, Api


def do(api: Api, deed: Deed) -> Done:
    """Raises ShopError."""
    if deed.ability == Ability.CANCEL:
        api.change(f"orders/{_quoted(deed)}/cancel", {})
        return Done()
    if deed.ability == Ability.ADDRESS:
        api.change(f"orders/{_quoted(deed)}", {"shipping_address": _address(deed.address or Address())})
        return Done()
    if deed.ability == Ability.REFUND:
        return _refund(api, deed)
    if deed.ability == Ability.COUPON:
        return _coupon(api, deed)
    raise Refused("Medusa keeps no notes on orders")


def was_done(api: Api, deed: Deed) -> Done | None:
    """What of the deed is to be found in the shop; None: nothing. Raises ShopError."""
    if deed.ability == Ability.COUPON:
        code = coupon_code(deed.key, api.key)
        found = api.read("promotions", [("code", code)]).each("promotions")
        return next((Done(remote_id=one.needed("id"), text=code) for one in found), None)
    order = _order(api, deed)
    if deed.ability == Ability.CANCEL:
        return Done() if order.text("status") == "canceled" else None
    if deed.ability == Ability.ADDRESS:
        wanted, has = _address(deed.address or Address()), order.inner("shipping_address")
        return Done() if all(has.text(name) == value for name, value in wanted.items()) else None
    made = [one for payment in _payments(order) for one in payment.each("refunds")]
    return next((Done(remote_id=one.needed("id")) for one in made if mark(deed.key) in one.text("note")), None)


def _quoted(deed: Deed) -> str:
    return quote(deed.order_id, safe="")


def _order(api: Api, deed: Deed) -> Fields:
    try:
        return api.read(f"orders/{_quoted(deed)}", [("fields", FIELDS["order"])]).inner("order")
    except NotThere as error:
        raise Refused("the shop does not have this order") from error


def _payments(order: Fields) -> list[Fields]:
    return [one for group in order.each("payment_collections") for one in group.each("payments")]


def _refund(api: Api, deed: Deed) -> Done:
    """From one payment: several at once could succeed in part. The shop is told units of the currency, not cents."""
    payment = _payment_with(_order(api, deed), deed)
    wanted = {
        "amount": float(money.major(deed.amount, deed.currency)),
        "note": f"{deed.text} {mark(deed.key)}".strip(),
    }
    made = api.change(f"payments/{quote(payment, safe='')}/refund", wanted).inner("payment")
    found = [one for one in made.each("refunds") if mark(deed.key) in one.text("note")]
    return Done(remote_id=found[0].text("id") if found else "")


def _payment_with(order: Fields, deed: Deed) -> str:
    if order.currency("currency_code") != deed.currency:
        raise Refused(f"this order is in {order.currency('currency_code')}")
    for payment in _payments(order):
        captured = sum(one.amount("amount", deed.currency) for one in payment.each("captures"))
        returned = sum(one.amount("amount", deed.currency) for one in payment.each("refunds"))
        if captured - returned >= deed.amount:
            return payment.needed("id")
    raise Refused("no payment of this order has that much left to be paid back")


def _address(where: Address) -> dict[str, str]:
    first, _, last = where.name.rpartition(" ")
    return {
        "first_name": first,
        "last_name": last,
        "company": where.company,
        "address_1": where.line1,
        "address_2": where.line2,
        "city": where.city,
        "province": where.region,
        "postal_code": where.postcode,
        "country_code": where.country.lower(),
        "phone": where.phone,
    }


def _coupon(api: Api, deed: Deed) -> Done:
    """A promotion with a code, whose campaign allows one use."""
    code = coupon_code(deed.key, api.key)
    wanted: dict[str, Any] = {
        "code": code,
        "type": "standard",
        "status": "active",
        "is_automatic": False,
        "application_method": {
            "type": "fixed",
            "target_type": "order",
            "value": float(money.major(deed.amount, deed.currency)),
            "currency_code": deed.currency.lower(),
        },
        "campaign": {
            "name": f"Shopbell {code}",
            "campaign_identifier": code.lower(),
            "budget": {"type": "usage", "limit": 1},
        },
    }
    return Done(remote_id=api.change("promotions", wanted).inner("promotion").text("id"), text=code)
