"""The language and clock of whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from shopbell.agents.models import Agent
from shopbell.core import zones


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
