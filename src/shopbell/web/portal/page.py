"""What every page for customers stands in: the shop's look, the language, and which ways there are to a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header

from shopbell.channels.models import Channel
from shopbell.core import languages, zones
from shopbell.shops.models import Shop
from shopbell.web.portal import look

LANGUAGE_COOKIE = "shopbell_language"  # set when somebody chooses one, and not before


@dataclass(frozen=True)
class Ways:
    """How to reach a person."""

    address: str
    phone: str
    hours: str


def choose_language(request: HttpRequest, shop: Shop) -> str:
    """What is asked for (`?lang=` or `?language=`), what was chosen before, the browser's, else the shop's own."""
    wanted = [request.GET.get("lang", ""), request.GET.get("language", ""), request.COOKIES.get(LANGUAGE_COOKIE, "")]
    wanted += [code for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    known = (code[:2].lower() for code in wanted)
    offered = shop.offered_languages()
    return next((code for code in known if code in offered), shop.language)


def ways(shop: Shop) -> Ways:
    """The mailbox and the telephone of a shop, empty where it has none."""
    boxes = Channel.objects.filter(shop=shop, type="email", is_active=True).exclude(address="").order_by("id")
    address = boxes.values_list("address", flat=True).first() or ""
    return Ways(address, shop.phone, shop.phone_hours)


def frame(request: HttpRequest, shop: Shop, *, embedded: bool = False) -> dict[str, Any]:
    """What `portal/base.html` shows around a page."""
    theme = request.GET.get("theme", "")
    return {
        "shop": shop,
        "look": look.of(shop),
        "embedded": embedded,
        "theme": theme if theme in ("light", "dark") else "",
        "languages": {code: languages.NAMES[code] for code in shop.offered_languages()},
        "is_written": request.method == "POST",
    }


def point(form: BaseForm) -> None:
    """The cursor stands in the first field that is wrong, so that nobody has to look for it."""
    wrong = next((name for name in form.fields if form.errors.get(name)), "")
    if wrong:
        form.fields[wrong].widget.attrs["autofocus"] = True


def show(
    request: HttpRequest, shop: Shop, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the shop's, in the language and the clock of who reads it; kept by nobody."""
    language = choose_language(request, shop)
    if isinstance(form := context.get("form"), BaseForm):
        point(form)
    with translation.override(language), timezone.override(zones.named(shop.time_zone)):
        response = render(request, f"portal/{template}.html", {**frame(request, shop), **context}, status=status)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    return response
