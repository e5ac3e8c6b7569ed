"""A conversation on paper: every message, nothing to press."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from shopbell.conversations import queries
from shopbell.conversations.models import Message
from shopbell.web import times
from shopbell.web.desk import conversation, page, timeline
from shopbell.web.desk.request import AgentRequest, find_conversation, reading

TEMPLATE = "desk/printed.html"
MOST = 2_000


@reading
def printed(request: AgentRequest, number: int) -> HttpResponse:
    """What a customer could see; `?notes=1` adds the notes of colleagues."""
    found = find_conversation(request, number)
    with_notes = request.GET.get("notes") == "1"
    rows = queries.messages(request.user).filter(conversation=found, side=None)
    rows = rows if with_notes else rows.exclude(kind=Message.Kind.NOTE)
    shown = queries.timeline(rows, size=MOST + 1)
    context = {
        "talk": conversation.head(found, request, shown),
        "entries": [entry for entry in timeline.build(shown[-MOST:], (), request.user) if entry.kind != "unread"],
        "is_cut": len(shown) > MOST,
        "most": MOST,
        "with_notes": with_notes,
        "opened": times.day_and_time(found.opened_at),
        "printed": times.day_and_time(timezone.now()),
    }
    return page.show(request, TEMPLATE, context)
