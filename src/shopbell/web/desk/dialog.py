"""A small form about a conversation: a page of its own without scripts, a dialog with them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse

from shopbell.conversations.models import Conversation
from shopbell.web.desk import conversation, page
from shopbell.web.desk.request import AgentRequest, is_part

UNPROCESSABLE = 422


def show(request: AgentRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The form. One that came back wrong goes where it was sent from: to the dialog, or to its own page in place."""
    if not is_part(request):
        return page.show(request, template, context, status)
    if urlsplit(request.htmx.current_url or "").path == request.path:
        response = page.show(request, template, context, status)
        response["HX-Retarget"], response["HX-Reselect"], response["HX-Reswap"] = "#main", "#main", "outerHTML"
        return response
    response = page.show(request, f"{template}#form", context, status)
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog-body", "innerHTML"
    return response


def refuse(request: AgentRequest, found: Conversation, reason: str) -> HttpResponse:
    """Nothing was done, and why; the conversation as it is now."""
    page.warn(request, reason)
    return conversation.show(request, found, status=UNPROCESSABLE)
