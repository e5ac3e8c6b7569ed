"""The list of conversations, on a page of its own and as the part that is refreshed and extended."""

from __future__ import annotations

from django.http import HttpResponse

from shopbell.web.desk import listing, page
from shopbell.web.desk.request import AgentRequest, reading

TEMPLATE = "desk/inbox.html"


@reading
def inbox(request: AgentRequest) -> HttpResponse:
    """The list; on a wide screen with room for a conversation beside it."""
    return page.show(request, TEMPLATE, {"listing": listing.build(request)})


@reading
def rows(request: AgentRequest) -> HttpResponse:
    """The list alone (`?open=` names the conversation beside it), or with `?after=` its further rows."""
    current = request.GET.get("open", "")
    built = listing.build(request, int(current) if current.isdecimal() else None)
    part = "rows" if request.GET.get("after") else "list"
    return page.show(request, f"{TEMPLATE}#{part}", {"listing": built})
