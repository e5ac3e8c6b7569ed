"""People of a conversation: who takes part from outside, and which colleagues follow it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.agents.permissions import may_read
from shopbell.conversations import masking, operations, queries
from shopbell.conversations.models import Conversation
from shopbell.core.ids import as_id
from shopbell.web.desk import actions, address_line, conversation, dialog, page, together
from shopbell.web.desk.request import AgentRequest, asking, find_conversation

TEMPLATE = "desk/people.html"
UNPROCESSABLE = 422


@asking
def people(request: AgentRequest, number: int) -> HttpResponse:
    """`follow` and `unfollow` name an agent ("me"), `add` addresses, `leave_out` and `take_in` a participant."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found)
    try:
        _change(request, found)
    except ValidationError as error:
        return _form(request, found, error.messages[0], UNPROCESSABLE)
    except operations.CannotTakePart as error:
        words = _("{addresses} belongs to us or to a colleague: a copy would come back as mail.")
        return _form(request, found, words.format(addresses=", ".join(error.addresses)), UNPROCESSABLE)
    except operations.CannotSee as error:
        page.warn(request, _("{names} may not see this conversation.").format(names=", ".join(error.names)))
    return actions.back(request, found.id)


def _change(request: AgentRequest, found: Conversation) -> None:
    posted, me = request.POST, request.user
    if agent := _agent(posted.get("follow", ""), me):
        operations.follow(found, agent, actor=me.pk)
    if agent := _agent(posted.get("unfollow", ""), me):
        operations.unfollow(found, agent, actor=me.pk)
    if "add" in posted or "leave_out" in posted or "take_in" in posted:
        _change_participants(request, found)


def _change_participants(request: AgentRequest, found: Conversation) -> None:
    """Who sees addresses masked cannot choose them."""
    if masking.is_masked(request.user):
        raise PermissionDenied
    me = request.user.pk
    operations.add_participants(
        found.id, address_line.senders(address_line.read_people(request.POST.get("add", ""))), actor=me
    )
    if (number := as_id(request.POST.get("leave_out", ""))) is not None:
        operations.leave_out(found.id, number, actor=me)
    if (number := as_id(request.POST.get("take_in", ""))) is not None:
        operations.take_in(found.id, number, actor=me)


def _agent(given: str, me: Agent) -> Agent | None:
    if given == "me":
        return me
    number = as_id(given)
    return Agent.objects.filter(id=number, is_active=True).first() if number is not None else None


def _form(request: AgentRequest, found: Conversation, error: str = "", status: int = 200) -> HttpResponse:
    together.load(found)
    shown = together.build(found, request.user)
    following = {agent.pk for agent in shown["followers"]}
    context = {
        **shown,
        "talk": conversation.head(found, request),
        "may_choose": [one for one in _colleagues(request.user, found) if one.pk not in following],
        "is_masked": masking.is_masked(request.user),
        "error": error,
        "typed": request.POST.get("add", ""),
    }
    return dialog.show(request, TEMPLATE, context, status)


def _colleagues(viewer: Agent, found: Conversation) -> list[Agent]:
    """Who may be asked to follow: those who may see it; a partner agent sees the colleagues of their teams only."""
    rows = Agent.objects.filter(is_active=True).prefetch_related("teams", "shops").order_by("name")
    if viewer.is_partner:
        rows = rows.filter(teams__in=viewer.teams.all()).distinct()
    return [agent for agent in rows if may_read(agent) and queries.sees(agent, found)]
