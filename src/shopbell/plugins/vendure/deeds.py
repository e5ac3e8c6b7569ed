"""What an agent may do in Vendure. It knows no idempotency keys: a deed is found again by what it left behind."""

from __future__ import annotations

from typing import Any

from shopbell.commerce.contract import (
    Ability,
    Address,
    Deed,
    Done,
    Fields,
    Refused,
    ShopError,
    UnknownOutcome,
    coupon_code,
    mark,
)
from shopbell.plugins.vendure import queries
from shopbell.plugins.vendure.api import Api

_MODIFYING = "Modifying"


def do(api: Api, deed: Deed) -> Done:
    """Raises ShopError."""
    if deed.ability == Ability.NOTE:
        api.change(queries.NOTE, input={"id": deed.order_id, "note": deed.text, "isPublic": False})
        return Done()
    if deed.ability == Ability.CANCEL:
        wanted = {"orderId": deed.order_id, "cancelShipping": True, "reason": deed.text or None}
        api.change(queries.CANCEL, input=wanted)
        return Done()
    if deed.ability == Ability.ADDRESS:
        return _readdress(api, deed)
    return _refund(api, deed) if deed.ability == Ability.REFUND else _coupon(api, deed)


def was_done(api: Api, deed: Deed) -> Done | None:
    """What of the deed is to be found in the shop; None: nothing. Raises ShopError."""
    if deed.ability == Ability.COUPON:
        code = coupon_code(deed.key, api.password)
        found = api.read(queries.COUPONS, code=code).inner("promotions").each("items")
        return next((Done(remote_id=one.needed("id"), text=code) for one in found), None)
    order = _order(api, deed)
    if deed.ability == Ability.NOTE:
        return Done() if deed.text in _notes(order) else None
    if deed.ability == Ability.CANCEL:
        return Done() if order.text("state") == "Cancelled" else None
    if deed.ability == Ability.ADDRESS:
        return _was_readdressed(order, deed)
    made = [one for payment in order.each("payments") for one in payment.each("refunds")]
    return next((Done(remote_id=one.needed("id")) for one in made if mark(deed.key) in one.text("reason")), None)


def _order(api: Api, deed: Deed) -> Fields:
    data = api.read(queries.ONE["order"], id=deed.order_id)
    if "found" not in data:
        raise Refused("the shop does not have this order")
    return data.inner("found")


def _notes(order: Fields) -> list[str]:
    entries = [one for one in order.inner("history").each("items") if one.text("type") == "ORDER_NOTE"]
    return [one.inner("data").text("note") for one in entries]


def _refund(api: Api, deed: Deed) -> Done:
    """From one payment: several at once could succeed in part. `shipping` and `adjustment` stand beside `amount`
    because Vendure writes them into columns that are never null."""
    payment = _payment_with(_order(api, deed), deed.amount)
    wanted = {
        "paymentId": payment,
        "amount": deed.amount,
        "lines": [],
        "shipping": 0,
        "adjustment": 0,
        "reason": f"{deed.text} {mark(deed.key)}".strip(),
    }
    made = api.change(queries.REFUND, input=wanted)
    return Done(remote_id=made.text("id"))


def _payment_with(order: Fields, amount: int) -> str:
    for payment in order.each("payments"):
        returned = sum(one.number("total") for one in payment.each("refunds") if one.text("state") != "Failed")
        if payment.text("state") == "Settled" and payment.number("amount") - returned >= amount:
            return payment.needed("id")
    raise Refused("no payment of this order has that much left to be paid back")


def _readdress(api: Api, deed: Deed) -> Done:
    """Vendure changes an order in the state "Modifying" only; then it goes back to where it was, come what may."""
    order = _order(api, deed)
    before = order.text("state")
    if _MODIFYING not in order.texts("nextStates"):
        raise Refused(f"Vendure does not change an order that is “{before}”")
    api.change(queries.TRANSITION, id=deed.order_id, state=_MODIFYING)
    try:
        api.change(
            queries.MODIFY,
            input={
                "dryRun": False,
                "orderId": deed.order_id,
                "updateShippingAddress": _address(deed.address or Address()),
                "options": {"recalculateShipping": False, "freezePromotions": True},
            },
        )
    finally:
        _back(api, deed, before)
    return Done()


def _back(api: Api, deed: Deed, state: str) -> None:
    try:
        api.change(queries.TRANSITION, id=deed.order_id, state=state)
    except ShopError as error:
        raise UnknownOutcome(f"the order is still being modified in the shop: set it to “{state}” there") from error


def _was_readdressed(order: Fields, deed: Deed) -> Done | None:
    if order.text("state") == _MODIFYING:
        raise UnknownOutcome("the order is being modified in the shop")
    wanted = _address(deed.address or Address())
    has = order.inner("shippingAddress")
    return Done() if all(has.text(name) == value for name, value in wanted.items()) else None


def _address(where: Address) -> dict[str, str]:
    return {
        "fullName": where.name,
        "company": where.company,
        "streetLine1": where.line1,
        "streetLine2": where.line2,
        "city": where.city,
        "province": where.region,
        "postalCode": where.postcode,
        "countryCode": where.country,
        "phoneNumber": where.phone,
    }


def _coupon(api: Api, deed: Deed) -> Done:
    """A promotion with a code that holds for one order."""
    code = coupon_code(deed.key, api.password)
    wanted: dict[str, Any] = {
        "enabled": True,
        "couponCode": code,
        "usageLimit": 1,
        "conditions": [],
        "actions": [{"code": "order_fixed_discount", "arguments": [{"name": "discount", "value": str(deed.amount)}]}],
        "translations": [{"languageCode": "en", "name": f"Shopbell {code}", "description": deed.text}],
    }
    made = api.change(queries.COUPON, input=wanted)
    return Done(remote_id=made.text("id"), text=code)
