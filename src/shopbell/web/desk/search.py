"""Find customers and conversations by words and operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.conversations import queries
from shopbell.conversations.models import Conversation, Folder, State
from shopbell.core import text
from shopbell.customers.models import Customer
from shopbell.web.desk import listing, page
from shopbell.web.desk.request import AgentRequest, reading

TEMPLATE = "desk/search.html"
LIMIT = 50
CUSTOMERS = 6


@dataclass
class Hit:
    """A conversation that was found: its row, and the words around the first one found."""

    row: listing.Row
    folder: str
    extract: SafeString


@dataclass
class Person:
    """A customer that was found."""

    url: str
    name: str
    initials: str
    addresses: str


@reading
def search(request: AgentRequest) -> HttpResponse:
    """Results for `?q=`; `#17` alone goes straight to that conversation."""
    typed = request.GET.get("q", "").strip()[:300]
    query = queries.parse(typed)
    is_alone = query.number is not None and typed.lstrip("#").isdecimal()
    if typed.startswith("#") and is_alone and query.number and queries.conversation(request.user, query.number):
        return page.go(reverse("desk:conversation", args=[query.number]))
    found = queries.find(request.user, query, LIMIT) if typed else []
    context = {
        "place": "search",
        "typed": typed,
        "hits": _hits(request.user, found, query.text),
        "people": _people(request.user, query.text) if query.text else [],
        "ignored": query.ignored,
        "is_full": len(found) == LIMIT,
        "limit": LIMIT,
    }
    return page.show(request, TEMPLATE, context)


def _hits(viewer: Agent, found: Sequence[tuple[Conversation, int]], words: str) -> list[Hit]:
    messages = queries.messages(viewer).filter(id__in=[number for _one, number in found if number])
    texts = {message.id: message.text for message in messages.only("id", "text")}
    rows = listing.rows([conversation for conversation, _number in found], set())
    return [
        Hit(row, _where(conversation), _extract(texts.get(message, "") or conversation.preview, words))
        for row, (conversation, message) in zip(rows, found, strict=True)
    ]


def _where(conversation: Conversation) -> str:
    if conversation.folder == Folder.SNOOZED:
        return _("snoozed")
    return str(State(conversation.state).label)


def _extract(body: str, words: str) -> SafeString:
    pieces = text.highlight(body, words)
    marked = (format_html("<mark>{}</mark>", piece) if hit else piece for piece, hit in pieces)
    return format_html_join("", "{}", ((piece,) for piece in marked))


def _people(viewer: Agent, words: str) -> list[Person]:
    return [_person(customer) for customer in queries.find_customers(viewer, words, CUSTOMERS)]


def _person(customer: Customer) -> Person:
    addresses = ", ".join(identity.value for identity in customer.identities.all()[:3])
    url = reverse("desk:customer", args=[customer.id])
    return Person(url, str(customer), listing.initials(str(customer)), addresses)
