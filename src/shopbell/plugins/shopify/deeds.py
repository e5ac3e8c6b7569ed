"""What an agent may do in a Shopify shop, each once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from shopbell.commerce.contract import Ability, Address, Deed, Done, Fields, Refused, Transient, coupon_code, mark
from shopbell.core import money
from shopbell.plugins.shopify import queries, understanding
from shopbell.plugins.shopify.api import Api

_NAMESPACE = uuid.UUID("6f6a1b56-5f0e-4b7b-9d0c-2f5c3b0f7d5e")  # our keys become Shopify's: it wants UUIDs
_CONCURRENT = "IDEMPOTENCY_CONCURRENT_REQUEST"


def do(api: Api, deed: Deed) -> Done:
    """Raises ShopError; UnknownOutcome where it may have been done."""
    doing: dict[Ability, Callable[[Api, Deed], Done]] = {
        Ability.NOTE: _note,
        Ability.CANCEL: _cancel,
        Ability.ADDRESS: _move,
        Ability.REFUND: _refund,
        Ability.COUPON: _give,
    }
    return doing[deed.ability](api, deed)


def was_done(api: Api, deed: Deed) -> Done | None:
    """Raises ShopError."""
    looking: dict[Ability, Callable[[Api, Deed], Done | None]] = {
        Ability.NOTE: _found_note,
        Ability.CANCEL: _found_cancelled,
        Ability.ADDRESS: _found_moved,
        Ability.REFUND: _found_refund,
        Ability.COUPON: _found_coupon,
    }
    return looking[deed.ability](api, deed)


def _gid(deed: Deed) -> str:
    return f"gid://shopify/Order/{deed.order_id}"


def _order(api: Api, query: str, deed: Deed) -> Fields:
    found = Fields(api.ask(query, {"id": _gid(deed)}))
    if "order" not in found:
        raise Refused(_("The shop does not show this order."))
    return found.inner("order")


def _change(api: Api, query: str, name: str, variables: Mapping[str, Any], errors: str = "userErrors") -> Fields:
    answer = Fields(api.ask(query, variables, is_deed=True)).inner(name)
    said = "; ".join(one.text("message") for one in answer.each(errors))
    if said:
        raise Refused(said)
    return answer


def _note(api: Api, deed: Deed) -> Done:
    """An order has a single note: ours is written below it."""
    before = _order(api, queries.NOTE, deed).text("note")
    note = "\n".join(filter(None, [before, deed.text.strip()]))
    _change(api, queries.UPDATE, "orderUpdate", {"input": {"id": _gid(deed), "note": note}})
    return Done(remote_id=deed.order_id)


def _found_note(api: Api, deed: Deed) -> Done | None:
    note = _order(api, queries.NOTE, deed).text("note")
    return Done(remote_id=deed.order_id) if note.endswith(deed.text.strip()) else None


def _cancel(api: Api, deed: Deed) -> Done:
    """Money already taken stays: it is given back by a refund of its own, within the agent's limit."""
    if "cancelledAt" not in _order(api, queries.NOTE, deed):
        wanted = {"id": _gid(deed), "note": deed.text[:255]}
        _change(api, queries.CANCEL, "orderCancel", wanted, "orderCancelUserErrors")
    return Done(remote_id=deed.order_id)


def _found_cancelled(api: Api, deed: Deed) -> Done | None:
    return Done(remote_id=deed.order_id) if "cancelledAt" in _order(api, queries.NOTE, deed) else None


def _move(api: Api, deed: Deed) -> Done:
    _change(api, queries.UPDATE, "orderUpdate", {"input": {"id": _gid(deed), "shippingAddress": _written(deed)}})
    return Done(remote_id=deed.order_id)


def _written(deed: Deed) -> dict[str, Any]:
    address = _address(deed)
    first, _space, last = address.name.strip().rpartition(" ")
    return {
        "firstName": first,
        "lastName": last,
        "company": address.company,
        "address1": address.line1,
        "address2": address.line2,
        "zip": address.postcode,
        "city": address.city,
        "provinceCode": address.region or None,
        "countryCode": address.country or None,
        "phone": address.phone,
    }


def _address(deed: Deed) -> Address:
    if deed.address is None:
        raise Refused(_("There is no address."))
    return deed.address


def _found_moved(api: Api, deed: Deed) -> Done | None:
    now = _order(api, queries.SHIPPING, deed).inner("shippingAddress")
    wanted = _address(deed)
    pairs = (("address1", wanted.line1), ("address2", wanted.line2), ("zip", wanted.postcode), ("city", wanted.city))
    is_so = all(now.text(name) == value.strip() for name, value in pairs)
    return Done(remote_id=deed.order_id) if is_so else None


def _marked(deed: Deed) -> str:
    """The refund's note ends with a mark, by which it is found again."""
    return f"{deed.text.strip()} {mark(deed.key)}".strip()


def _refund(api: Api, deed: Deed) -> Done:
    order = _order(api, queries.PAYMENTS, deed)
    if order.currency("presentmentCurrencyCode") != deed.currency:
        raise Refused(_("This order was paid in another currency."))
    refund = {
        "orderId": _gid(deed),
        "note": _marked(deed),
        "notify": False,
        "currency": deed.currency,
        "transactions": _shares(order, deed),
        "refundLineItems": [
            {"lineItemId": f"gid://shopify/LineItem/{line}", "quantity": count, "restockType": "NO_RESTOCK"}
            for line, count in deed.lines.items()
        ],
    }
    key = str(uuid.uuid5(_NAMESPACE, deed.key))
    try:
        made = _change(api, queries.REFUND, "refundCreate", {"input": refund, "key": key})
    except Refused as error:
        if error.code == _CONCURRENT:
            raise Transient(str(error), code=error.code) from error
        raise
    return Done(remote_id=understanding.number_of(made.inner("refund").text("id")))


def _shares(order: Fields, deed: Deed) -> list[dict[str, Any]]:
    """What goes back by which payment, the first ones first. Raises Refused when they do not hold as much."""
    left, shares = deed.amount, []
    for payment, free in _payments(order, deed.currency):
        part = min(left, free)
        if part > 0:
            shares.append(
                {
                    "orderId": _gid(deed),
                    "parentId": payment.needed("id"),
                    "gateway": payment.text("gateway"),
                    "kind": "REFUND",
                    "amount": str(money.major(part, deed.currency)),
                }
            )
            left -= part
    if left:
        raise Refused(_("The payments of this order do not hold as much."))
    return shares


def _payments(order: Fields, currency: str) -> list[tuple[Fields, int]]:
    """Payments that were taken, with what of each has not gone back."""
    rows = [row for row in order.each("transactions") if row.text("status") in ("SUCCESS", "PENDING")]
    back: dict[str, int] = {}
    for row in rows:
        if row.text("kind") == "REFUND":
            parent = row.inner("parentTransaction").text("id")
            back[parent] = back.get(parent, 0) + _amount(row, currency)
    taken = [row for row in rows if row.text("kind") in ("SALE", "CAPTURE") and row.text("status") == "SUCCESS"]
    return [(row, _amount(row, currency) - back.get(row.needed("id"), 0)) for row in taken]


def _amount(row: Fields, currency: str) -> int:
    return row.inner("amountSet").inner("presentmentMoney").amount("amount", currency)


def _found_refund(api: Api, deed: Deed) -> Done | None:
    rows = _order(api, queries.PAYMENTS, deed).each("refunds")
    ids = (one.needed("id") for one in rows if one.text("note").endswith(mark(deed.key)))
    return next((Done(remote_id=understanding.number_of(gid)) for gid in ids), None)


def code(api: Api, deed: Deed) -> str:
    """A coupon's code."""
    return coupon_code(deed.key, api.secret)


def _give(api: Api, deed: Deed) -> Done:
    currency = Fields(api.ask(queries.COUPON_BY_CODE, {"code": code(api, deed)})).inner("shop").text("currencyCode")
    if currency != deed.currency:
        raise Refused(_("The shop gives coupons in {currency} only.").format(currency=currency))
    discount = {
        "title": deed.text or code(api, deed),
        "code": code(api, deed),
        "startsAt": "2026-01-01T00:00:00Z",
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        "context": _for(api, deed.email),
        "customerGets": {
            "value": {
                "discountAmount": {
                    "amount": str(money.major(deed.amount, deed.currency)),
                    "appliesOnEachItem": False,
                }
            },
            "items": {"all": True},
        },
    }
    made = _change(api, queries.COUPON, "discountCodeBasicCreate", {"discount": discount})
    return Done(remote_id=understanding.number_of(made.inner("codeDiscountNode").text("id")), text=code(api, deed))


def _for(api: Api, email: str) -> dict[str, Any]:
    """The customer with this address, where the shop has an account of theirs; else whoever knows the code, once."""
    if email:
        found = Fields(api.ask(queries.CUSTOMER_BY_EMAIL, {"email": email})).inner("customerByIdentifier")
        if gid := found.text("id"):
            return {"customers": {"add": [gid]}}
    return {"all": "ALL"}


def _found_coupon(api: Api, deed: Deed) -> Done | None:
    found = Fields(api.ask(queries.COUPON_BY_CODE, {"code": code(api, deed)})).inner("codeDiscountNodeByCode")
    gid = found.text("id")
    return Done(remote_id=understanding.number_of(gid), text=code(api, deed)) if gid else None
