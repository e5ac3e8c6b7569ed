"""Search: the page of results, and results while one types for the pages and for the chat in the shop's own pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shopbell.core import languages
from shopbell.knowledge import queries, reading
from shopbell.knowledge.queries import FoundArticle
from shopbell.selfservice import operations as selfservice
from shopbell.shops.models import Domain
from shopbell.web import visitors
from shopbell.web.marks import marked
from shopbell.web.portal import readers
from shopbell.web.portal.help.door import Place, answer, opened

SHOWN, SUGGESTED = 20, 6
LONGEST = 200  # characters of what is sought
PER_MINUTE = 300  # searches from one network


@require_safe
@opened
def results(place: Place) -> HttpResponse:
    """What fits, best first; where the language has nothing, what other languages have, and it says so."""
    phrase = asked(place.request)
    if phrase and _is_flood(place.request):
        return HttpResponse(
            _("Too many searches. Please try again in a minute."), status=429, headers={"Retry-After": "60"}
        )
    found = queries.find_articles(place.shop, phrase, place.language, limit=SHOWN) if phrase else []
    found = [one for one in found if one.text.language in place.shop.offered_languages()]
    elsewhere = found[0].text.language if found and found[0].text.language != place.language else ""
    if phrase and readers.is_person(place.request):
        selfservice.searched(place.who, phrase, found[0].text.language if found else None)
    return answer(place, "portal/help/results.html", lambda: _shown(place, phrase, found, elsewhere), phrase)


def _shown(place: Place, phrase: str, found: list[FoundArticle], elsewhere: str) -> dict[str, Any]:
    others = {code: f"{url}?{place.request.GET.urlencode()}" for code, url in _elsewhere(place).items()}
    return {
        "phrase": phrase,
        "found": [
            (one.title, place.url("help_article", one.text.slug, language=one.text.language), marked(one.snippet))
            for one in found
        ],
        "elsewhere": elsewhere,
        "elsewhere_name": str(get_language_info(elsewhere)["name_translated"]) if elsewhere else "",
        "shelves": () if found else reading.shelves(place.shop.id, place.language, place.edition),
        "others": others,
    }


def _elsewhere(place: Place) -> dict[str, str]:
    return {code: place.url("help_results", language=code) for code in place.shop.offered_languages()}


def asked(request: HttpRequest) -> str:
    """What is sought."""
    return request.GET.get("q", "").strip()[:LONGEST]


def _is_flood(request: HttpRequest) -> bool:
    return visitors.is_too_often(f"help:{visitors.network(request)}", limit=PER_MINUTE, per_seconds=60)


@require_safe
@opened
def suggest(place: Place) -> HttpResponse:
    """{results: [{title, url, snippet, language, parts}]} for what has been typed so far; any site may ask."""
    phrase = asked(place.request)
    if phrase and _is_flood(place.request):
        return _shared(JsonResponse({"results": []}, status=429, headers={"Retry-After": "60"}))
    found = queries.find_articles(place.shop, phrase, place.language, typing=True, limit=SUGGESTED) if phrase else []
    origin = _origin(place)
    listed = [
        {
            "id": one.text.id,
            "title": one.title,
            "url": origin + place.url("help_article", one.text.slug, language=one.text.language),
            "snippet": "".join(piece for piece, _hit in one.snippet),
            "parts": one.snippet,
            "language": one.text.language,
            "language_name": languages.NAMES[one.text.language],
        }
        for one in found
        if one.text.language in place.shop.offered_languages()
    ]
    response = JsonResponse({"results": listed}, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "public, max-age=60"
    return _shared(response)


def _origin(place: Place) -> str:
    """Links lead to the host that was asked, or to the shop's own."""
    host = Domain.objects.filter(shop=place.shop).order_by("id").values_list("host", flat=True).first()
    return f"{place.request.scheme}://{host or place.request.get_host()}"


def _shared(response: HttpResponse) -> HttpResponse:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
