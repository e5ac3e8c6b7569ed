"""Which words together make which field: "Order Shipping Amount" is what was paid for delivery.

An alternative names the words a column's name must have, in brackets those it may have besides; with any other word it
is something else. Each `~` makes it a worse guess than others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from shopbell.commerce.contract import Kind
from shopbell.commerce.mapping.heads.words import meanings

WORTH, MAYBE_WORTH, WORSE = 20, 3, 6

_PLACE = {
    "name": "name (full) | ~(full)",
    "first": "first (name)",
    "last": "surname (name) | last name",
    "company": "company (name)",
    "line1": "street (one name line) | address one (line) | ~address (full)",
    "house": "house (number) | ~address number | street number",
    "line2": "address two (line) | street two (line) | address extra (line one)",
    "postcode": "postcode (code number)",
    "city": "city (name)",
    "region": "state (code name) | ~region (code name iso)",
    "country": "country (code iso) | ~country name | ~country id",
    "phone": "phone (number) | mobile (phone number)",
}
# Words before an address → whose it is; "" of nobody in particular.
_WHOSE = {
    "shipping_address": ("ship", "deliver", "recipient"),
    "billing": ("bill", "pay"),
    "address": ("", "default", "customer"),
}
_PERSON = {
    "email": "email (customer order address name) | ~~~~email bill (customer address)",
    "phone": "~phone (customer number order one) | mobile (phone customer number)"
    " | ~~phone bill (number customer address) | ~~mobile bill (number)",
    "language": "language (customer order code iso)",
    "updated_at": "updated (date order customer last gmt product)",
}
_CUSTOMER = {
    **_PERSON,
    "remote_id": "customer number | customer id | customer code | ~id | ~number",
    "name": "customer name (full display) | full name | first surname | name | ~display name | ~~customer",
    "accepts_marketing": "marketing (accepts email customer)",
    "created_at": "created (date customer gmt) | customer since | customer created (date)",
}
_PRODUCT = {
    "remote_id": "product id | product number | handle | ~id | ~line id",
    "title": "product name | product product_title | product_title | name | line name | line product_title | ~product"
    " | ~line",
    "url": "product url | url | line url",
    "image_url": "image (url one product variant)",
    "is_active": "active (product line) | ~status (product)",
    "updated_at": _PERSON["updated_at"],
    "variants.remote_id": "variant id (product)",
    "variants.title": "variant product_title | variant_title | variant name | ~variant",
    "variants.sku": "sku (variant product) | code (product) | ~ref (product) | ~line code",
    "variants.price": "price (variant gross regular product sales line) | price regular (gross)",
    "variants.currency": "currency (code iso)",
    "variants.stock": "stock (qty variant total product number) | ~qty (total)",
}
_LINE = {
    "title": "line name (product) | product name (line) | product_title (line product) | ~line | ~product"
    " | ~line information | ~product information | ~~information | ~~name",
    "sku": "sku (line product variant code) | line product code | product code (line) | ~line number | ~product number"
    " | ~line ref | ~product ref (line) | ~line code | ~~~ref",
    "product_id": "product id (line)",
    "variant_id": "variant id (line product)",
    "quantity": "qty (line product ordered purchased order unit)",
    "unit_price": "price unit (line product gross qty) | price (gross) | line price (gross product)"
    " | product price (gross) | ~line cost | price qty (gross) | ~price sales (gross)",
    "total": "line total (price gross amount ext product) | ext price (gross) | line amount (gross)"
    " | product total (gross price) | ext total (gross) | ~~~~~total price (gross)",
    "tax": "~line tax (amount total) | ~product tax (amount)",
    "fulfilled": "qty shipped (line)",
    "returned": "qty returned (line)",
    "refunded": "qty refund (line)",
    "remote_id": "line id (order)",
    "image_url": "image (url line product)",
}
_ORDER = {
    **_PERSON,
    "number": "order number (customer ref name sales) | order ref (number) | increment id (order) | order code"
    " | ~~order id | ~order | number | ~ref (number) | name",
    "remote_id": "~id | ~order id",
    "placed_at": "order date (created gmt) | date | sales date | purchased date (order) | created (date order gmt)"
    " | order created (date) | ordered (date)",
    "name": "customer name (full display order) | ~full name | first surname | ~name | ~customer",
    "customer_id": "customer number (order) | customer id (order) | customer code | ~~customer",
    "currency": "currency (code iso order name) | ~iso code",
    "total": "total (amount order gross currency purchased sales) | ~~~~order amount (gross) | ~amount (gross)"
    " | total paid gross | ~~~~total price (gross order) | order price (gross)"
    " | ~~bill amount (gross)",
    "subtotal": "sub (total amount order price gross cart line product)",
    "shipping": "ship cost (total amount gross price order method) | deliver cost (total amount gross price order)"
    " | ship price (gross total order) | deliver price (gross total order) | ship amount (gross total order)"
    " | deliver amount (total) | ship total (gross) | ~ship (gross) | ~deliver (gross)",
    "tax": "tax (total amount order gross)",
    "discount": "discount total (amount order gross) | discount (amount order gross)"
    " | ~~~~~discount cart (amount total)",
    "paid": "paid amount (total) | total paid",
    "payment": "pay status (order name) | pay state (order name machine technical) | pay",
    "payment_method": "pay method (name order display product_title) | pay name | ~pay provider | ~pay",
    "fulfilment": "ship status (order name) | deliver status (order) | ship state machine (order name technical)"
    " | deliver state machine (order name technical ship)",
    "status": "order status (name) | status (name) | state machine (order name technical) | order state (name)"
    " | ~~~~state",
    "delivery_method": "ship method (name order product_title deliver) | deliver method (name order)"
    " | ~ship information | ~ship service (method) | ~~ship | ~~deliver",
    "promised_on": "deliver expected (date order max) | ship expected (date max) | ~expected (date order)"
    " | ~deliver date",
    "cancelled_at": "cancelled date (order)",
    "is_cancelled": "cancelled (order status)",
    "coupons": "coupon (code name order)",
    "note": "note (customer order)",
    "source": "source (order sales name)",
    "shipment.tracking_number": "parcel number (ship deliver order carrier code)"
    " | parcel code (ship deliver order number) | parcel (ship deliver order) | parcel id (ship) | ship number",
    "shipping_address.name": "recipient (ship deliver)",
    "shipment.carrier": "carrier (name ship parcel deliver) | parcel company (ship) | carrier code",
    "shipment.tracking_url": "parcel url (ship order)",
    "shipment.shipped_at": "shipped (date order) | ship date (order)",
    "shipment.delivered_at": "delivered (date order customer deliver) | ~~deliver date",
    "refund.amount": "refund (amount total order cost)",
    "refund.made_at": "refund date",
}


@dataclass(frozen=True)
class _Alternative:
    field: str
    needed: frozenset[str]
    allowed: frozenset[str]
    worse: int

    def worth(self, words: frozenset[str]) -> int:
        """How good a guess it is; 0: none."""
        if not self.needed <= words or not words <= self.needed | self.allowed:
            return 0
        extra = len(words - self.needed - {"address"})
        return max(1, WORTH * len(self.needed) + MAYBE_WORTH * extra - WORSE * self.worse)


def _alternatives(field: str, written: str) -> Iterator[_Alternative]:
    for one in written.split("|"):
        optional = re.search(r"\((.*)\)", one)
        needed = re.sub(r"\(.*\)|~", "", one).split()
        allowed = frozenset(optional[1].split() if optional else ())
        if needed:
            yield _Alternative(field, frozenset(needed), allowed, one.count("~"))


def _table(fields: Mapping[str, str], prefix: str = "") -> Iterator[_Alternative]:
    for field, written in fields.items():
        yield from _alternatives(f"{prefix}{field}", written)


def _places() -> Iterator[_Alternative]:
    """ "Lieferadresse PLZ", "shipping_postcode", "Default Address City" …"""
    for whose, befores in _WHOSE.items():
        for before in befores:
            for one in _table(_PLACE, f"{whose}."):
                needed = one.needed | ({before} if before else set())
                worse = one.worse + {"": 3, "customer": 5}.get(before, 0)
                allowed = (
                    one.allowed
                    | {"customer", "order"}
                    | ({"ship", "deliver"} if before in ("deliver", "recipient") else set())
                )
                yield _Alternative(one.field, needed, allowed | {"address"}, worse)


@cache
def _all(kind: Kind) -> tuple[_Alternative, ...]:
    if kind == "product":
        return tuple(_table(_PRODUCT))
    own = _CUSTOMER if kind == "customer" else _ORDER
    return (*_table(own), *(_lines() if kind == "order" else ()), *_places())


def _lines() -> Iterator[_Alternative]:
    """Of lines of an order, which may say so: "OrderLineQuantity"."""
    for one in _table(_LINE, "lines."):
        yield replace(one, allowed=one.allowed | {"order"}) if "line" in one.needed | one.allowed else one


def guesses(column: str, kind: Kind) -> dict[str, int]:
    """What a column of this name may be: field → how good a guess it is.

    Besides the fields there are `first`, `last` and `house` (the number) of each address; an address that is nobody's
    in particular is `address`.
    """
    words = meanings(column)
    found: dict[str, int] = {}
    for one in _all(kind):
        if worth := one.worth(words):
            found[one.field] = max(worth, found.get(one.field, worth))
    return found


def line_field(name: str) -> dict[str, int]:
    """The same for a name inside of a line: there "name", "total" and "id" are the line's."""
    words = meanings(name) | {"line"}
    bare = meanings(name) or words
    found: dict[str, int] = {}
    for one in _table(_LINE):
        if worth := max(one.worth(words), one.worth(bare)):
            found[one.field] = max(worth, found.get(one.field, worth))
    return found
