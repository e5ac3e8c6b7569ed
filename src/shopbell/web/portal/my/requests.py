"""My requests: all of a customer's conversations, over every channel and shop of the merchant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shopbell.conversations import outside
from shopbell.conversations.counters import DONE
from shopbell.conversations.models import Conversation, Message
from shopbell.core import cursors, text
from shopbell.web import times
from shopbell.web.portal.my.door import Place, opened
from shopbell.web.portal.my.sign_in import ask


@dataclass(slots=True)
class Row:
    """One request of the list."""

    url: str
    title: str
    shop: str
    state: str
    is_answered: bool
    when: str
    when_exact: str
    at: str


@require_safe
@opened
def requests(place: Place) -> HttpResponse:
    """The list for who is signed in; for others the way in. `state`: open or done; `before`: where the page begins."""
    if place.sign_in is None:
        return ask(place)
    who = outside.viewer(place.sign_in.identity.customer)
    is_done = place.request.GET.get("state") == "done"
    before = cursors.read(place.request.GET.get("before", ""))
    found = outside.listed(who, is_done=is_done, before=before, shop_id=place.only)
    rows = found[: outside.PAGE]
    context = {"rows": _rows(place, rows), "is_done": is_done, "before": before, "name": who.customer.name}
    context["address"] = place.sign_in.identity.value if place.sign_in.identity.kind == "email" else ""
    return place.show("requests", {**context, "older_url": _older(is_done, rows, found)})


def _rows(place: Place, rows: Sequence[Conversation]) -> list[Row]:
    shops = {row.shop_id for row in rows} | {place.shop.id}
    now = timezone.now()
    return [_row(place, row, now, names_shop=len(shops) > 1) for row in rows]


def _row(place: Place, row: Any, now: datetime, *, names_shop: bool) -> Row:
    at = row.newest_at or row.last_message_at
    is_answered = row.newest_kind == Message.Kind.AGENT
    return Row(
        url=reverse("my_request", args=[place.shop.slug, row.id]),
        title=title(row.first_subject, row.first_text, row.id),
        shop=row.shop.name if names_shop else "",
        state=state_words(row, is_answered),
        is_answered=is_answered and row.state not in DONE,
        when=times.moment(at, now),
        when_exact=times.exact(at),
        at=at.isoformat(),
    )


def title(subject: str | None, begin: str | None, number: int) -> str:
    """What a request is called: the subject it began with, else its first words. Never what colleagues call it."""
    return text.preview(subject or begin or "", 90) or _("Request {number}").format(number=number)


def state_words(row: Conversation, is_answered: bool) -> str:
    """Where it stands, as the customer sees it."""
    if row.state in DONE:
        return _("Closed")
    return _("Answered") if is_answered else _("We are on it")


def _older(is_done: bool, rows: Sequence[Conversation], found: Sequence[Conversation]) -> str:
    if len(found) <= outside.PAGE:
        return ""
    last = rows[-1]
    state = {"state": "done"} if is_done else {}
    return "?" + urlencode({**state, "before": cursors.write(last.last_message_at, last.id)})
