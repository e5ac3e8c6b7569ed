"""Reads about shops."""

from __future__ import annotations

from django.conf import settings

from shopbell.shops.models import Domain, Shop


def origin(shop: Shop) -> str:
    """Where the shop's pages are at home: scheme and host, as in links that leave the server."""
    host = Domain.objects.filter(shop=shop).order_by("id").values_list("host", flat=True).first()
    if host is None:
        return settings.BASE_URL
    return f"{'https' if settings.HTTPS else 'http'}://{host}"
