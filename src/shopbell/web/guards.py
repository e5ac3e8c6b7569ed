"""Who may open a page. Every page of the desk stands behind one of these."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from shopbell.agents.models import Agent

View = Callable[..., HttpResponseBase]


def allow(may: Callable[[Agent], bool]) -> Callable[[View], View]:
    """Only for agents of whom `may` is true; others get 403, and who is not signed in the sign-in page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path() if request.method == "GET" else "/desk/")
            if not may(agent_of(request)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.door = may  # type: ignore[attr-defined]  # the tests hold every URL to having one
        return guarded

    return decorate


def agent_of(request: HttpRequest) -> Agent:
    """Who asks, behind a guard."""
    return cast(Agent, request.user)
