"""What a widget needs before anybody writes: whose it is, how it looks, what can be had now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from shopbell.channels.models import Channel
from shopbell.chats import waiting
from shopbell.chats.limits import max_text
from shopbell.chats.waiting import Queue
from shopbell.core import colour
from shopbell.knowledge import reading
from shopbell.shops.models import Shop
from shopbell.web.chat.door import ChatRequest, chat, say
from shopbell.web.portal import look, privacy

KEPT_SECONDS = 5
ACCENT = "#8a5a00"


@chat("GET", "HEAD", visit=False)
def config(request: ChatRequest) -> HttpResponse:
    """The same for all who ask in one language, so it is worked out once in KEPT_SECONDS."""
    language = translation.get_language() or request.chat.shop.language
    name = f"chat:config:{request.chat.id}:{language}"
    said = cache.get(name)
    if said is None:
        said = _config(request.chat, language)
        cache.set(name, said, KEPT_SECONDS)
    answer = say({**said, "now": queue(request.chat).now()})
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return answer


def queue(channel: Channel) -> Queue:
    """The queue as it was at most KEPT_SECONDS ago."""
    name = f"chat:queue:{channel.id}"
    found: Queue | None = cache.get(name)
    if found is None:
        found = waiting.queue(channel)
        cache.set(name, found, KEPT_SECONDS)
    return found


def _config(channel: Channel, language: str) -> dict[str, Any]:
    shop = channel.shop
    accent = shop.accent or ACCENT
    logo = look.of(shop)["logo"]
    points = privacy.notice(shop)
    return {
        "shop": shop.name,
        "language": language,
        "name": channel.name,
        "accent": accent,
        "on_accent": colour.readable_on(accent),
        "logo": f"{settings.BASE_URL}{logo}" if logo else None,
        "max_text": max_text(),
        "max_file_bytes": max_file_bytes(channel),
        "privacy": {
            "text": "\n".join(f"{one.label}: {one.text}" for one in points),
            "url": shop.privacy_url or _page("privacy_notice", shop.slug),
        },
        "help": _page("help_home", shop.slug, language) if _has_answers(shop, language) else None,
        "contact": _page("contact", shop.slug),
        "ask_page": bool(channel.settings.get("asks_page")),
    }


def _has_answers(shop: Shop, language: str) -> bool:
    """Whether the help centre has something to find: what the language lacks is found in the shop's own."""
    return any(reading.public(shop.pk, code).exists() for code in {language, shop.language})


def max_file_bytes(channel: Channel) -> int:
    """The largest file a visitor may send."""
    return min(int(channel.settings.get("max_file_mb") or 10) * 1_000_000, settings.MAX_ATTACHMENT_BYTES)


def _page(name: str, *where: str) -> str | None:
    """The whole address of a page, where there is one of that name."""
    try:
        return f"{settings.BASE_URL}{reverse(name, args=where)}"
    except NoReverseMatch:
        return None
