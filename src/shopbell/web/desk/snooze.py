"""Put a conversation aside until a time."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.conversations import operations
from shopbell.conversations.models import Conversation
from shopbell.web import times
from shopbell.web.desk import actions, conversation, dialog, listing, moments, page
from shopbell.web.desk.request import AgentRequest, asking, find_conversation, view_name

TEMPLATE = "desk/snooze.html"
UNPROCESSABLE = 422


@asking
def snooze(request: AgentRequest, number: int) -> HttpResponse:
    """Until when: `until` is an instant (ISO 8601, without a zone in the agent's own) or "reply", `when` words."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found)
    following = listing.following(request, found)
    try:
        until = None if request.POST.get("until") == "reply" else moments.said(request.POST)
        operations.snooze(found.id, until=until, actor=request.user.id)
    except ValueError as error:
        return _form(request, found, moments.reason(error), UNPROCESSABLE)
    told = _("#{number} is put aside until the customer replies.").format(number=number)
    if until is not None:
        when = times.moment(until, timezone.now())
        told = _("#{number} is put aside until {time}.").format(number=number, time=when)
    url = f"{reverse('desk:wake', args=[number])}?view={view_name(request)}"
    page.tell(request, told, url=url, label=_("Wake now"))
    return actions.onward(request, following)


@asking
def await_third(request: AgentRequest, number: int) -> HttpResponse:
    """Somebody else is to act: when to look again."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, found, third=True)
    following = listing.following(request, found)
    try:
        until = moments.said(request.POST)
        operations.await_third(found.id, until=until, actor=request.user.id)
    except ValueError as error:
        return _form(request, found, moments.reason(error), UNPROCESSABLE, third=True)
    told = _("#{number} waits for somebody else. It comes back {time}.")
    url = f"{reverse('desk:wake', args=[number])}?view={view_name(request)}"
    when = times.moment(until, timezone.now())
    page.tell(request, told.format(number=number, time=when), url=url, label=_("Wake now"))
    return actions.onward(request, following)


def _form(
    request: AgentRequest, found: Conversation, error: str = "", status: int = 200, *, third: bool = False
) -> HttpResponse:
    now = timezone.localtime()
    context = {
        "action": "await-third" if third else "snooze",
        "is_third": third,
        "choices": moments.next_checks(now) if third else [*_again(found, now), *moments.choices(now)],
        "error": error,
        "typed": request.POST.get("until", ""),
        "words": request.POST.get("when", ""),
        "talk": conversation.head(found, request),
        "least": now.strftime("%Y-%m-%dT%H:%M"),
    }
    return dialog.show(request, TEMPLATE, context, status)


def _again(found: Conversation, now: datetime) -> list[moments.Choice]:
    """The date of a snooze that a message ended early, while it is to come."""
    until = found.broken_snooze_until
    if until is None or until <= now:
        return []
    return [moments.Choice(_("Again until the same time"), times.moment(until, now), until.isoformat())]
