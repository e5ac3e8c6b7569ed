"""Who may open a page. Every page of the desk stands behind a door."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import resolve_url
from django.urls import reverse

from shopbell.agents.models import Agent

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
                return _sign_in(request)
            if not may(agent_of(request)):
                raise PermissionDenied
            if methods and request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **values)

        guarded.door = may  # type: ignore[attr-defined]  # the tests hold every URL to having one
        return guarded

    return decorate


def _sign_in(request: HttpRequest) -> HttpResponse:
    """A page sends a stranger to sign in and back; a part of a page takes the whole window there."""
    if not getattr(request, "htmx", False):
        return redirect_to_login(request.get_full_path() if request.method in SAFE else reverse("desk:inbox"))
    return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})


def agent_of(request: HttpRequest) -> Agent:
    """Who asks, behind a guard."""
    return cast(Agent, request.user)
