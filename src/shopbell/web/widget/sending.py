"""The widget's files: a loader for each chat, fetched with every page of the shop, and parts kept for a year."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from shopbell.channels.models import Channel
from shopbell.core import colour, languages
from shopbell.web import domains
from shopbell.web.widget import bundle, words

ACCENT = "#8a5a00"  # of a shop that has chosen none
SHORT = "public, max-age=300, stale-while-revalidate=86400"
A_YEAR = "public, max-age=31536000, immutable"
NOTHING = b"/* This chat is not on. */\n"
SCRIPT, JSON = "text/javascript; charset=utf-8", "application/json"


@require_safe
def loader(request: HttpRequest, key: str) -> HttpResponse:
    """The script of the shop's pages. A chat that is paused sends one that does nothing."""
    channel = Channel.objects.select_related("shop").filter(type="chat", address=key).first()
    if channel is None or not domains.allows(request, channel.shop_id):
        raise Http404
    sent = bundle.packed(bundle.loader(given(channel))) if channel.is_active else bundle.Sent(NOTHING, b"", "paused")
    return _answer(request, sent, SCRIPT, SHORT)


def given(channel: Channel) -> dict[str, object]:
    """What the loader knows without asking: where the parts are, the look, the words of the button."""
    accent = channel.settings.get("accent") or channel.shop.accent or ACCENT
    greetings: dict[str, str] = channel.settings.get("greetings") or {}
    offered = channel.shop.offered_languages()
    return {
        "key": channel.address,
        "panel": _part("panel.js", bundle.panel()),
        "catalogues": {code: _part(f"{code}.json", words.catalogue(code)) for code in offered},
        "words": {code: words.of_the_button(code) for code in offered},
        "language": channel.shop.language,
        "greetings": {code: said for code, said in greetings.items() if said},
        "accent": accent,
        "on_accent": colour.readable_on(accent),
        "position": channel.settings.get("position", "right"),
        "contact": reverse("contact", args=[channel.shop.slug]),
        "style": bundle.sheet("button.css"),
    }


def _part(name: str, sent: bundle.Sent) -> str:
    return reverse("chat_part", args=[sent.digest, name])


@require_safe
def part(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """The panel's script, or the words of a language. A page opened before an update gets what there is now."""
    stem, _dot, ending = name.rpartition(".")
    if name == "panel.js":
        sent, kind = bundle.panel(), SCRIPT
    elif ending == "json" and stem in languages.NAMES:
        sent, kind = words.catalogue(stem), JSON
    else:
        raise Http404
    return _answer(request, sent, kind, A_YEAR if digest == sent.digest else SHORT)


def _answer(request: HttpRequest, sent: bundle.Sent, kind: str, keeping: str) -> HttpResponse:
    """The file, compressed where the browser can read that; for every page, whoever's it is."""
    with translation.override(None):
        response = HttpResponse(sent.body, content_type=kind)
    if sent.compressed and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(sent.compressed, content_type=kind, headers={"Content-Encoding": "gzip"})
    response.headers["Cache-Control"] = keeping
    response.headers["ETag"] = f'"{sent.digest}"'
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.headers.get("If-None-Match", "").removeprefix("W/") == response.headers["ETag"]:
        response.status_code, response.content = 304, b""
    return response
