"""The list of conversations, on a page of its own and as the part that is refreshed and extended."""

from __future__ import annotations

from django.http import HttpResponse

from shopbell.core.ids import as_id
from shopbell.web.desk import listing, page
from shopbell.web.desk.request import AgentRequest, is_part, reading

TEMPLATE = "desk/inbox.html"


@reading
def inbox(request: AgentRequest) -> HttpResponse:
    """The list; on a wide screen with room for a conversation beside it. A script asks for that room alone."""
    built = listing.build(request)
    if not is_part(request):
        return page.show(request, TEMPLATE, {"listing": built})
    response = page.show(request, f"{TEMPLATE}#nothing_open", {"listing": built})
    response["HX-Reswap"] = "innerHTML"
    if not request.headers.get("HX-Current-URL", "").endswith(built.current.url):
        response["HX-Push-Url"] = built.current.url
    return response


@reading
def rows(request: AgentRequest) -> HttpResponse:
    """The list alone (`?open=` names the conversation beside it), or with `?after=` its further rows."""
    built = listing.build(request, as_id(request.GET.get("open", "")))
    part = "rows" if request.GET.get("after") else "list"
    return page.show(request, f"{TEMPLATE}#{part}", {"listing": built})
