"""A page of the desk, whole or in part, with the notices that wait for the agent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from shopbell.agents import availability, permissions
from shopbell.agents.models import Agent
from shopbell.notifications import queries as notifications
from shopbell.notifications import ways
from shopbell.web import times
from shopbell.web.desk.request import AgentRequest, is_part, is_renewal


@dataclass
class Toast:
    """A short notice; `url` takes back what it tells of, until an instant (ISO 8601) where there is one."""

    text: str
    level: str = "success"
    url: str = ""
    label: str = ""
    until: str = ""


def tell(request: AgentRequest, text: str, *, url: str = "", label: str = "", until: datetime | None = None) -> None:
    """Show a notice on the next page."""
    undo = {"url": url, "label": label, "until": until.isoformat() if until else ""}
    messages.success(request, text, extra_tags=json.dumps(undo) if url else "")


def warn(request: AgentRequest, text: str) -> None:
    """Say on the next page that something did not work."""
    messages.error(request, text)


def toasts(request: AgentRequest) -> list[Toast]:
    """The notices that wait; they are shown once. What a script renews by itself is no occasion to show them."""
    if is_renewal(request):
        return []
    waiting = messages.get_messages(request)
    return [Toast(str(item), item.level_tag, **json.loads(item.extra_tags or "{}")) for item in waiting]


def show(request: AgentRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a page or a part of one ("page.html#part")."""
    rights: dict[str, bool | str] = {
        "may_answer": permissions.may_answer(request.user),
        "may_administer": permissions.may_administer(request.user),
        "may_write_articles": permissions.may_write_articles(request.user),
        "may_edit_macros": permissions.may_edit_macros(request.user),
        "may_handle_failures": permissions.may_handle_failures(request.user),
        "may_block": permissions.may_block(request.user),
        "may_redact": permissions.may_redact(request.user),
        "may_pass_on": permissions.may_pass_on(request.user),
        "may_reveal": permissions.may_reveal(request.user),
        "may_delete": permissions.may_delete(request.user),
        "may_serve_in_store": permissions.may_serve_in_store(request.user),
        "may_see_ratings": permissions.may_see_ratings(request.user),
        "may_make_tokens": permissions.may_make_tokens(request.user),
    }
    rights["bell"] = "" if is_part(request) else bell(request.user)
    scale = {"amber": times.AMBER_SECONDS, "red": times.RED_SECONDS, "log_position": request.log_position}
    response = render(request, template, {"toasts": toasts(request), **rights, **scale, **context}, status=status)
    response["Cache-Control"] = "no-store"
    response["Vary"] = "HX-Request, Cookie, Accept-Language"
    return response


def bell(agent: Agent) -> str:
    """How much the agent has not looked at, as the bell shows it: nothing, 7, 99+."""
    unread = notifications.count_unread(agent)
    most = notifications.MOST_COUNTED
    return "" if not unread else str(unread) if unread < most else f"{most - 1}+"


def sound(agent: Agent) -> int:
    """The newest thing the agent wants to hear of: a page that knows none newer makes a sound. 0: nothing."""
    kinds = ways.kinds(agent, ways.Way.SOUND)
    if not kinds or availability.is_quiet(agent, timezone.now()):
        return 0
    rows = notifications.visible(agent).filter(read_at=None, kind__in=kinds).order_by("-id")
    return rows.values_list("id", flat=True).first() or 0


def plain(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page without the desk around it."""
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


def go(address: str) -> HttpResponseRedirect:
    """After a POST: look at the result."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
