"""A customer: what is known, and everything they ever wrote in one timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.conversations import operations as conversations
from shopbell.conversations import people, queries
from shopbell.conversations.models import Message, Recent
from shopbell.core import text, zones
from shopbell.core.ids import as_id
from shopbell.customers import operations as customers
from shopbell.customers.models import Customer, Salutation
from shopbell.fields import queries as fields
from shopbell.fields.models import Subject
from shopbell.fields.values import Unfit
from shopbell.web import own_fields, times
from shopbell.web.desk import customer_about, listing, page, shopping, timeline
from shopbell.web.desk.request import AgentRequest, is_part, reading, writing

TEMPLATE = "desk/customer.html"
SHOWN = 50
UNPROCESSABLE = 422
MORE_LANGUAGES = ["fi", "sv", "nb", "nl", "fr", "es", "it", "pl", "lv", "lt", "ru"]
SHOWN_LANGUAGES = [code for code, _label in settings.LANGUAGES] + MORE_LANGUAGES


@reading
def customer(request: AgentRequest, number: int) -> HttpResponse:
    """The page; for a script, with `?before=`, older messages."""
    found = find(request, number)
    if is_part(request) and request.GET.get("before", ""):
        return page.show(request, f"{TEMPLATE}#older", _timeline(request, found))
    conversations.remember(request.user, Recent.Kind.CUSTOMER, str(found.id))
    return show(request, found)


def look(request: AgentRequest, number: int) -> Customer:
    """The customer, if the agent may see them; one that was merged leads to who they are now. Else 404."""
    found = people.find_customer(request.user, number)
    if found is None:
        raise Http404
    return found


def find(request: AgentRequest, number: int) -> Customer:
    """As `look`; to be changed only by who sees them unmasked."""
    found = look(request, number)
    if request.method == "POST" and not permissions.may_edit_customers(request.user):
        raise PermissionDenied
    return found


def address(number: int) -> str:
    """Where a customer's page is."""
    return reverse("desk:customer", args=[number])


def show(
    request: AgentRequest,
    found: Customer,
    errors: Mapping[str, str] | None = None,
    sent: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The whole page; with what is wrong beside each field, and what was typed there."""
    known = fields.of(Subject.CUSTOMER)
    context = {
        "place": "customers",
        "customer": found,
        "customer_initials": listing.initials(str(found)),
        "customer_since": times.date_of(found.created_at),
        "customer_language": times.language_name(found.language),
        "languages": [(code, times.language_name(code)) for code in _languages(found)],
        "salutations": Salutation.choices,
        "zones": sorted({*zones.OFFERED, found.time_zone} - {""}),
        "own_fields": own_fields.entries(known, {**found.custom, **(sent or {})}, errors),
        "own_facts": own_fields.facts(known, found.custom),
        "is_unfit": bool(errors),
        **customer_about.build(request.user, found),
        **_timeline(request, found),
        **(extra or {}),
    }
    return page.show(request, TEMPLATE, context, UNPROCESSABLE if errors else 200)


def _timeline(request: AgentRequest, found: Customer) -> dict[str, Any]:
    before = as_id(request.GET.get("before", ""))
    rows = queries.customer_messages(request.user, found)
    shown = queries.timeline(rows, before=before, size=SHOWN + 1)
    has_older, shown = len(shown) > SHOWN, shown[-SHOWN:]
    since = shown[0].occurred_at if has_older else None
    until = rows.filter(id=before).values_list("occurred_at", flat=True).first() if before is not None else None
    bought = shopping.build(request.user, found, since, until)
    return {
        "entries": timeline.build(shown, [*_beginnings(shown), *bought], request.user),
        "conversations": {message.conversation_id: message.conversation for message in shown},
        "older_url": f"?before={shown[0].id}" if has_older else "",
        "oldest": shown[0].id if shown else 0,
    }


def _beginnings(messages: list[Message]) -> list[timeline.Entry]:
    """Wherever another conversation goes on, its subject, to be opened."""
    current = 0
    entries = []
    for message in sorted(messages, key=lambda one: one.occurred_at):
        if message.conversation_id != current:
            current = message.conversation_id
            subject = message.conversation.subject or _("(no subject)")
            url = reverse("desk:conversation", args=[message.conversation_id])
            entry = timeline.Entry("link", message.occurred_at, subject, "message-square-text", when=url)
            entry.when_exact = f"#{message.conversation_id}"
            entries.append(entry)
    return entries


def _languages(found: Customer) -> list[str]:
    is_known = not found.language or found.language in SHOWN_LANGUAGES
    return SHOWN_LANGUAGES if is_known else [*SHOWN_LANGUAGES, found.language]


@writing
def change(request: AgentRequest, number: int) -> HttpResponse:
    """Edit what is known; fields that were not sent stay as they are."""
    found = find(request, number)
    known = fields.of(Subject.CUSTOMER)
    sent = own_fields.given(known, request.POST)
    try:
        custom = own_fields.kept(known, sent, found.custom)
        customers.change(found.id, actor=request.user.id, custom=custom, **_plain(request, found))
    except Unfit as wrong:
        return show(request, found, wrong.errors, sent)
    page.tell(request, _("Saved."))
    return page.go(address(found.id))


def _plain(request: AgentRequest, found: Customer) -> dict[str, str]:
    """Name, language and the like as they were sent; what is not among the choices is left out."""
    allowed = {
        "language": ["", *_languages(found)],
        "salutation": [value for value, _label in Salutation.choices],
        "time_zone": ["", *available_timezones()],
    }
    sent = {name: request.POST[name] for name in ("name", "greeting", *allowed) if name in request.POST}
    typed = {name: text.preview(value, 200) for name, value in sent.items() if name not in allowed}
    return {**typed, **{name: sent[name] for name in allowed if name in sent and sent[name] in allowed[name]}}


def number_of(request: AgentRequest, name: str) -> int:
    """A number that was sent under this name; 0 when it is none."""
    return as_id(request.POST.get(name, "")) or 0


@writing
def add_note(request: AgentRequest, number: int) -> HttpResponse:
    """Leave a note."""
    found = find(request, number)
    if customers.add_note(found.id, actor=request.user.id, body=request.POST.get("note", "")) is None:
        page.warn(request, _("An empty note was not kept."))
    return page.go(f"{address(found.id)}#notes")


@writing
def delete_note(request: AgentRequest, number: int) -> HttpResponse:
    """Remove one's own note; a lead may remove anybody's."""
    found = find(request, number)
    note = found.notes.filter(id=number_of(request, "note")).first()
    if note is None or not people.may_delete_note(request.user, note):
        raise Http404
    customers.delete_note(note, actor=request.user.id)
    page.tell(request, _("The note is deleted."))
    return page.go(f"{address(found.id)}#notes")
