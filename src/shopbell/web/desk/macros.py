"""Prepared answers: chosen in the composer, filled in with what is known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Draft
from shopbell.customers import addressing
from shopbell.knowledge import operations as wording
from shopbell.knowledge import policies
from shopbell.knowledge import queries as knowledge
from shopbell.knowledge.models import Macro
from shopbell.web import times
from shopbell.web.desk import actions, composer, conversation, dialog, order_variables, page
from shopbell.web.desk.draft import keep
from shopbell.web.desk.request import AgentRequest, asking, find_conversation, writing

TEMPLATE = "desk/macros.html"
NAMES = frozenset(
    (
        "customer.name",
        "customer.first_name",
        "customer.greeting",
        "agent.name",
        "agent.first_name",
        "conversation.number",
        "shop.name",
        *order_variables.NAMES,
    )
)

# The first line of a letter that greets by name.
_GREETING = re.compile(r"\A((?:<p>)?)[^<>{}\n]{1,40}\{customer\.(?:first_)?name\}(?=[,!\n<]|\Z)")


@dataclass
class Filled:
    """A macro as it would read in this conversation."""

    id: int
    name: str
    language: str
    text: str
    html: str
    missing: str  # names without a value, to be filled in by hand


@asking
def macros(request: AgentRequest, number: int) -> HttpResponse:
    """The macros of the conversation's shop. POST keeps what was written first, and adds macro `use` to it."""
    found = find_conversation(request, number)
    filled = _filled(found, request.user, request.GET.get("language", "") or request.POST.get("language", ""))
    if request.method == "POST":
        _keep(request, found)
        if use := request.POST.get("use"):
            return _use(request, found, next((one for one in filled if str(one.id) == use), None))
    return dialog.show(request, TEMPLATE, {"macros": filled, "talk": conversation.head(found, request)})


def _filled(found: Conversation, agent: Agent, language: str) -> list[Filled]:
    values = variables(found, agent, language[:5])
    return [
        Filled(
            id=one.id,
            name=one.name,
            language=times.language_name(one.language),
            text=knowledge.fill(body, values),
            html=knowledge.fill_html(markup, values),
            missing=", ".join(f"{{{name}}}" for name in knowledge.missing(body, values)),
        )
        for one in knowledge.macros(found.shop_id, language[:5] or found.language, agent.pk)
        for body, markup in [_greeting(one, found)]
    ]


def _greeting(macro: Macro, found: Conversation) -> tuple[str, str]:
    """Both forms of it; "Dear {customer.first_name}," is "Hello," to a customer without a name."""
    if found.customer.own_name:
        return macro.body, macro.html
    plain = rf"\g<1>{addressing.nameless(macro.language or found.language)}"
    return _GREETING.sub(plain, macro.body), _GREETING.sub(plain, macro.html)


def variables(found: Conversation, agent: Agent, language: str = "") -> dict[str, str]:
    """What a macro may name. A customer without a name leaves the variable as it is, for the writer to see."""
    name = found.customer.own_name
    known = {
        "customer.name": name,
        "customer.first_name": name.split()[0] if name else "",
        "customer.greeting": addressing.greeting(found.customer, language or found.language),
        "agent.name": agent.name,
        "agent.first_name": agent.name.split()[0] if agent.name.split() else "",
        "conversation.number": str(found.id),
        "shop.name": found.shop.name,
    }
    spoken = language or found.language or found.shop.language
    promised = policies.variables(found.shop, spoken) | order_variables.values(found, agent, spoken)
    return {key: value for key, value in (known | promised).items() if value}


def _keep(request: AgentRequest, found: Conversation) -> None:
    if "text" in request.POST:
        written = composer.read(request.POST, "reply")
        keep(found, request.user, written)


def _use(request: AgentRequest, found: Conversation, macro: Filled | None) -> HttpResponse:
    if macro is None:
        page.warn(request, _("This macro does not exist any more."))
        return actions.back(request, found.id)
    draft = Draft.objects.filter(agent=request.user, conversation=found, kind="reply").first()
    before = (draft.text.rstrip(), draft.html) if draft else ("", "")
    body, html = operations.below(before, (macro.text, macro.html))
    language, quotes, recipients = (draft.language, draft.quotes, draft.recipients) if draft else ("", None, {})
    operations.save_draft(
        found, request.user, "reply", body=body, html=html, recipients=recipients, language=language, quotes=quotes
    )
    wording.note_use(macro.id, request.user.pk)
    return actions.back(request, found.id)


@writing
def used(request: AgentRequest, number: int) -> HttpResponse:
    """A script put a macro in: it stands first the next time."""
    if not Macro.objects.filter(id=number).exists():
        raise Http404
    wording.note_use(number, request.user.pk)
    return HttpResponse(status=204)


def unfilled(written: str) -> list[str]:
    """Variables of macros that still stand in a text: they are never sent."""
    return [f"{{{name}}}" for name in knowledge.missing(written, {}) if name in NAMES or name.startswith("policy.")]
