"""Who may open a page. Every page of the desk stands behind a door."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.web import sessions

View = Callable[..., HttpResponseBase]
SAFE = ("GET", "HEAD")


def allow(may: Callable[[Agent], bool], methods: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Only for agents of whom `may` is true; others get 403, and who is not signed in the sign-in page.

    `methods`: what may be asked, others get 405; empty: the view says so itself.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in(request, methods)
            if agent_of(request).factor_by is not None and is_locked(agent_of(request)):
                return _send_to(request, reverse("mfa_index"))
            if not may(agent_of(request)):
                raise PermissionDenied
            sessions.note_use(request, agent_of(request))
            if methods and request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **values)

        guarded.door = may  # type: ignore[attr-defined]  # the tests hold every URL to having one
        return guarded

    return decorate


def _sign_in(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse:
    """A page sends a stranger to sign in and back, and what takes forms only to the desk; a part of a page takes the
    whole window there.
    """
    if not getattr(request, "htmx", False):
        is_page = request.method in SAFE and request.method in (methods or SAFE)
        return redirect_to_login(request.get_full_path() if is_page else reverse("desk:inbox"))
    return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})


def is_locked(agent: Agent) -> bool:
    """Whether the agent should have set up a second factor by now: until then nothing but that is open to them."""
    return agent.factor_by is not None and agent.factor_by <= timezone.now()


def _send_to(request: HttpRequest, address: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponse(status=403, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def agent_of(request: HttpRequest) -> Agent:
    """Who asks, behind a guard."""
    return cast(Agent, request.user)
