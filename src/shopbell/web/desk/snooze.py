"""Put a conversation aside until a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from shopbell.conversations import operations, queries
from shopbell.web import times
from shopbell.web.desk import actions, conversation, dialog, page
from shopbell.web.desk.request import AgentRequest, asking, find_conversation, view_name

TEMPLATE = "desk/snooze.html"
MORNING = time(9, 0)
LATER = timedelta(hours=3)
MONDAY = 0
UNPROCESSABLE = 422


@dataclass
class Choice:
    """A time one press away."""

    label: str
    shown: str
    value: str


@asking
def snooze(request: AgentRequest, number: int) -> HttpResponse:
    """Until when; `until` is an instant (ISO 8601), without a zone in the agent's own."""
    found = find_conversation(request, number)
    if request.method != "POST":
        return _form(request, number)
    until = _read(request.POST.get("until", ""))
    following = queries.following(request.user, view_name(request), found)
    try:
        if until is None:
            raise ValueError
        operations.snooze(found.id, until=until, actor=request.user.id)
    except ValueError:
        error = _("Choose a time to come.") if until else _("Choose a day and a time.")
        return _form(request, number, error, UNPROCESSABLE)
    told = _("#{number} is put aside until {time}.").format(number=number, time=times.moment(until, timezone.now()))
    url = f"{reverse('desk:wake', args=[number])}?view={view_name(request)}"
    page.tell(request, told, url=url, label=_("Wake now"))
    return actions.onward(request, following)


def _form(request: AgentRequest, number: int, error: str = "", status: int = 200) -> HttpResponse:
    found = find_conversation(request, number)
    context = {
        "choices": choices(timezone.localtime()),
        "error": error,
        "typed": request.POST.get("until", ""),
        "talk": conversation.head(found, request),
        "least": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }
    return dialog.show(request, TEMPLATE, context, status)


def choices(now: datetime) -> list[Choice]:
    """Later today while there is a today, tomorrow morning, next Monday morning."""
    later = (now + LATER).replace(minute=0, second=0, microsecond=0)
    tomorrow = _morning(now + timedelta(days=1))
    monday = _morning(now + timedelta(days=(MONDAY - now.weekday() - 1) % 7 + 1))
    offered = [(_("Later today"), later)] if later.date() == now.date() else []
    offered.append((_("Tomorrow morning"), tomorrow))
    if monday != tomorrow:
        offered.append((_("Next Monday"), monday))
    return [Choice(label, times.moment(at, now), at.isoformat()) for label, at in offered]


def next_checks(now: datetime) -> list[Choice]:
    """When to look again at what somebody else is to do."""
    offered = [(_("Tomorrow morning"), 1), (_("In three days"), 3), (_("In a week"), 7)]
    checks = [(label, _morning(now + timedelta(days=days))) for label, days in offered]
    return [Choice(label, times.moment(at, now), at.isoformat()) for label, at in checks]


def _morning(day: datetime) -> datetime:
    """Nine o'clock by the agent's clock, also over a change of summer time."""
    return timezone.make_aware(datetime.combine(day.date(), MORNING))


def _read(typed: str) -> datetime | None:
    try:
        at = parse_datetime(typed)
    except ValueError:
        return None
    if at is None:
        return None
    return at if at.tzinfo else timezone.make_aware(at)
