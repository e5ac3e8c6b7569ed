"""What a customer may like, for the agent to read out or leave: never put into an answer by itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse

from shopbell.commerce import recommending
from shopbell.watching import queries as watching
from shopbell.web.desk import conversation, dialog
from shopbell.web.desk.request import AgentRequest, find_conversation, reading

TEMPLATE = "desk/recommended.html"


@reading
def recommended(request: AgentRequest, number: int) -> HttpResponse:
    """Each thing with its reason; nothing where the customer wants no advertising, or no word of ours at all."""
    found = find_conversation(request, number)
    objects = watching.wants_no_word(found.customer_id, found.shop_id)
    known = recommending.recommended(found.customer_id, found.shop_id, objects=objects)
    rows = [(one.title, _web(one.url), one.because, one.baskets) for one in known]
    return dialog.show(request, TEMPLATE, {"rows": rows, "talk": conversation.head(found, request)})


def _web(url: str) -> str:
    return url if urlsplit(url).scheme in ("https", "http") else ""
