"""What an agent may do in a WooCommerce shop, each once: every deed leaves a mark by which it is found again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from shopbell.commerce.contract import Ability, Address, Deed, Done, Fields, NotThere, Refused, coupon_code
from shopbell.core import money
from shopbell.plugins.woocommerce.api import Api

MARK = "_shopbell_key"  # of the meta data of what a deed made
_OVER = ("completed", "refunded", "failed", "trash")


def do(api: Api, deed: Deed, *, by_hand: bool) -> Done:
    """Raises ShopError; UnknownOutcome where it may have been done."""
    if deed.ability == Ability.REFUND:
        return _refund(api, deed, by_hand)
    doing: dict[Ability, Callable[[Api, Deed], Done]] = {
        Ability.NOTE: _note,
        Ability.CANCEL: _cancel,
        Ability.ADDRESS: _move,
        Ability.COUPON: _give,
        Ability.COLLECT: _collect,
    }
    return doing[deed.ability](api, deed)


def was_done(api: Api, deed: Deed) -> Done | None:
    """Look for the deed's mark, or for what it was to bring about. Raises ShopError."""
    looking: dict[Ability, Callable[[Api, Deed], Done | None]] = {
        Ability.NOTE: _found_note,
        Ability.CANCEL: _found_cancelled,
        Ability.ADDRESS: _found_moved,
        Ability.REFUND: _found_refund,
        Ability.COUPON: _found_coupon,
        Ability.COLLECT: _found_collected,
    }
    return looking[deed.ability](api, deed)


def _note(api: Api, deed: Deed) -> Done:
    made = api.change("POST", f"orders/{deed.order_id}/notes", {"note": deed.text, "customer_note": False})
    return Done(remote_id=Fields(made).text("id"))


def _found_note(api: Api, deed: Deed) -> Done | None:
    notes = (Fields(row) for row in api.get(f"orders/{deed.order_id}/notes"))
    return next((Done(remote_id=one.text("id")) for one in notes if one.text("note") == deed.text.strip()), None)


def _status(api: Api, deed: Deed) -> str:
    return Fields(api.get(f"orders/{deed.order_id}")).text("status")


def _cancel(api: Api, deed: Deed) -> Done:
    status = _status(api, deed)
    if status in _OVER:
        raise Refused(_("The order cannot be cancelled: its status in the shop is “{status}”.").format(status=status))
    if status != "cancelled":
        api.change("PUT", f"orders/{deed.order_id}", {"status": "cancelled"})
    return Done(remote_id=deed.order_id)


def _found_cancelled(api: Api, deed: Deed) -> Done | None:
    return Done(remote_id=deed.order_id) if _status(api, deed) == "cancelled" else None


def _collect(api: Api, deed: Deed) -> Done:
    """Handed over: in WooCommerce such an order is completed."""
    status = _status(api, deed)
    if status in ("cancelled", "refunded", "failed", "trash"):
        raise Refused(_("The order cannot be completed: its status in the shop is “{status}”.").format(status=status))
    if status != "completed":
        api.change("PUT", f"orders/{deed.order_id}", {"status": "completed"})
    return Done(remote_id=deed.order_id)


def _found_collected(api: Api, deed: Deed) -> Done | None:
    return Done(remote_id=deed.order_id) if _status(api, deed) == "completed" else None


def _move(api: Api, deed: Deed) -> Done:
    api.change("PUT", f"orders/{deed.order_id}", {"shipping": _written(deed.address)})
    return Done(remote_id=deed.order_id)


def _found_moved(api: Api, deed: Deed) -> Done | None:
    now = Fields(api.get(f"orders/{deed.order_id}")).inner("shipping")
    wanted = _written(deed.address)
    return Done(remote_id=deed.order_id) if all(now.text(name) == value for name, value in wanted.items()) else None


def _written(address: Address | None) -> dict[str, str]:
    """An address as WooCommerce has it. The last word of a name counts as the surname: it keeps them apart."""
    if address is None:
        raise Refused(_("There is no address."))
    first, _space, last = address.name.strip().rpartition(" ")
    return {
        "first_name": first,
        "last_name": last,
        "company": address.company,
        "address_1": address.line1,
        "address_2": address.line2,
        "postcode": address.postcode,
        "city": address.city,
        "state": address.region,
        "country": address.country,
        "phone": address.phone,
    }


def _refund(api: Api, deed: Deed, by_hand: bool) -> Done:
    body: dict[str, Any] = {
        "amount": str(money.major(deed.amount, deed.currency)),
        "reason": deed.text,
        "api_refund": not by_hand,
        "meta_data": [{"key": MARK, "value": deed.key}],
    }
    if deed.lines:
        body["line_items"] = _shares(Fields(api.get(f"orders/{deed.order_id}")), deed)
    made = api.change("POST", f"orders/{deed.order_id}/refunds", body)
    return Done(remote_id=Fields(made).text("id"))


def _shares(order: Fields, deed: Deed) -> list[dict[str, Any]]:
    """What of each line goes back, so that the shop's books and stock stay right."""
    lines = (line for line in order.each("line_items") if line.needed("id") in deed.lines)
    return [_share(line, deed.lines[line.needed("id")], deed.currency) for line in lines]


def _share(line: Fields, quantity: int, currency: str) -> dict[str, Any]:
    ordered = line.number("quantity") or 1
    return {
        "id": line.number("id"),
        "quantity": quantity,
        "refund_total": _part(line.amount("total", currency), quantity, ordered, currency),
        "refund_tax": [
            {
                "id": tax.number("id"),
                "refund_total": _part(tax.amount("total", currency), quantity, ordered, currency),
            }
            for tax in line.each("taxes")
        ],
    }


def _part(amount: int, quantity: int, of: int, currency: str) -> float:
    return float(money.major(round(amount * quantity / of), currency))


def _found_refund(api: Api, deed: Deed) -> Done | None:
    rows = (Fields(row) for row in api.everything(f"orders/{deed.order_id}/refunds"))
    return next((Done(remote_id=row.text("id")) for row in rows if _has_mark(row, deed)), None)


def _has_mark(row: Fields, deed: Deed) -> bool:
    return any(one.text("key") == MARK and one.text("value") == deed.key for one in _metas(row))


def _metas(row: Fields) -> list[Fields]:
    return [one for one in row.each("meta_data") if one.raw.get("key") == MARK]


def code(api: Api, deed: Deed) -> str:
    """A coupon's code, in small letters as WooCommerce keeps it."""
    return coupon_code(deed.key, api.secret).lower()


def _give(api: Api, deed: Deed) -> Done:
    _check_currency(api, deed)
    body = {
        "code": code(api, deed),
        "discount_type": "fixed_cart",
        "amount": str(money.major(deed.amount, deed.currency)),
        "description": deed.text,
        "usage_limit": 1,
        "email_restrictions": [deed.email] if deed.email else [],
        "meta_data": [{"key": MARK, "value": deed.key}],
    }
    made = api.change("POST", "coupons", body)
    return Done(remote_id=Fields(made).text("id"), text=code(api, deed))


def _check_currency(api: Api, deed: Deed) -> None:
    theirs = Fields(api.get("data/currencies/current")).text("code")
    if theirs != deed.currency:
        raise Refused(_("The shop gives coupons in {currency} only.").format(currency=theirs))


def _found_coupon(api: Api, deed: Deed) -> Done | None:
    try:
        rows = api.get("coupons", code=code(api, deed))
    except NotThere:
        return None
    found = next((Fields(row) for row in rows if Fields(row).text("code") == code(api, deed)), None)
    return Done(remote_id=found.text("id"), text=code(api, deed)) if found else None
