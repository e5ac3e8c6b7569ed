"""Who may ask: every view of the desk is behind one of these doors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import queries
from shopbell.conversations.models import Conversation, Message
from shopbell.events.models import Event

View = Callable[..., HttpResponse]
SAFE = ("GET", "HEAD")


class AgentRequest(HttpRequest):
    """A request of somebody who is signed in and may be here."""

    user: Agent
    htmx: HtmxDetails
    log_position: int  # the newest event when the page began to be made: live updates go on from there


def reading(view: View) -> View:
    """A page to look at."""
    return _door(view, SAFE, permissions.may_read)


def writing(view: View) -> View:
    """Something done to a conversation: POST only, by those who may answer."""
    return _door(view, ("POST",), permissions.may_answer)


def asking(view: View) -> View:
    """A form that does something to a conversation, and what it sends."""
    return _door(view, (*SAFE, "POST"), permissions.may_answer)


def own(view: View) -> View:
    """Something about the agent who asks."""
    return _door(view, (*SAFE, "POST"), permissions.may_read)


def failures(view: View) -> View:
    """Raw mail that could not be understood."""
    return _door(view, (*SAFE, "POST"), permissions.may_handle_failures)


def _door(view: View, methods: tuple[str, ...], may: Callable[[Agent], bool]) -> View:
    @wraps(view)
    def guarded(request: AgentRequest, *args: Any, **values: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _sign_in(request)
        if not may(request.user):
            raise PermissionDenied
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        request.log_position = 0 if is_part(request) else _log_position()
        return view(request, *args, **values)

    guarded.door = may  # type: ignore[attr-defined]  # the tests hold every URL of the desk to having one
    return guarded


def _log_position() -> int:
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _sign_in(request: AgentRequest) -> HttpResponse:
    """A page sends a stranger to sign in and back; a part of a page takes the whole window there."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path() if request.method in SAFE else reverse("desk:inbox"))
    return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})


def is_part(request: AgentRequest) -> bool:
    """Asked by a script for a part of the page, rather than by the browser for all of it."""
    return bool(request.htmx) and request.headers.get("HX-Request-Type") != "full"


def is_renewal(request: AgentRequest) -> bool:
    """Asked by our own scripts in the background; what somebody pressed comes from htmx, which says more."""
    return bool(request.htmx) and "HX-Request-Type" not in request.headers


def find_conversation(request: AgentRequest, number: int) -> Conversation:
    """The conversation, if it exists and the agent may see it; else 404."""
    found = queries.conversation(request.user, number)
    if found is None:
        raise Http404
    return found


def find_message(request: AgentRequest, number: int) -> Message:
    """The message, if it exists and the agent may see its conversation; else 404."""
    found = queries.message(request.user, number)
    if found is None:
        raise Http404
    return found


def view_name(request: AgentRequest) -> str:
    """The standard view the agent works in: it decides which list is shown and what comes next."""
    name = request.GET.get("view", "")
    return name if name in queries.VIEWS else "open"


def return_address(request: AgentRequest, fallback: str) -> str:
    """`?next=` where it leads to this site, else the fallback."""
    target = request.GET.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, request.get_host(), request.is_secure()) else fallback
