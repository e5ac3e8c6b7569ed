"""Where the administration begins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from shopbell.agents.permissions import may_administer
from shopbell.web.admin.page import wording
from shopbell.web.desk.page import go
from shopbell.web.guards import agent_of


@require_safe
@wording
def home(request: HttpRequest) -> HttpResponse:
    """The first section the agent may open."""
    return go(reverse("admin_mailboxes" if may_administer(agent_of(request)) else "admin_macros"))
