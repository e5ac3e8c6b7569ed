"""What is to be done in a conversation, step by step."""

from __future__ import annotations

import secrets

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.conversations import operations
from shopbell.conversations.models import ChecklistTemplate, Conversation
from shopbell.core.ids import as_id
from shopbell.web.desk import actions, conversation, dialog, together
from shopbell.web.desk.request import AgentRequest, asking, find_conversation, is_part

TEMPLATE = "desk/checklist.html"
UNPROCESSABLE = 422


@asking
def checklist(request: AgentRequest, number: int) -> HttpResponse:
    """`add` (a step a line), `template`, `tick`, `untick`, `up`, `down` and `delete` name a step.

    From the dialog (`in=dialog`) the dialog comes back; from beside the conversation the conversation.
    """
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found)
    try:
        _change(request, found)
    except operations.TooManyItems as error:
        words = _("A checklist has at most {n} steps.").format(n=error)
        return _form(request, found, words, UNPROCESSABLE)
    if request.POST.get("in") == "dialog" and is_part(request):
        return _form(request, found)
    return actions.back(request, found.id)


def _change(request: AgentRequest, found: Conversation) -> None:
    posted, me = request.POST, request.user
    if lines := posted.get("add", "").splitlines():
        operations.add_items(found.id, lines, key=posted.get("key", "") or secrets.token_urlsafe(12), actor=me.pk)
    if (number := as_id(posted.get("template", ""))) is not None:
        template = _templates(found).filter(id=number).first()
        if template is not None:
            operations.apply_template(found.id, template, actor=me.pk)
    for name, done in (("tick", True), ("untick", False)):
        if (number := as_id(posted.get(name, ""))) is not None:
            operations.tick(found.id, number, me, done=done)
    for name, by in (("up", -1), ("down", 1)):
        if (number := as_id(posted.get(name, ""))) is not None:
            operations.move_item(found.id, number, by, actor=me.pk)
    if (number := as_id(posted.get("delete", ""))) is not None:
        operations.delete_item(found.id, number, actor=me.pk)


def _templates(found: Conversation) -> QuerySet[ChecklistTemplate]:
    return ChecklistTemplate.objects.filter(Q(shop=None) | Q(shop=found.shop_id)).order_by("name")


def _form(request: AgentRequest, found: Conversation, error: str = "", status: int = 200) -> HttpResponse:
    together.load(found)
    context = {
        **together.build(found, request.user),
        "talk": conversation.head(found, request),
        "templates": list(_templates(found)),
        "key": secrets.token_urlsafe(12),
        "error": error,
        "typed": request.POST.get("add", "") if error else "",
    }
    return dialog.show(request, TEMPLATE, context, status)
