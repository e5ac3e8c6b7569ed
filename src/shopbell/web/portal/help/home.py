"""The start of a help centre: search, topics, what is read most, and the ways to a person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shopbell.knowledge import policies, reading
from shopbell.selfservice import queries as selfservice
from shopbell.web.portal.help import structured
from shopbell.web.portal.help.door import Place, answer, find_shop, opened
from shopbell.web.portal.page import choose_language

POPULAR = 6


@require_safe
def entrance(request: HttpRequest, slug: str) -> HttpResponse:
    """To the start page in the reader's language."""
    shop = find_shop(slug)
    response = HttpResponseRedirect(reverse("help_home", args=[slug, choose_language(request, shop)]))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
@opened
def home(place: Place) -> HttpResponse:
    """The start page."""
    shop, language = place.shop, place.language
    shelves = reading.shelves(shop.id, language, place.edition)
    popular = reading.links(shop.id, language, selfservice.popular(shop.id, language, POPULAR))
    today = policies.today(shop)

    def build() -> dict[str, Any]:
        shown = popular or reading.newest(shop.id, language, POPULAR)
        kept = [topic for topic, found in policies.everything(shop, today).items() if found]
        return {"shelves": shelves, "popular": shown, "policies": kept, **_about(place)}

    return answer(place, "portal/help/home.html", build, popular, today)


def _about(place: Place) -> dict[str, Any]:
    address = place.home_url(place.url("help_home"))
    name = _("Help centre of {shop}").format(shop=place.shop.name)
    data = structured.website(name, address, place.home_url(place.url("help_results")), place.language)
    alternates = {
        code: place.home_url(place.url("help_home", language=code)) for code in place.shop.offered_languages()
    }
    return {"canonical": address, "alternates": alternates, "data": structured.block(data)}
