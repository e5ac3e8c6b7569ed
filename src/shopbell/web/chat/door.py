"""What every request of a widget passes: the chat's key, the visitor's token, how often; and how a refusal is said.

The widget lives in a page of another site: no cookie is read or set, any origin may ask, and what opens a visit is its
token alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import StopUpload
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from shopbell.channels.models import Channel
from shopbell.channels.operations import first_exceeded
from shopbell.chats import queries, tokens
from shopbell.chats.models import Visit
from shopbell.shops.models import Shop

PROBLEM = "application/problem+json"
MOST_BODY_BYTES = 1_000_000
ALLOWED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After",
}
PREFLIGHT = {
    **ALLOWED,
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "86400",
}
View = Callable[..., HttpResponseBase]


class Refusal(Exception):
    """Ends the request: `code` is stable, `title` in the visitor's language."""

    def __init__(self, status: int, code: str, title: str, *, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.title, self.retry_after = status, code, title, retry_after


class ChatRequest(HttpRequest):
    """A request for an open chat; `visit` where the view asks for a token."""

    chat: Channel
    visit: Visit


def chat(*methods: str, visit: bool = True) -> Callable[[View], View]:
    """A view of the chat whose key stands in the address; with `visit` only for who brings its token."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, key: str, *args: Any, **values: Any) -> HttpResponseBase:
            if request.method == "OPTIONS":
                return HttpResponse(status=204, headers=PREFLIGHT)
            answer = _answer(view, request, key, methods, visit, args, values)
            for name, value in ALLOWED.items():
                answer.headers[name] = value
            answer.headers.setdefault("Cache-Control", "no-store")
            return answer

        guarded.is_public = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def _answer(
    view: View,
    request: HttpRequest,
    key: str,
    methods: tuple[str, ...],
    visit: bool,
    args: tuple[Any, ...],
    values: Mapping[str, Any],
) -> HttpResponseBase:
    language = choose_language(request, None)
    try:
        opened = _opened(key, request.headers.get("Authorization", "")) if visit else None
        found = opened.channel if opened else queries.channel(key)
        if found is None:
            raise Refusal(404, "no_chat", _("There is no chat here."))
        language = opened.language if opened else choose_language(request, found.shop)
        with translation.override(language):
            if visit and opened is None:
                raise no_visit()
            request.chat, request.visit = found, opened  # type: ignore[attr-defined]
            if request.method not in methods:
                raise Refusal(405, "method", _("That is not possible here."))
            return view(request, *args, **values)
    except Refusal as refusal:
        return refuse(refusal)
    except (RequestDataTooBig, StopUpload):
        with translation.override(language):
            return refuse(too_large())
    except (UnreadablePostError, MultiPartParserError, SuspiciousOperation):
        with translation.override(language):
            return refuse(Refusal(400, "unreadable", _("That could not be understood.")))


def _opened(chat: str, header: str) -> Visit | None:
    """The visit whose token a header holds, of the chat of this key and no other."""
    scheme, _space, token = header.partition(" ")
    key = tokens.read(token) if scheme.lower() == "bearer" else None
    return queries.visit(chat, key) if key else None


def visit_of(chat: str, header: str) -> Visit:
    """The visit whose token a header holds, of the chat of this key and no other. Raises Refusal."""
    found = _opened(chat, header)
    if found is None:
        raise no_visit()
    return found


def no_visit() -> Refusal:
    """No token of this chat was brought."""
    return Refusal(401, "no_visit", _("This chat has ended. Please begin a new one."))


def choose_language(request: HttpRequest, shop: Shop | None) -> str:
    """What the page asks for, else the browser, else the shop's own."""
    wanted = [request.GET.get("language", "")]
    wanted += [code for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    offered = shop.offered_languages() if shop else [translation.get_language() or "en"]
    known = (code[:2].lower() for code in wanted)
    return next((code for code in known if code in offered), shop.language if shop else offered[0])


def refuse(refusal: Refusal) -> HttpResponse:
    """The refusal as it is sent (RFC 9457)."""
    body = {"type": "about:blank", "status": refusal.status, "code": refusal.code}
    body["title"] = refusal.title or HTTPStatus(refusal.status).phrase
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), content_type=PROBLEM, status=refusal.status)
    if refusal.retry_after is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def too_large() -> Refusal:
    """More than is ever read."""
    return Refusal(413, "too_large", _("This is too long. Please send it in several messages, or as a file."))


def say(said: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """An answer in JSON."""
    return HttpResponse(json.dumps(said, ensure_ascii=False), content_type="application/json", status=status)


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request; nothing sent is an empty one. Raises Refusal."""
    if len(request.body) > MOST_BODY_BYTES:
        raise too_large()
    try:
        said = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Refusal(400, "no_json", _("That could not be understood."))
    return said


def words(said: Mapping[str, Any], name: str, most: int) -> str:
    """A text of a request, cut; "" where there is none or it is no text."""
    value = said.get(name, "")
    return value.replace("\0", "").encode("utf-8", "ignore").decode()[:most] if isinstance(value, str) else ""


def limit(*limits: tuple[str, object, int], seconds: int) -> None:
    """Counts one use of each (name, key, most) in turn; more than `most` within `seconds` are refused until the window
    ends, and not counted against the limits that follow. Raises Refusal.
    """
    named = [(f"chat:{name}:{key}", most) for name, key, most in limits]
    if first_exceeded(named, per_seconds=seconds) is not None:
        left = seconds - int(timezone.now().timestamp()) % seconds
        raise Refusal(429, "too_often", _("That was too much at once. Please wait a moment."), retry_after=left)
