"""Small signs of a visitor: they write, have read, look at a page, are done."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.chats import operations
from shopbell.web.chat.door import ChatRequest, Refusal, body, chat, limit, say, words
from shopbell.web.live.guests import CHANNEL

READS_PER_MINUTE = 240
PAGES_PER_MINUTE = 60
TYPING_SECONDS = 1  # said more often it is not told on


@chat("POST")
def typing(request: ChatRequest) -> HttpResponse:
    """They write just now. What they write is not sent before they send it."""
    conversation = request.visit.conversation_id
    if conversation is not None and cache.add(f"chat:typing:{request.visit.id}", True, TYPING_SECONDS):
        _tell_desk({"typing": conversation})
    return HttpResponse(status=204)


@chat("POST")
def read(request: ChatRequest) -> HttpResponse:
    """They have seen everything up to a line."""
    seq = body(request).get("seq")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**31:
        raise Refusal(422, "seq", _("That could not be understood."))
    limit(("reads", request.visit.id, READS_PER_MINUTE), seconds=60)
    if operations.read(request.visit, seq) and request.visit.conversation_id is not None:
        _tell_desk({"read": request.visit.conversation_id, "seq": seq})
    return HttpResponse(status=204)


@chat("POST")
def page(request: ChatRequest) -> HttpResponse:
    """What they look at, said where they allowed it. Where the chat does not ask, nothing is kept."""
    said = body(request)
    url, title = words(said, "url", 500), words(said, "title", 200)
    if not _is_page(url):
        raise Refusal(422, "url", _("That could not be understood."))
    limit(("pages", request.visit.id, PAGES_PER_MINUTE), seconds=60)
    if request.chat.settings.get("asks_page"):
        operations.look_at(request.visit, url=url, title=title)
        if request.visit.conversation_id is not None:
            _tell_desk({"page": request.visit.conversation_id, "url": url, "title": request.visit.page_title})
    return HttpResponse(status=204)


def _is_page(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:  # http://[
        return False


@chat("POST")
def end(request: ChatRequest) -> HttpResponse:
    """They are done."""
    operations.end(request.visit)
    return say({})


def _tell_desk(said: dict[str, Any]) -> None:
    """To every process; kept nowhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(said, ensure_ascii=False)])
