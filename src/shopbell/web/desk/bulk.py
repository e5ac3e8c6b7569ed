"""Changes to many conversations at once: what to do, how far it is, cancelling and taking back."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopbell.agents import queries as people
from shopbell.agents.models import Agent
from shopbell.conversations.models import Priority, Tag
from shopbell.conversations.operations.handling import is_snooze
from shopbell.core import text
from shopbell.core.ids import as_ids
from shopbell.lists import operations
from shopbell.lists import queries as lists
from shopbell.lists.models import Bulk
from shopbell.lists.operations.bulk import CHUNK, MOST
from shopbell.web.desk import dialog, moments, page
from shopbell.web.desk.list_choices import list_address
from shopbell.web.desk.request import AgentRequest, asking, is_part, saved_view, view_name, writing

TEMPLATE = "desk/bulk.html"
ASKING = ("assign", "tags", "snooze", "priority")  # what has to be said first
AT_ONCE = ("resolve", "reopen", "spam", "read", "unread")
LONGEST_KEY = 64
UNPROCESSABLE = 422


class Unfit(ValueError):
    """What was filled in cannot be done; the text says why."""


@writing
def start(request: AgentRequest) -> HttpResponse:
    """Do `do` to the conversations `c`, or with `all` to the whole view; what else has to be known is asked first."""
    action, numbers = request.POST.get("do", ""), _chosen(request)
    if action not in (*ASKING, *AT_ONCE) or not request.POST.get("key") or len(request.POST["key"]) > LONGEST_KEY:
        raise Http404
    if not numbers:
        return _refuse(request, _("Nothing is selected any more. Select conversations first."))
    if len(numbers) > MOST:
        return _refuse(request, _("At most {n} conversations can be changed at once.").format(n=MOST))
    try:
        values = _values(request, action)
    except Unfit as wrong:
        return _ask(request, action, numbers, str(wrong))
    if values is None:
        return _ask(request, action, numbers)
    bulk = operations.start(request.user, key=request.POST["key"], action=action, values=values, conversations=numbers)
    if bulk.total <= CHUNK:
        operations.work(bulk.id)  # a few are done at once, the worker need not be waited for
    return page.go(list_address(request))


def _refuse(request: AgentRequest, reason: str) -> HttpResponse:
    page.warn(request, reason)
    return page.go(list_address(request))


def _chosen(request: AgentRequest) -> list[int]:
    """The conversations meant; of a whole view one more than may be changed tells that they are too many."""
    if not request.POST.get("all"):
        return as_ids(request.POST.getlist("c"))
    agent = request.user
    where = lists.place(agent, view_name(request), {}, saved_view(request))
    return list(where.rows.order_by().values_list("id", flat=True)[: MOST + 1])


def _values(request: AgentRequest, action: str) -> dict[str, Any] | None:
    """What to do exactly; {} where there is nothing to say, None where it was not said yet. Raises Unfit."""
    if action in AT_ONCE:
        return {}
    if "said" not in request.POST:
        return None
    return _READ[action](request)


def _read_assign(request: AgentRequest) -> dict[str, Any]:
    to = request.POST.get("to", "")
    offered = {"me", "nobody", *(f"agent:{one.pk}" for one in people.answering(request.user))}
    offered |= {f"team:{team.id}" for team in people.teams(request.user)}
    if to not in offered:
        raise Unfit(_("This agent or team does not exist any more. Choose another."))
    return {"to": to}


def _read_tags(request: AgentRequest) -> dict[str, Any]:
    add = _words(request.POST.get("add", ""))
    remove = _words(request.POST.get("remove", ""))
    if not add and not remove:
        raise Unfit(_("Type at least one tag."))
    if set(add) & set(remove):
        raise Unfit(_("A tag cannot be added and removed at once."))
    return {"add": add, "remove": remove}


def _words(typed: str) -> list[str]:
    words = (text.preview(word.lower(), 50) for word in re.split(r"[,;\n]", typed))
    return sorted({word for word in words if word})


def _read_snooze(request: AgentRequest) -> dict[str, Any]:
    try:
        at = moments.said(request.POST)
    except moments.Unclear as unclear:
        raise Unfit(moments.reason(unclear)) from None
    if not is_snooze(at):
        raise Unfit(_("Choose a time to come."))
    return {"until": at.isoformat()}


def _read_priority(request: AgentRequest) -> dict[str, Any]:
    chosen = request.POST.get("priority", "")
    if chosen not in {str(value) for value in Priority.values}:
        raise Unfit(_("Choose one."))
    return {"priority": int(chosen)}


_READ = {"assign": _read_assign, "tags": _read_tags, "snooze": _read_snooze, "priority": _read_priority}


def _ask(request: AgentRequest, action: str, numbers: list[int], error: str = "") -> HttpResponse:
    """The form that asks for the rest, in a dialog or on a page of its own."""
    context = {
        "action": action,
        "numbers": [] if request.POST.get("all") else numbers,
        "count": len(numbers),
        "key": request.POST["key"],
        "error": error,
        "typed": request.POST,
        "view": view_name(request),
        **_offers(request.user, action),
    }
    return dialog.show(request, "desk/bulk_ask.html", context, UNPROCESSABLE if error else 200)


def _offers(agent: Agent, action: str) -> dict[str, Any]:
    if action == "assign":
        return {"agents": people.answering(agent), "teams": people.teams(agent)}
    if action == "tags":
        return {"known": Tag.objects.filter(becomes=None).order_by("-uses", "name")[:500]}
    if action == "snooze":
        now = timezone.localtime()
        return {"choices": moments.choices(now), "least": now.strftime("%Y-%m-%dT%H:%M")}
    return {"priorities": [(value, label) for value, label in reversed(Priority.choices)]}


@asking
def progress(request: AgentRequest, number: int) -> HttpResponse:
    """How far one's own change is; POST `do` cancels it, takes it back or puts it away."""
    bulk = Bulk.objects.filter(id=number, agent=request.user).first()
    if bulk is None:
        raise Http404
    if request.method == "POST":
        _settle(request, bulk)
        return page.go(list_address(request))
    context = {"bulk": bulk, "told": told(bulk), "view": view_name(request)}
    return page.show(request, f"{TEMPLATE}#panel" if is_part(request) else TEMPLATE, context)


def _settle(request: AgentRequest, bulk: Bulk) -> None:
    do = request.POST.get("do")
    if do == "cancel":
        operations.cancel(bulk, agent=request.user)
    elif do == "dismiss":
        operations.dismiss(bulk, agent=request.user)
    elif do == "undo" and bulk.undoes is None:
        undone = operations.undo(bulk, agent=request.user)
        if undone.total <= CHUNK:
            operations.work(undone.id)


def told(bulk: Bulk) -> str:
    """What it does or did, in words."""
    if bulk.state == Bulk.State.RUNNING:
        return _("Changing {done} of {total} …").format(done=bulk.done, total=bulk.total)
    n = bulk.changed
    if bulk.undoes_id:
        return ngettext("{n} conversation is as it was.", "{n} conversations are as they were.", n).format(n=n)
    text = ngettext("{n} conversation changed.", "{n} conversations changed.", n).format(n=n)
    if left := bulk.done - bulk.changed:
        text += " " + ngettext("{n} stayed as it was.", "{n} stayed as they were.", left).format(n=left)
    if bulk.state == Bulk.State.CANCELLED:
        text += " " + _("Cancelled: the others were not touched.")
    return text
