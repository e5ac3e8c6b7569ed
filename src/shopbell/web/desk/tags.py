"""Words conversations are sorted by."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Tag
from shopbell.lists import queries as lists
from shopbell.web.desk import actions, conversation, dialog
from shopbell.web.desk.request import AgentRequest, asking, find_conversation

TEMPLATE = "desk/tags.html"
OFFERED = 500
UNPROCESSABLE = 422


@asking
def tags(request: AgentRequest, number: int) -> HttpResponse:
    """Add tags (several with commas between), remove those whose button was pressed."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found)
    words = [*re.split(r"[,;\n]", request.POST.get("add", "")), *request.POST.getlist("suggested")]
    add = tuple(word for word in words if word.strip())
    remove = tuple(request.POST.getlist("remove"))
    try:
        if add or remove:
            operations.change_tags(found.id, add=add, remove=remove, actor=request.user.id)
    except operations.NewTag as new:
        error = _("There is no tag “{names}”, and only leads make new ones.").format(names=", ".join(new.names))
        return _form(request, found, error, UNPROCESSABLE)
    return actions.back(request, found.id)


def _form(request: AgentRequest, found: Conversation, error: str = "", status: int = 200) -> HttpResponse:
    known = Tag.objects.filter(becomes=None).order_by("-uses", "name")[:OFFERED]
    context = {
        "known": known,
        "suggested": lists.suggested_tags(request.user, found),
        "talk": conversation.head(found, request),
        "typed": request.POST.get("add", ""),
        "error": error,
    }
    return dialog.show(request, TEMPLATE, context, status)
