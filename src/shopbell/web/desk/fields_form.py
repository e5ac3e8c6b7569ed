"""The form with a conversation's fields of the shop's own, in a dialog: to fill in, or because something needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.conversations.models import Conversation
from shopbell.fields import queries
from shopbell.fields.models import Subject
from shopbell.web import own_fields
from shopbell.web.desk import conversation, dialog
from shopbell.web.desk.request import AgentRequest

TEMPLATE = "desk/own_fields.html"


def ask(
    request: AgentRequest,
    found: Conversation,
    errors: Mapping[str, str] | None = None,
    sent: Mapping[str, Any] | None = None,
    then: str = "",
) -> HttpResponse:
    """The form, with what is wrong beside each field; `then`: what was to be done and cannot be done before."""
    shown = own_fields.entries(queries.of(Subject.CONVERSATION), {**found.custom, **(sent or {})}, errors)
    context = {
        "own_fields": shown,
        "then": then,
        "talk": conversation.head(found, request),
        "title": _("Before it is resolved") if then else _("Details"),
    }
    return dialog.show(request, TEMPLATE, context, dialog.UNPROCESSABLE if errors or then else 200)
