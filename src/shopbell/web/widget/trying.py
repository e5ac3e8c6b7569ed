"""A page like a shop's, to try the chat on before customers see it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from shopbell.agents import permissions
from shopbell.channels.models import Channel
from shopbell.core import languages
from shopbell.web.guards import agent_of, allow

THEMES = ("light", "dark")


@require_safe
@allow(lambda agent: agent.is_active)
def page(request: HttpRequest, key: str) -> HttpResponse:
    """For colleagues who see the shop; `?language=` and `?theme=` as a shop's page would have them."""
    channel = Channel.objects.select_related("shop").filter(type="chat", address=key).first()
    shops = permissions.scope(agent_of(request)).shops
    if channel is None or (shops is not None and channel.shop_id not in shops):
        raise Http404
    offered = channel.shop.offered_languages()
    asked = request.GET.get("language", "")
    language = asked if asked in offered else channel.shop.language
    theme = request.GET.get("theme", "")
    context = {
        "channel": channel,
        "shop": channel.shop,
        "language": language,
        "languages": {code: name for code, name in languages.NAMES.items() if code in offered},
        "theme": theme if theme in THEMES else "light",
    }
    with translation.override(language):
        return render(request, "widget/try.html", context)
