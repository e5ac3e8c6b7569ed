"""How a shop looks to its customers: its colour as a style sheet, its logo as a picture."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from shopbell.core import colour
from shopbell.shops.models import Logo, Shop
from shopbell.web import policy

A_YEAR = "public, max-age=31536000, immutable"  # the address says which colour or picture it is


@require_safe
def style(request: HttpRequest, slug: str, accent: str) -> HttpResponse:
    """The shop's colour, as the tokens the portal's style sheet uses."""
    shop = get_object_or_404(Shop, slug=slug)
    if shop.accent != f"#{accent}":
        raise Http404
    css = f":root {{ --brand: {shop.accent}; --on-brand: {colour.readable_on(shop.accent)}; }}\n"
    return _kept(HttpResponse(css, content_type="text/css; charset=utf-8"))


@require_safe
def logo(request: HttpRequest, slug: str, stamp: int) -> HttpResponse:
    """The shop's logo; `stamp` changes with it."""
    row = get_object_or_404(Logo, shop__slug=slug)
    response = HttpResponse(bytes(row.image), content_type="image/webp")
    policy.only(response, policy.NOTHING_RUNS)
    return _kept(response)


def _kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = A_YEAR
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def of(shop: Shop) -> dict[str, str]:
    """Addresses of the shop's style sheet and logo, empty where it has none."""
    stamp = Logo.objects.filter(shop=shop).values_list("changed_at", flat=True).first()
    return {
        "style": reverse("shop_style", args=[shop.slug, shop.accent[1:]]) if shop.accent else "",
        "logo": reverse("shop_logo", args=[shop.slug, int(stamp.timestamp())]) if stamp else "",
    }
