"""The way into every page of the help centre: which shop, which language, and whether the reader has it already."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, wraps
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from shopbell import __version__
from shopbell.core import languages, zones
from shopbell.knowledge import reading
from shopbell.selfservice.operations import Who
from shopbell.shops import queries
from shopbell.shops.models import Shop
from shopbell.web.portal import look, readers

PORTAL = Path(__file__).resolve().parents[2]
FRESH = "no-cache"  # kept by browsers, and asked about each time: a 304 is cheap


@dataclass(frozen=True)
class Place:
    """Where in the help centres of this server a reader is."""

    request: HttpRequest
    shop: Shop
    language: str
    edition: int

    @property
    def who(self) -> Who:
        """The reader, as far as anybody knows."""
        return readers.of(self.request, self.shop, self.language)

    def url(self, name: str, *values: object, language: str = "") -> str:
        """The address of a page of this help centre."""
        return reverse(name, args=[self.shop.slug, language or self.language, *values])

    @cached_property
    def look(self) -> dict[str, str]:
        """Addresses of the shop's style sheet and logo."""
        return look.of(self.shop)

    @cached_property
    def origin(self) -> str:
        """Scheme and host where the shop is at home."""
        return queries.origin(self.shop)

    def home_url(self, path: str) -> str:
        """The same with scheme and host, where the shop is at home."""
        return self.origin + path


View = Callable[..., HttpResponse]


def opened(view: View) -> View:
    """A page of a help centre: `view(place, …)` in the shop's zone and the language of the address."""

    @wraps(view)
    def entered(request: HttpRequest, slug: str, language: str, **values: Any) -> HttpResponse:
        shop = find_shop(slug)
        if language not in shop.offered_languages():
            raise Http404
        with translation.override(language), timezone.override(zones.named(shop.time_zone)):
            place = Place(request, shop, language, reading.edition())
            try:
                response = view(place, **values)
            except Http404:
                response = render(request, "portal/help/missing.html", frame(place), status=404)
        response.headers["Content-Language"] = language
        return response

    return entered


def find_shop(slug: str) -> Shop:
    """The shop of an address. Raises Http404."""
    shop = Shop.objects.filter(slug=slug).first()
    if shop is None:
        raise Http404
    return shop


def answer(
    place: Place,
    template: str,
    build: Callable[[], dict[str, Any]],
    *parts: object,
    status: int = 200,
    changed_at: datetime | None = None,
) -> HttpResponse:
    """The page, or 304 when the reader has it: `build` is asked only when it has to be shown.

    `parts`: what the page depends on besides the shop, the edition and the address.
    """
    etag = _etag(place, parts)
    response = get_conditional_response(place.request, etag, int(changed_at.timestamp()) if changed_at else None)
    if response is None:
        context = {**frame(place), **build()}
        response = render(place.request, template, context, status=status)
    response.headers["Cache-Control"] = FRESH
    if status == 200:
        response.headers["ETag"] = etag
        if changed_at:
            response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    patch_vary_headers(response, ["Cookie"])
    return response


def _etag(place: Place, parts: tuple[object, ...]) -> str:
    shop = place.shop
    looks = (shop.name, place.look, shop.website, shop.privacy_url, shop.languages)
    depends = (release(), place.edition, place.request.get_full_path(), looks, parts)
    return f'W/"{hashlib.sha256(repr(depends).encode()).hexdigest()[:24]}"'


@cache
def release() -> str:
    """Another one with every change of what makes the pages, the same on every node."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted([*(PORTAL / "templates/portal").rglob("*.html"), *(PORTAL / "locale").rglob("*.mo")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def frame(place: Place) -> dict[str, Any]:
    """What stands around every page."""
    shop = place.shop
    return {
        "shop": shop,
        "place": place,
        "look": place.look,
        "language_names": {code: languages.NAMES[code] for code in shop.offered_languages()},
        "home": place.url("help_home"),
        "results": place.url("help_results"),
        "suggest": place.url("help_suggest"),
        "contact": reverse("contact", args=[shop.slug]),
        "others": {code: place.url("help_home", language=code) for code in shop.offered_languages()},
        "canonical": "",
    }
