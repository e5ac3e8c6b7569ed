"""Merge a conversation into another: what may fit, what will happen, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.conversations import candidates, operations, queries
from shopbell.conversations.models import Conversation, Merge, State
from shopbell.core.ids import as_id
from shopbell.web import times
from shopbell.web.desk import actions, conversation, dialog, listing, page
from shopbell.web.desk.request import AgentRequest, asking, find_conversation, is_part, view_name, writing

TEMPLATE = "desk/merge.html"
UNPROCESSABLE = 422
CLICK_UNDO = timedelta(seconds=30)  # how long the notice offers it; the conversation itself offers it for a day


@dataclass
class Choice:
    """A conversation that is offered."""

    row: listing.Row
    reason: str
    state: str
    is_other_customer: bool


@asking
def merge(request: AgentRequest, number: int) -> HttpResponse:
    """Choose (`?q=` searches; a script gets the part that changes while somebody types), look at what will happen
    (`?into=`), and do it (POST `into`).
    """
    found = find_conversation(request, number)
    into = _target(request, request.POST.get("into", "") or request.GET.get("into", ""))
    if into is None:
        return _choose(request, found)
    if request.method != "POST":
        return _preview(request, found, into)
    across = request.POST.get("across") == "yes" and permissions.may_merge_customers(request.user)
    try:
        row = operations.merge(found.id, into.id, actor=request.user.id, across=across)
    except operations.CannotMerge as refused:
        return _preview(request, find_conversation(request, number), into, why(refused.reason), UNPROCESSABLE)
    url = f"{reverse('desk:undo_merge', args=[row.id])}?view={view_name(request)}"
    told = _("#{number} was merged into #{into}.").format(number=found.id, into=into.id)
    page.tell(request, told, url=url, label=_("Undo"), until=timezone.now() + CLICK_UNDO)
    return actions.back(request, into.id)


def _target(request: AgentRequest, typed: str) -> Conversation | None:
    """The conversation of a number, where the agent may see it; None for anything else."""
    number = typed.strip().lstrip("#")
    return queries.conversation(request.user, as_id(number) or 0)


def _choose(request: AgentRequest, found: Conversation) -> HttpResponse:
    typed = request.GET.get("q", "").strip()[:300]
    error = _("No conversation that you can see has this number.") if request.method == "POST" else ""
    offered = candidates.search(request.user, found, typed) if typed else candidates.plausible(request.user, found)
    context = {
        "talk": conversation.head(found, request),
        "choices": choices(offered, found),
        "typed": typed,
        "is_sought": "q" in request.GET,
        "error": error,
    }
    if is_part(request) and context["is_sought"]:
        return page.show(request, f"{TEMPLATE}#hits", context)
    return dialog.show(request, TEMPLATE, context, UNPROCESSABLE if error else 200)


def choices(offered: list[candidates.Candidate], found: Conversation) -> list[Choice]:
    """Candidates, ready to print."""
    rows = listing.rows([one.conversation for one in offered], set())
    return [
        Choice(row, _reason(one.reason), _state(one.conversation), one.conversation.customer_id != found.customer_id)
        for row, one in zip(rows, offered, strict=True)
    ]


def _reason(reason: str) -> str:
    return {
        "linked": _("linked"),
        "same_subject": _("same customer, same subject"),
        "same_customer": _("same customer"),
    }.get(reason, "")


def _state(row: Conversation) -> str:
    return _("snoozed") if row.folder == "snoozed" else str(State(row.state).label)


def _preview(
    request: AgentRequest, found: Conversation, into: Conversation, error: str = "", status: int = 200
) -> HttpResponse:
    is_across = found.customer_id != into.customer_id
    try:
        operations.check_merge(found, into, across=True)
    except operations.CannotMerge as refused:
        error = error or why(refused.reason)
    waits = [one.waiting_since for one in (found, into) if one.waiting_since]
    context = {
        "talk": conversation.head(found, request),
        "into": conversation.head(into, request),
        "is_across": is_across,
        "may_across": permissions.may_merge_customers(request.user),
        "messages": found.messages.count(),
        "waits_since": times.moment(min(waits), timezone.now()) if waits else "",
        "opens_again": into.folder == "resolved" and found.folder != "resolved",
        "is_other_team": found.team_id != into.team_id,
        "error": error,
    }
    return dialog.show(request, TEMPLATE, context, status)


def why(reason: str) -> str:
    """Why two conversations stay apart, in a sentence."""
    return {
        "itself": _("A conversation cannot be merged into itself."),
        "gone": _("This conversation does not exist any more."),
        "shop": _("These belong to two shops. Conversations of different shops stay apart."),
        "spam": _("Spam is not merged. Mark it as not spam first."),
        "merged": _("This conversation was merged into another one already."),
        "target_merged": _("The other conversation was merged into a third one meanwhile. Choose that one."),
        "customer": _("These belong to two customers. Only a lead merges them, knowing that it is so."),
        "late": _("A merge can be undone for 24 hours. That time is over; split the messages off instead."),
    }[reason]


@writing
def undo_merge(request: AgentRequest, number: int) -> HttpResponse:
    """Take a merged conversation out again."""
    row = Merge.objects.filter(id=number).first()
    seen = {one.id for one in queries.visible(request.user).filter(id__in=[row.child_id, row.parent_id])} if row else ()
    if row is None or len(seen) < 2:
        raise Http404
    try:
        operations.undo_merge(row.id, actor=request.user.id)
    except operations.CannotMerge as refused:
        reason = refused.reason
        later = _("The other conversation was merged further meanwhile. Undo that merge first.")
        page.warn(request, later if reason == "target_merged" else why(reason))
        return actions.back(request, row.parent_id)
    told = _("#{number} stands by itself again. What was written since stays in #{into}.")
    page.tell(request, told.format(number=row.child_id, into=row.parent_id))
    return actions.back(request, row.child_id)
