"""Where the administration begins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shopbell.web.admin import sections
from shopbell.web.admin.page import show
from shopbell.web.desk.request import door
from shopbell.web.guards import agent_of


@require_safe
@door(lambda agent: bool(sections.open_to(agent)))
def home(request: HttpRequest) -> HttpResponse:
    """Every section the agent may open, with what is decided there."""
    return show(request, "", "home", {"groups": sections.grouped(sections.open_to(agent_of(request)))})
