"""The language and clock of whoever asks; addresses that can be nothing's, or take forms only."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from shopbell.agents.models import Agent
from shopbell.core import zones


class AddressMiddleware:
    """No address has a null character in it: the database would refuse to look for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Raises Http404, for which there is a page by now."""
        if "\0" in request.path_info:
            raise Http404


class MethodMiddleware:
    """Who opens an address that takes forms only, or the other way round, is told so on a page as for any error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        said = render(request, "405.html", status=405)
        said.headers["Allow"] = response.headers["Allow"]
        return said


class AgentLocaleMiddleware:
    """An agent's own language and time zone; for a visitor the language their browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Agent):
            return self._answer(request, request.user.language, zones.named(request.user.time_zone))
        response = self._answer(request, translation.get_language_from_request(request), None)
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def _answer(self, request: HttpRequest, language: str, zone: ZoneInfo | None) -> HttpResponse:
        with translation.override(language), timezone.override(zone):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response
