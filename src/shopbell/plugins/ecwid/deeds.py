"""What an agent may do in an Ecwid shop."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shopbell.commerce.contract import Ability, Address, Deed, Done, Fields, Refused, coupon_code
from shopbell.core import money
from shopbell.plugins.ecwid.api import Api

_OPEN = ("AWAITING_PROCESSING", "PROCESSING", "")


def do(api: Api, deed: Deed) -> Done:
    """Raises ShopError; UnknownOutcome where it may have been done."""
    if deed.ability == Ability.NOTE:
        return _change(api, deed, {"privateAdminNotes": _noted(_order(api, deed), deed)})
    if deed.ability == Ability.CANCEL:
        return _cancel(api, deed)
    if deed.ability == Ability.ADDRESS:
        return _change(api, deed, {"shippingPerson": _written(deed.address)})
    if deed.ability == Ability.COUPON:
        return _give(api, deed)
    if deed.ability == Ability.COLLECT:
        return _collect(api, deed)
    raise Refused(_("This shop system cannot do that."))


def was_done(api: Api, deed: Deed) -> Done | None:
    """Raises ShopError."""
    if deed.ability == Ability.COUPON:
        rows = (Fields(row) for row in api.rows("discount_coupons", code=code(api, deed)))
        found = next((row for row in rows if row.text("code") == code(api, deed)), None)
        return Done(remote_id=found.text("id"), text=code(api, deed)) if found else None
    order = _order(api, deed)
    if deed.ability == Ability.NOTE:
        is_done = order.text("privateAdminNotes").endswith(deed.text.strip())
    elif deed.ability == Ability.CANCEL:
        is_done = order.text("fulfillmentStatus") == "WILL_NOT_DELIVER"
    elif deed.ability == Ability.COLLECT:
        is_done = order.text("fulfillmentStatus") == "DELIVERED"
    else:
        now = order.inner("shippingPerson")
        is_done = all(now.text(name) == value for name, value in _written(deed.address).items())
    return Done(remote_id=deed.order_id) if is_done else None


def _collect(api: Api, deed: Deed) -> Done:
    status = _order(api, deed).text("fulfillmentStatus")
    if status in ("WILL_NOT_DELIVER", "RETURNED"):
        raise Refused(_("The order cannot be completed: its status in the shop is “{status}”.").format(status=status))
    return _change(api, deed, {"fulfillmentStatus": "DELIVERED"})


def _order(api: Api, deed: Deed) -> Fields:
    return Fields(api.get(f"orders/{deed.order_id}"))


def _change(api: Api, deed: Deed, body: dict[str, Any]) -> Done:
    api.change("PUT", f"orders/{deed.order_id}", body)
    return Done(remote_id=deed.order_id)


def _noted(order: Fields, deed: Deed) -> str:
    """An order has a single note of the shop's: ours is written below it."""
    return "\n".join(filter(None, [order.text("privateAdminNotes"), deed.text.strip()]))


def _cancel(api: Api, deed: Deed) -> Done:
    """It will not be delivered; what was paid stays paid until somebody gives it back."""
    order = _order(api, deed)
    status = order.text("fulfillmentStatus")
    if status not in (*_OPEN, "WILL_NOT_DELIVER"):
        raise Refused(_("The order cannot be cancelled: its status in the shop is “{status}”.").format(status=status))
    body = {"fulfillmentStatus": "WILL_NOT_DELIVER"}
    if order.text("paymentStatus") == "AWAITING_PAYMENT":
        body["paymentStatus"] = "CANCELLED"
    return _change(api, deed, body)


def _written(address: Address | None) -> dict[str, str]:
    if address is None:
        raise Refused(_("There is no address."))
    return {
        "name": address.name,
        "companyName": address.company,
        "street": "\n".join(filter(None, [address.line1, address.line2])),
        "city": address.city,
        "countryCode": address.country,
        "postalCode": address.postcode,
        "stateOrProvinceCode": address.region,
        "phone": address.phone,
    }


def code(api: Api, deed: Deed) -> str:
    """A coupon's code; Ecwid takes letters and digits only."""
    return coupon_code(deed.key, api.secret).replace("-", "")


def _give(api: Api, deed: Deed) -> Done:
    if api.currency() != deed.currency:
        raise Refused(_("The shop gives coupons in {currency} only.").format(currency=api.currency()))
    body = {
        "name": deed.text or code(api, deed),
        "code": code(api, deed),
        "discountType": "ABS",
        "discount": float(money.major(deed.amount, deed.currency)),
        "status": "ACTIVE",
        "usesLimit": "SINGLE",
    }
    return Done(remote_id=api.change("POST", "discount_coupons", body).text("id"), text=code(api, deed))
