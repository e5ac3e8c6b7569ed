"""Delete a conversation for good, with a reason."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, DeleteReason
from shopbell.web.desk import actions, conversation, dialog, listing, page
from shopbell.web.desk.request import AgentRequest, deleting, find_conversation

TEMPLATE = "desk/delete.html"
UNPROCESSABLE = 422


@deleting
def delete(request: AgentRequest, number: int) -> HttpResponse:
    """`reason` and `sure`; then the next conversation of the view opens."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found)
    if request.POST.get("sure") != "yes" or request.POST.get("reason") not in DeleteReason.values:
        return _form(request, found, _("Say why, and that you are sure."))
    following = listing.following(request, found)
    try:
        operations.delete(found.id, reason=request.POST["reason"], actor=request.user.id)
    except Conversation.DoesNotExist:
        page.warn(request, _("Somebody has deleted it already."))
        return actions.onward(request, following)
    page.tell(request, _("#{number} is deleted.").format(number=found.id))
    return actions.onward(request, following)


def _form(request: AgentRequest, found: Conversation, error: str = "") -> HttpResponse:
    context = {
        "talk": conversation.head(found, request),
        "messages": found.messages.count(),
        "merged": found.merged.count(),
        "reasons": DeleteReason.choices,
        "chosen": request.POST.get("reason", ""),
        "error": error,
    }
    return dialog.show(request, TEMPLATE, context, UNPROCESSABLE if error else 200)
