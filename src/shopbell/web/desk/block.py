"""Block the addresses of a conversation's customer, or hear them again."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.channels import queries as channels
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, State
from shopbell.customers import operations as customers
from shopbell.customers.models import Identity
from shopbell.web.desk import actions, conversation, dialog, page
from shopbell.web.desk.request import AgentRequest, blocking, find_conversation, view_name

TEMPLATE = "desk/block.html"
UNPROCESSABLE = 422


@blocking
def block(request: AgentRequest, number: int) -> HttpResponse:
    """`block` or `unblock` names an address; `spam` also puts the conversation away, `unspam` takes that back."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found)
    identities = {str(one.id): one for one in found.customer.identities.all()}
    if freed := identities.get(request.POST.get("unblock") or request.GET.get("unblock", "")):
        customers.unblock(freed.id, actor=request.user.id)
        if request.GET.get("unspam"):
            operations.not_spam(found.id, actor=request.user.id)
        page.tell(request, _("{address} is heard again.").format(address=freed.value))
        return actions.back(request, found.id)
    blocked = identities.get(request.POST.get("block", ""))
    if blocked is None or is_ours(blocked):
        return _form(request, found, _("This address cannot be blocked: it is yours or a colleague's, or it is gone."))
    customers.block(blocked.id, actor=request.user.id)
    told = _("{address} is blocked. What comes from there is filed as spam.").format(address=blocked.value)
    undo = f"{reverse('desk:block', args=[number])}?view={view_name(request)}&unblock={blocked.id}"
    if not request.POST.get("spam") or found.state in (State.SPAM, State.MERGED):
        page.tell(request, told, url=undo, label=_("Undo"))
        return actions.back(request, found.id)
    return actions.leave(request, found.id, operations.mark_spam, told, undo=f"{undo}&unspam=1")


def is_ours(identity: Identity) -> bool:
    """A mailbox of the shop or somebody who works here: blocking them would hide mail nobody meant to hide."""
    if identity.kind != "email":
        return False
    is_mailbox = channels.addressed([identity.value]).exists()
    return is_mailbox or Agent.objects.filter(email=identity.value, is_active=True).exists()


def _form(request: AgentRequest, found: Conversation, error: str = "") -> HttpResponse:
    context = {
        "talk": conversation.head(found, request),
        "identities": list(found.customer.identities.order_by("id")),
        "error": error,
    }
    return dialog.show(request, TEMPLATE, context, UNPROCESSABLE if error else 200)
