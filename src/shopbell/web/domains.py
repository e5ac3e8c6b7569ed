"""Shops with host names of their own: there `/` is their help centre, and what is another shop's does not exist."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from shopbell.shops.models import Domain, Shop

OF_A_SHOP = ("help", "my", "track", "contact", "shops")  # first parts of public addresses, before the slug
FILES = ("sitemap.xml", "robots.txt")


class DomainMiddleware:
    """Finds out whose host was asked. `request.shop_here` is that shop, None on the desk's own host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first, _slash, rest = request.path[1:].partition("/")
        if first and first not in (*OF_A_SHOP, *FILES):
            return self.get_response(request)
        here = shop_of(request)
        request.shop_here = here  # type: ignore[attr-defined]
        if here is not None and not first:
            return HttpResponseRedirect(reverse("help", args=[here.slug]))
        if here is not None and first in OF_A_SHOP and rest.partition("/")[0] != here.slug:
            raise Http404
        return self.get_response(request)


def shop_of(request: HttpRequest) -> Shop | None:
    """The shop whose own host the request came to."""
    host = request.get_host().partition(":")[0].lower().rstrip(".")
    number = Domain.objects.filter(host=host).values_list("shop", flat=True).first()
    return Shop.objects.get(id=number) if number is not None else None


def allows(request: HttpRequest, shop_id: int) -> bool:
    """Whether the host asked shows what is this shop's. For addresses that do not name it by its slug."""
    here = shop_of(request)
    return here is None or here.id == shop_id
