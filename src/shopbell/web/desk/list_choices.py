"""How an agent likes a list: in which order, how dense."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBadRequest
from django.urls import reverse

from shopbell.lists import operations
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, is_part, own, view_name


@own
def choose(request: AgentRequest) -> HttpResponse:
    """Remember `sort` for the view one is in, or `density` for all."""
    name = view_name(request)
    if request.method == "POST":
        try:
            if sort := request.POST.get("sort"):
                operations.choose_sort(request.user, name, sort)
            if density := request.POST.get("density"):
                operations.choose_density(request.user, density)
        except ValueError:
            return HttpResponseBadRequest()
    return page.go(list_address(request))


def list_address(request: AgentRequest) -> str:
    """The list again: for a script the column alone."""
    name = "desk:rows" if is_part(request) else "desk:inbox"
    return f"{reverse(name)}?view={view_name(request)}"
