"""Medusa's products and customers."""

from __future__ import annotations

from shopbell.commerce.contract import Address, CustomerData, Fields, ProductData, VariantData
from shopbell.plugins.medusa.orders import address, name


def product(given: Fields, page: str) -> ProductData:
    """`page`: the address of a product in the shop, with {handle}. Raises Unparsable."""
    handle = given.text("handle")
    return ProductData(
        remote_id=given.needed("id"),
        title=given.text("title"),
        url=page.replace("{handle}", handle) if handle else "",
        image_url=given.text("thumbnail"),
        is_active=given.text("status", "published") == "published",
        variants=tuple(_variant(one) for one in given.each("variants")),
        updated_at=given.moment("updated_at"),
        raw=given.raw,
    )


def _variant(given: Fields) -> VariantData:
    """The price everybody pays: without rules and for one piece."""
    prices = [one for one in given.each("prices") if not one.inner("rules").raw and one.number("min_quantity") < 2]
    currency = prices[0].currency("currency_code") if prices else ""
    is_counted = given.flag("manage_inventory") and "inventory_quantity" in given
    return VariantData(
        remote_id=given.needed("id"),
        title=given.text("title"),
        sku=given.text("sku"),
        price=prices[0].amount("amount", currency) if prices else 0,
        currency=currency,
        stock=given.number("inventory_quantity") if is_counted else None,
    )


def customer(given: Fields) -> CustomerData:
    """Raises Unparsable."""
    places = sorted(given.each("addresses"), key=lambda one: not one.flag("is_default_shipping"))
    where = address(places[0]) if places else Address()
    return CustomerData(
        remote_id=given.needed("id"),
        email=given.text("email"),
        phone=given.text("phone") or where.phone,
        name=name(given) or where.name,
        address=where,
        created_at=given.moment("created_at"),
        updated_at=given.moment("updated_at"),
        raw=given.raw,
    )
