"""Products and customers as the shop's app for Shopbell gives them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from shopbell.commerce.contract import Address, CustomerData, Fields, ProductData, VariantData
from shopbell.plugins.django_oscar.orders import address


def product(given: Fields, zone: ZoneInfo) -> ProductData:
    """One without children is its own only variant. Raises Unparsable."""
    children = list(given.each("children"))
    return ProductData(
        remote_id=given.needed("id"),
        title=given.text("title"),
        url=given.text("url"),
        image_url=given.text("image"),
        is_active=given.flag("is_public") if "is_public" in given else True,
        variants=tuple(_variant(one) for one in children or [given]),
        updated_at=given.moment("date_updated", zone),
        raw=given.raw,
    )


def _variant(given: Fields) -> VariantData:
    records = list(given.each("stockrecords"))
    first = next((one for one in records if "price" in one), records[0] if records else None)
    currency = first.currency("price_currency") if first and "price_currency" in first else ""
    counted = [one for one in records if "num_in_stock" in one]
    return VariantData(
        remote_id=given.needed("id"),
        title=given.text("title"),
        sku=(first.text("partner_sku") if first else "") or given.text("upc"),
        price=first.amount("price", currency) if first and currency else 0,
        currency=currency,
        stock=sum(_free(one) for one in counted) if counted else None,
    )


def _free(record: Fields) -> int:
    """What is in stock and not promised to an order."""
    return record.number("num_in_stock") - record.number("num_allocated")


def customer(given: Fields, zone: ZoneInfo) -> CustomerData:
    """Raises Unparsable."""
    where = address(given.inner("address")) if "address" in given else Address()
    return CustomerData(
        remote_id=given.needed("id"),
        email=given.text("email"),
        phone=where.phone,
        name=given.text("name") or where.name,
        address=where,
        created_at=given.moment("date_joined", zone),
        updated_at=given.moment("date_updated", zone),
        raw=given.raw,
    )
