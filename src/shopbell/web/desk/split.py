"""Split messages off into a conversation of their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.conversations import operations, queries
from shopbell.conversations.models import Conversation, Message
from shopbell.core import text
from shopbell.core.ids import as_ids
from shopbell.web import times
from shopbell.web.desk import actions, conversation, dialog, page
from shopbell.web.desk.request import AgentRequest, asking, find_conversation

TEMPLATE = "desk/split.html"
UNPROCESSABLE = 422
SHOWN = 200


@dataclass
class Pick:
    """A message that can be ticked."""

    id: int
    who: str
    when: str
    text: str
    is_note: bool


@asking
def split(request: AgentRequest, number: int) -> HttpResponse:
    """Tick the messages (`message`), name the new conversation (`subject`)."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found)
    ticked = as_ids(request.POST.getlist("message"))
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


def _pick(row: Message) -> Pick:
    who = str(row.author) if row.author else row.sender_name or row.sender_address
    is_note = row.kind == Message.Kind.NOTE
    moment = times.moment(row.occurred_at, timezone.now())
    return Pick(row.id, who, moment, text.preview(row.text or row.subject, 160), is_note)


def _form(
    request: AgentRequest, found: Conversation, error: str = "", ticked: frozenset[int] | set[int] = frozenset()
) -> HttpResponse:
    rows = queries.messages(request.user).filter(conversation=found, side=None)
    context = {
        "talk": conversation.head(found, request),
        "picks": [_pick(row) for row in queries.timeline(rows, size=SHOWN)],
        "ticked": ticked,
        "subject": request.POST.get("subject", ""),
        "error": error,
    }
    return dialog.show(request, TEMPLATE, context, UNPROCESSABLE if error else 200)
