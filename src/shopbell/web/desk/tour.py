"""The first look around: shown once to everybody, left at any time, taken again from the preferences."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from shopbell.agents import operations
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, own


@own
def tour(request: AgentRequest) -> HttpResponse:
    """Done with it (`again` absent), or once more."""
    if request.method == "POST":
        operations.change_agent(request.user, actor=request.user.pk, needs_tour="again" in request.POST)
    return page.go(reverse("desk:inbox"))
