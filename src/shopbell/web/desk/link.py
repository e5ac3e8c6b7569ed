"""Say that two conversations have to do with each other, or that they do not."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.conversations import candidates, operations, queries
from shopbell.conversations.models import Conversation, Link
from shopbell.core.ids import as_id
from shopbell.web.desk import actions, conversation, dialog, merge, ties
from shopbell.web.desk.request import AgentRequest, asking, find_conversation

TEMPLATE = "desk/link.html"
UNPROCESSABLE = 422
OFFERED = (Link.Relation.RELATED, Link.Relation.FOLLOW_UP, Link.Relation.CAUSED_BY)


@asking
def link(request: AgentRequest, number: int) -> HttpResponse:
    """Link to `other` (a number) with a `relation`; `unlink` names one to let go of."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found)
    if gone := _seen(request, request.POST.get("unlink", "")):
        operations.unlink(found.id, gone.id, actor=request.user.id)
        return actions.back(request, found.id)
    other = _seen(request, request.POST.get("pick") or request.POST.get("other", ""))
    relation = request.POST.get("relation", "")
    if other is None:
        return _form(request, found, _("No conversation that you can see has this number."))
    try:
        relation = relation if relation in OFFERED else Link.Relation.RELATED
        operations.link(found.id, other.id, relation=relation, actor=request.user.id)
    except operations.NoSuchLink:
        return _form(request, found, _("A conversation cannot be linked to itself."))
    return actions.back(request, found.id)


def _seen(request: AgentRequest, typed: str) -> Conversation | None:
    return queries.visible(request.user).filter(id=as_id(typed.strip().lstrip("#")) or 0).first()


def _form(request: AgentRequest, found: Conversation, error: str = "") -> HttpResponse:
    typed = request.GET.get("q", "").strip()[:300]
    known = {tie.conversation.id for tie in candidates.ties(request.user, found)}
    offered = candidates.search(request.user, found, typed) if typed else candidates.plausible(request.user, found)
    context = {
        "talk": conversation.head(found, request),
        "choices": merge.choices([one for one in offered if one.conversation.id not in known], found),
        "relations": [(relation.value, relation.label) for relation in OFFERED],
        "chosen": request.POST.get("relation", "related"),
        "links": ties.links(request, found),
        "typed": typed,
        "number": request.POST.get("other", ""),
        "error": error,
    }
    return dialog.show(request, TEMPLATE, context, UNPROCESSABLE if error else 200)
