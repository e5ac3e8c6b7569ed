"""Words conversations are sorted by."""

from __future__ import annotations

import re

from django.http import HttpResponse

from shopbell.conversations import operations
from shopbell.conversations.models import Tag
from shopbell.web.desk import actions, conversation, dialog
from shopbell.web.desk.request import AgentRequest, asking, find_conversation

TEMPLATE = "desk/tags.html"
OFFERED = 500


@asking
def tags(request: AgentRequest, number: int) -> HttpResponse:
    """Add tags (several with commas between), remove those whose button was pressed."""
    found = find_conversation(request, number)
    if request.method != "POST":
        known = list(Tag.objects.order_by("name").values_list("name", flat=True)[:OFFERED])
        return dialog.show(request, TEMPLATE, {"known": known, "talk": conversation.head(found, request)})
    add = tuple(word for word in re.split(r"[,;\n]", request.POST.get("add", "")) if word.strip())
    remove = tuple(request.POST.getlist("remove"))
    if add or remove:
        operations.change_tags(found.id, add=add, remove=remove, actor=request.user.id)
    return actions.back(request, found.id)
