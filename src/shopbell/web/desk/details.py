"""Priority and subject."""

from __future__ import annotations

from django.http import HttpResponse

from shopbell.conversations import operations
from shopbell.conversations.models import Priority
from shopbell.web.desk import actions, conversation, dialog
from shopbell.web.desk.request import AgentRequest, asking, find_conversation

TEMPLATE = "desk/details.html"


@asking
def details(request: AgentRequest, number: int) -> HttpResponse:
    """Change what differs from before; nothing is written when nothing changed."""
    found = find_conversation(request, number)
    if request.method != "POST":
        context = {"found": found, "priorities": Priority.choices, "talk": conversation.head(found, request)}
        return dialog.show(request, TEMPLATE, context)
    subject, priority = request.POST.get("subject", "").strip(), request.POST.get("priority", "")
    if subject and subject != found.subject:
        operations.change_subject(found.id, subject=subject, actor=request.user.id)
    if priority in {str(value) for value in Priority.values} and int(priority) != found.priority:
        operations.prioritise(found.id, priority=Priority(int(priority)), actor=request.user.id)
    return actions.back(request, found.id)
