"""A mail's own HTML, on a page of its own inside an isolated frame; and the mail as it came."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from shopbell.agents.models import Agent
from shopbell.agents.permissions import may_read
from shopbell.conversations import queries
from shopbell.conversations.models import Message
from shopbell.core.html import sanitise
from shopbell.web import policy
from shopbell.web.desk.files import inline_address
from shopbell.web.guards import agent_of, allow

_POLICY: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],  # a mail's colours and sizes stand in style attributes
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}
_OWN_IMAGES = ["'self'", "data:"]


@require_safe
@allow(may_read)
@xframe_options_sameorigin
def message_html(request: HttpRequest, number: int) -> HttpResponse:
    """The sanitised HTML of a message. Remote images only with `?images=1`: loading them tells the sender."""
    message = _visible(request, number)
    if not message.html:
        raise Http404
    with_images = request.GET.get("images") == "1"
    addresses = {row.content_id: inline_address(row) for row in message.attachments.all() if row.content_id}
    body = sanitise(message.html, images="on" if with_images else "off", cid=addresses)
    response = render(request, "desk/mail_body.html", {"message": message, "body": body})
    images = [*_OWN_IMAGES, "https:", "http:"] if with_images else _OWN_IMAGES
    policy.only(response, {**_POLICY, "img-src": images})
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def may_read_raw(agent: Agent) -> bool:
    """A raw mail holds more than the desk shows: not for agents of partners."""
    return may_read(agent) and not agent.is_partner


@require_safe
@allow(may_read_raw)
def message_raw(request: HttpRequest, number: int) -> HttpResponse:
    """The message as it came, byte for byte, to be saved."""
    message = _visible(request, number)
    if message.inbound is None:
        raise Http404
    body = bytes(message.inbound.body)
    is_form = message.channel.type in ("contact_form", "portal")
    response = HttpResponse(body, content_type="application/json" if is_form else "message/rfc822")
    name = f"message-{message.id}.{'json' if is_form else 'eml'}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    policy.only(response, policy.NOTHING_RUNS)
    return response


def _visible(request: HttpRequest, number: int) -> Message:
    rows = queries.messages(agent_of(request)).select_related("inbound", "channel").prefetch_related("attachments")
    return get_object_or_404(rows, id=number)
