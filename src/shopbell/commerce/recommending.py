"""What a customer may like, from what they bought and what others bought with it, each with its reason.

For a person to read out or leave: never for a message of service (domain.md L16), and nothing for somebody who
objects to advertising.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from shopbell.commerce.models import Account, Companion, Line, Order, Product, Variant
from shopbell.customers.queries import with_merged

MOST = 5
LOOKED_AT = 200  # newest lines of a customer


@dataclass(frozen=True)
class Recommendation:
    """Something they did not buy yet. `because`: the title of what they bought that it goes with."""

    title: str
    url: str
    image_url: str
    because: str
    baskets: int  # of how many buyers who had both in one order


Key = tuple[int, str]  # connection, item


def recommended(customer_id: int, shop_id: int, *, objects: bool) -> list[Recommendation]:
    """At most MOST things for one customer of a shop, best first, from its baskets as counted once a day.

    Empty where they told us to leave them alone (`objects`: the caller knows), where an account of theirs says that it
    takes no advertising, where nothing of theirs is known, and where too few bought the same. What cannot be bought now
    (inactive, gone, out of stock) is left out. Five queries at most. Never put the result into a service mail.
    """
    people = with_merged([customer_id])
    refusing = Account.objects.filter(customer__in=people, accepts_marketing=False, connection__shop=shop_id)
    if objects or refusing.exists():
        return []
    owned = _owned(people, shop_id)
    if not owned:
        return []
    best: dict[Key, Companion] = {}
    rows = Companion.objects.filter(_any_of("item", owned)).order_by("-score", "id")
    for row in rows[: MOST * 20]:
        if (row.connection_id, row.other) not in owned:
            best.setdefault((row.connection_id, row.other), row)
    goods = _goods(best)
    found = [(goods[key], owned[row.connection_id, row.item], row) for key, row in best.items() if key in goods]
    return [
        Recommendation(one.title, one.url, one.image_url, because, row.baskets) for one, because, row in found[:MOST]
    ]


def item_key(product_id: str, sku: str) -> str:
    """What a line is counted as: its product, or else its SKU; "" for neither."""
    return product_id or (f"sku:{sku}" if sku else "")


def _owned(people: Iterable[int], shop_id: int) -> dict[Key, str]:
    """What they bought and kept → its title."""
    orders = Order.objects.filter(customer__in=people, shop=shop_id, gone_at=None, is_cancelled=False)
    lines = Line.objects.filter(order__in=orders).order_by("-order__placed_at", "position")
    rows = lines.values_list("order__connection", "product_id", "sku", "title")[:LOOKED_AT]
    found: dict[Key, str] = {}
    for connection, product, sku, title in rows:
        if key := item_key(product, sku):
            found.setdefault((connection, key), title)
    return found


def _any_of(name: str, keys: Iterable[Key]) -> Q:
    """Rows of these keys, by connection."""
    by_connection: dict[int, list[str]] = {}
    for connection, item in keys:
        by_connection.setdefault(connection, []).append(item)
    wanted = Q(pk__in=[])
    for connection, items in by_connection.items():
        wanted |= Q(connection=connection, **{f"{name}__in": items})
    return wanted


def _goods(keys: Iterable[Key]) -> dict[Key, Product]:
    """Those that can be bought now."""
    keys = set(keys)
    skus = {item.removeprefix("sku:") for _connection, item in keys if item.startswith("sku:")}
    by_sku = Q(product__connection__in={connection for connection, _item in keys}, sku__in=skus)
    by_id = _any_of("remote_id", keys)
    products = Product.objects.filter(by_id, is_active=True, gone_at=None).only(*_SHOWN)
    found: dict[Key, Product] = {(one.connection_id, one.remote_id): one for one in products}
    if skus:
        for variant in Variant.objects.filter(by_sku).select_related("product"):
            if variant.product.is_active and variant.product.gone_at is None:
                found[variant.product.connection_id, f"sku:{variant.sku}"] = variant.product
    in_stock = Q(stock=None) | Q(stock__gt=0)
    sold_out = _sold_out({one.id for one in found.values()}, in_stock)
    return {key: one for key, one in found.items() if one.id not in sold_out and key in keys}


def _sold_out(numbers: set[int], in_stock: Q) -> set[int]:
    """Of these products those with variants of which none is there."""
    with_variants = set(Variant.objects.filter(product__in=numbers).values_list("product_id", flat=True))
    return with_variants - set(Variant.objects.filter(in_stock, product__in=numbers).values_list("product", flat=True))


_SHOWN = ("connection_id", "remote_id", "title", "url", "image_url")
