"""Remove a passage or a file from a conversation for good: choose, look at how much it is, confirm."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopbell.conversations import operations
from shopbell.conversations.models import Attachment, Conversation, RedactReason
from shopbell.core import redaction
from shopbell.core.ids import as_id
from shopbell.web.desk import actions, conversation, dialog, page
from shopbell.web.desk.request import AgentRequest, find_conversation, redacting

TEMPLATE = "desk/redact.html"
UNPROCESSABLE = 422


@redacting
def redact(request: AgentRequest, number: int) -> HttpResponse:
    """`passage` or `file`, then `reason` and `sure`. Never in an address: addresses are written down on the way."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found)
    passage, file = request.POST.get("passage", ""), as_id(request.POST.get("file", ""))
    if not passage.strip() and file is None:
        return _form(request, found, error=_("Write the passage, or choose a file."))
    if request.POST.get("sure") != "yes" or request.POST.get("reason") not in RedactReason.values:
        return _confirm(request, found, passage, file)
    return _do(request, found, passage, file)


def _confirm(request: AgentRequest, found: Conversation, passage: str, file: int | None) -> HttpResponse:
    """How much it is, and why."""
    error = _("Say why, and that you are sure.") if "confirm" in request.POST else ""
    if file is not None:
        row = _files(found).filter(id=file).first()
        if row is None:
            return _form(request, found, error=_("This file is not here any more."))
        same = _files(found).filter(blob=row.blob_id).count()
        told = ngettext("It is attached to {n} message.", "It is attached to {n} messages.", same).format(n=same)
        return _form(request, found, told=told, file=row, error=error)
    try:
        messages, places = operations.count_passage(found, passage)
    except redaction.BadPassage:
        return _form(request, found, error=_("Write between 3 and 5000 characters."))
    if not places:
        return _form(request, found, error=_("It does not stand in this conversation like that, word for word."))
    told = ngettext("It stands in {n} message.", "It stands in {n} messages.", messages).format(n=messages)
    return _form(request, found, told=told, error=error)


def _do(request: AgentRequest, found: Conversation, passage: str, file: int | None) -> HttpResponse:
    reason, actor = request.POST["reason"], request.user.id
    try:
        if file is not None:
            operations.redact_file(found.id, file, reason=reason, actor=actor)
        else:
            operations.redact_passage(found.id, passage, reason=reason, actor=actor)
    except redaction.BadPassage:
        return _form(request, found, error=_("Write between 3 and 5000 characters."))
    except operations.NothingFound:
        return _form(request, found, error=_("It does not stand in this conversation (any more)."))
    page.tell(request, _("Removed for good."))
    return actions.back(request, found.id)


def _files(found: Conversation) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message__conversation=found).select_related("blob").order_by("id")


def _form(
    request: AgentRequest, found: Conversation, *, told: str = "", file: Attachment | None = None, error: str = ""
) -> HttpResponse:
    context = {
        "talk": conversation.head(found, request),
        "files": list(_files(found)[:100]),
        "file": file,
        "passage": "" if file else request.POST.get("passage", ""),
        "told": told,
        "reasons": RedactReason.choices,
        "chosen": request.POST.get("reason", ""),
        "error": error,
    }
    return dialog.show(request, TEMPLATE, context, UNPROCESSABLE if error else 200)
