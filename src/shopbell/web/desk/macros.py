"""Prepared answers: chosen in the composer, filled in with what is known."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft
from shopbell.customers import addressing
from shopbell.knowledge import queries as knowledge
from shopbell.web.desk import actions, composer, conversation, dialog, page
from shopbell.web.desk.request import AgentRequest, asking, find_conversation

TEMPLATE = "desk/macros.html"


@dataclass
class Filled:
    """A macro as it would read in this conversation."""

    id: int
    name: str
    language: str
    text: str


@asking
def macros(request: AgentRequest, number: int) -> HttpResponse:
    """The macros of the conversation's shop. POST keeps what was written first, and adds macro `use` to it."""
    found = find_conversation(request, number)
    filled = _filled(found, request.user)
    if request.method == "POST":
        _keep(request, found)
        if use := request.POST.get("use"):
            return _use(request, found, next((one for one in filled if str(one.id) == use), None))
    return dialog.show(request, TEMPLATE, {"macros": filled, "talk": conversation.head(found, request)})


def _filled(found: Conversation, agent: Agent) -> list[Filled]:
    values = variables(found, agent)
    return [
        Filled(one.id, one.name, conversation.language_name(one.language), knowledge.fill(one.body, values))
        for one in knowledge.macros(found.shop_id, found.language)
    ]


def variables(found: Conversation, agent: Agent) -> dict[str, str]:
    """What a macro may name. A customer without a name leaves the variable as it is, for the writer to see."""
    name = found.customer.name.strip()
    known = {
        "customer.name": name,
        "customer.first_name": name.split()[0] if name else "",
        "customer.greeting": addressing.greeting(found.customer, found.language),
        "agent.name": agent.name,
        "conversation.number": str(found.id),
        "shop.name": found.shop.name,
    }
    return {key: value for key, value in known.items() if value}


def _keep(request: AgentRequest, found: Conversation) -> None:
    if "text" in request.POST:
        written = composer.read(request.POST, "reply")
        operations.save_draft(found, request.user, "reply", body=written.text, recipients=dict(written.people))


def _use(request: AgentRequest, found: Conversation, macro: Filled | None) -> HttpResponse:
    if macro is None:
        page.warn(request, _("This macro does not exist any more."))
        return actions.back(request, found.id)
    draft = Draft.objects.filter(agent=request.user, conversation=found, kind="reply").first()
    before, recipients = (draft.text.rstrip(), draft.recipients) if draft else ("", {})
    body = f"{before}\n\n{macro.text}" if before else macro.text
    operations.save_draft(found, request.user, "reply", body=body, recipients=recipients)
    return actions.back(request, found.id)
