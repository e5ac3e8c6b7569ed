"""What orders and accounts say about who is who, for the search for customers known twice (`customers.likeness`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from shopbell.commerce.models import Account, Order
from shopbell.customers import likeness
from shopbell.customers.likeness import Trait
from shopbell.customers.models import Identity

MOST_ORDERS = 20_000  # read at once, the newest first: of a thousand customers


def seen(customer_ids: Collection[int]) -> dict[int, set[Trait]]:
    """Phones, homes, and addresses of others: what was paid with, and what was ordered with in their account."""
    found: dict[int, set[Trait]] = {number: set() for number in customer_ids}
    accounts = Account.objects.filter(customer__in=customer_ids, gone_at=None)
    for number, name, phone, email, address in accounts.values_list("customer_id", "name", "phone", "email", "address"):
        _add(found[number or 0], name, phone, address)
        _tell(found[number or 0], "ordered", email)
    orders = Order.objects.filter(customer__in=customer_ids, gone_at=None).order_by("-id")
    names = ("customer_id", "name", "phone", "email", "payer_email", "billing", "shipping_address")
    for number, name, phone, email, payer, billing, shipping in orders.values_list(*names)[:MOST_ORDERS]:
        mine = found[number or 0]
        _add(mine, name, phone, billing)
        if not shipping.get("name") or _is_same(shipping["name"], name or billing.get("name", "")):
            _add(mine, shipping.get("name") or name, "", shipping)
        _tell(mine, "ordered", email)
        _tell(mine, "payer", payer)
    own = Identity.objects.filter(customer__in=customer_ids, kind="email").values_list("customer_id", "value")
    for number, value in own:
        found[number] -= {("claimed", value), ("ordered", value), ("payer", value)}
    return found


def _add(mine: set[Trait], name: str, phone: str, address: Mapping[str, Any]) -> None:
    if phone:
        mine.add(("phone", phone))
    name = str(address.get("name") or name)
    mine |= likeness.homes(name, str(address.get("postcode") or ""), str(address.get("line1") or ""))


def _tell(mine: set[Trait], mark: str, address: str) -> None:
    if address:
        mine |= {("claimed", address), (mark, address)}


def _is_same(one: str, other: str) -> bool:
    """A parcel to somebody else says where they live, not who ordered it."""
    return likeness.together(one, other)[0] in (likeness.ALIKE, likeness.UNKNOWN)
