"""Split messages off into a conversation of their own."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.conversations import operations, queries
from shopbell.conversations.models import Conversation, Message
from shopbell.web.desk import actions, conversation, dialog, page, timeline
from shopbell.web.desk.request import AgentRequest, asking, find_conversation

TEMPLATE = "desk/split.html"
UNPROCESSABLE = 422
SHOWN = 200


@asking
def split(request: AgentRequest, number: int) -> HttpResponse:
    """Tick the messages (`message`), name the new conversation (`subject`)."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found)
    ticked = [int(one) for one in request.POST.getlist("message") if one.isdecimal() and len(one) < 19]
    try:
        new = operations.split(found.id, ticked, subject=request.POST.get("subject", ""), actor=request.user.id)
    except operations.CannotSplit as refused:
        return _form(request, found, _why(refused.reason), set(ticked))
    page.tell(request, _("#{new} was split off from #{old}.").format(new=new.id, old=found.id))
    return actions.back(request, new.id)


def _why(reason: str) -> str:
    return {
        "nothing": _("Tick the messages that belong elsewhere."),
        "all": _("Leave at least one message. To move all of them, merge the conversation."),
        "moved": _("Some of these messages were moved meanwhile. Look again."),
        "spam": _("Spam is not split. Mark it as not spam first."),
    }[reason]


def _form(
    request: AgentRequest, found: Conversation, error: str = "", ticked: frozenset[int] | set[int] = frozenset()
) -> HttpResponse:
    rows = Message.objects.filter(conversation=found, side=None)
    entries = timeline.build(queries.timeline(rows, size=SHOWN), (), request.user)
    context = {
        "talk": conversation.head(found, request),
        "entries": [entry for entry in entries if entry.message],
        "ticked": ticked,
        "subject": request.POST.get("subject", ""),
        "error": error,
    }
    return dialog.show(request, TEMPLATE, context, UNPROCESSABLE if error else 200)
