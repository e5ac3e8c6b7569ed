"""Write products and their variants: see `recording.record`."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from shopbell.commerce import contract
from shopbell.commerce.models import Connection, Product, Variant
from shopbell.core import text
from shopbell.core.rows import upsert

_UPDATED = ["title", "url", "image_url", "is_active", "remote_updated_at", "digest", "raw", "gone_at", "seen_at"]
_OF_VARIANT = ["title", "sku", "price", "currency", "stock"]


def write(connection: Connection, fresh: Mapping[str, tuple[contract.ProductData, str]]) -> None:
    """Mirror these products; variants they have no more are removed."""
    rows = [_row(connection, item, its_digest) for item, its_digest in fresh.values()]
    upsert(rows, ["connection", "remote_id"], _UPDATED)
    numbers = {row.remote_id: row.id for row in rows}
    variants = [_variant(numbers[item.remote_id], one) for item, _ in fresh.values() for one in _once(item)]
    kept = {(one.product_id, one.remote_id) for one in variants}
    there = Variant.objects.filter(product__in=numbers.values()).values_list("id", "product_id", "remote_id")
    stale = [number for number, product, remote in there if (product, remote) not in kept]
    if stale:
        Variant.objects.filter(id__in=stale).delete()
    upsert(variants, ["product", "remote_id"], _OF_VARIANT)


def _once(item: contract.ProductData) -> list[contract.VariantData]:
    return list({one.remote_id: one for one in item.variants}.values())


def _row(connection: Connection, item: contract.ProductData, its_digest: str) -> Product:
    return Product(
        connection=connection,
        remote_id=item.remote_id,
        title=text.truncate(item.title, 300),
        url=item.url[:1000],
        image_url=item.image_url[:1000],
        is_active=item.is_active,
        remote_updated_at=item.updated_at,
        digest=its_digest,
        raw=dict(item.raw),
        seen_at=timezone.now(),
    )


def _variant(product_id: int, item: contract.VariantData) -> Variant:
    return Variant(
        product_id=product_id,
        remote_id=item.remote_id,
        title=text.truncate(item.title, 300),
        sku=item.sku[:100],
        price=item.price,
        currency=item.currency,
        stock=item.stock,
    )
