"""What an agent may do in a Shopware shop, each once: what is made bears an id that follows from the deed's key."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.translation import gettext as _

from shopbell.commerce.contract import Ability, Address, Deed, Done, Fields, Refused, coupon_code
from shopbell.core import money
from shopbell.plugins.shopware.api import Api

_STOREFRONT = "8a243080f92e4c719546314b577cf82b"  # the type of sales channels that are shops, in every Shopware


def do(api: Api, deed: Deed) -> Done:
    """Raises ShopError; UnknownOutcome where it may have been done."""
    if deed.ability == Ability.CANCEL:
        return _cancel(api, deed)
    if deed.ability == Ability.ADDRESS:
        return _move(api, deed)
    if deed.ability == Ability.COUPON:
        return _give(api, deed)
    raise Refused(_("This shop system cannot do that."))


def was_done(api: Api, deed: Deed) -> Done | None:
    """Raises ShopError."""
    if deed.ability == Ability.CANCEL:
        return Done(remote_id=deed.order_id) if _status(api, deed) == "cancelled" else None
    if deed.ability == Ability.ADDRESS:
        there = api.first("order-delivery", filter=[_is("shippingOrderAddressId", _id(deed))])
        return Done(remote_id=deed.order_id) if there else None
    if deed.ability == Ability.COUPON:
        return Done(remote_id=_id(deed), text=code(api, deed)) if api.first("promotion", ids=[_id(deed)]) else None
    raise Refused(_("This shop system cannot do that."))


def _is(field: str, value: Any) -> dict[str, Any]:
    return {"type": "equals", "field": field, "value": value}


def _id(deed: Deed) -> str:
    return hashlib.sha256(deed.key.encode()).hexdigest()[:32]


def _status(api: Api, deed: Deed) -> str:
    order = api.first("order", ids=[deed.order_id], associations={"stateMachineState": {}})
    return order.inner("stateMachineState").text("technicalName") if order else ""


def _cancel(api: Api, deed: Deed) -> Done:
    status = _status(api, deed)
    if status not in ("open", "in_progress", "cancelled"):
        raise Refused(_("The order cannot be cancelled: its status in the shop is “{status}”.").format(status=status))
    if status != "cancelled":
        api.call("POST", f"_action/order/{deed.order_id}/state/cancel", {}, is_deed=True)
    return Done(remote_id=deed.order_id)


def _move(api: Api, deed: Deed) -> Done:
    """A new address for each delivery: the old one may be the bill's, too."""
    rows = api.search("order-delivery", filter=[_is("orderId", deed.order_id)])
    if not rows:
        raise Refused(_("This order has no delivery."))
    address = _written(api, deed)
    for row in rows:
        body = {"shippingOrderAddress": address}
        api.call("PATCH", f"order-delivery/{Fields(row).needed('id')}", body, is_deed=True)
    return Done(remote_id=deed.order_id)


def _written(api: Api, deed: Deed) -> dict[str, Any]:
    address = deed.address or Address()
    country = api.first("country", filter=[_is("iso", address.country)])
    if country is None:
        raise Refused(_("The shop does not know this country."))
    first, _space, last = address.name.strip().rpartition(" ")
    return {
        "id": _id(deed),
        "orderId": deed.order_id,
        "firstName": first or last,
        "lastName": last,
        "company": address.company,
        "street": address.line1,
        "additionalAddressLine1": address.line2,
        "zipcode": address.postcode,
        "city": address.city,
        "phoneNumber": address.phone,
        "countryId": country.needed("id"),
    }


def code(api: Api, deed: Deed) -> str:
    """A coupon's code."""
    return coupon_code(deed.key, api.secret)


def _give(api: Api, deed: Deed) -> Done:
    if api.currency() != deed.currency:
        raise Refused(_("The shop gives coupons in {currency} only.").format(currency=api.currency()))
    shops = [Fields(row).needed("id") for row in api.search("sales-channel", filter=[_is("typeId", _STOREFRONT)])]
    filters = [_is("email", deed.email), _is("guest", False)]
    whose = api.first("customer", filter=filters) if deed.email else None
    body = {
        "id": _id(deed),
        "name": deed.text or code(api, deed),
        "active": True,
        "code": code(api, deed),
        "useCodes": True,
        "useIndividualCodes": False,
        "useSetGroups": False,
        "maxRedemptionsGlobal": 1,
        "exclusive": False,
        "salesChannels": [{"salesChannelId": shop, "priority": 1} for shop in shops],
        "discounts": [_discount(deed)],
        "customerRestriction": whose is not None,
        "personaCustomers": [{"id": whose.needed("id")}] if whose else [],
    }
    api.call("POST", "promotion", body, is_deed=True)
    return Done(remote_id=_id(deed), text=code(api, deed))


def _discount(deed: Deed) -> dict[str, Any]:
    value = float(money.major(deed.amount, deed.currency))
    return {"scope": "cart", "type": "absolute", "value": value, "considerAdvancedRules": False}
