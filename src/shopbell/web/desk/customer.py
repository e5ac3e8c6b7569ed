"""A customer: what is known, and everything they ever wrote in one timeline."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.conversations import queries
from shopbell.conversations.models import Message
from shopbell.core import text
from shopbell.customers import operations as customers
from shopbell.customers.models import Customer
from shopbell.web import times
from shopbell.web.desk import listing, page, timeline
from shopbell.web.desk.conversation import language_name
from shopbell.web.desk.request import AgentRequest, is_part, reading, writing

TEMPLATE = "desk/customer.html"
SHOWN = 50
MORE_LANGUAGES = ["fi", "sv", "nb", "nl", "fr", "es", "it", "pl", "lv", "lt", "ru"]


@reading
def customer(request: AgentRequest, number: int) -> HttpResponse:
    """The page; for a script, with `?before=`, older messages."""
    found = _find(request, number)
    before = request.GET.get("before", "")
    rows = queries.customer_messages(request.user, found)
    shown = queries.timeline(rows, before=int(before) if before.isdecimal() else None, size=SHOWN + 1)
    has_older, shown = len(shown) > SHOWN, shown[-SHOWN:]
    conversations = {message.conversation_id: message.conversation for message in shown}
    entries = timeline.build(shown, _beginnings(shown), request.user)
    context = {
        "place": "customers",
        "customer": found,
        "customer_initials": listing.initials(str(found)),
        "customer_since": times.date_of(found.created_at),
        "customer_language": language_name(found.language),
        "languages": [(code, language_name(code)) for code in _languages(found)],
        "identities": list(found.identities.order_by("id")),
        "entries": entries,
        "conversations": conversations,
        "older_url": f"?before={shown[0].id}" if has_older else "",
        "oldest": shown[0].id if shown else 0,
    }
    return page.show(request, f"{TEMPLATE}#older" if is_part(request) and before else TEMPLATE, context)


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
    codes = [code for code, _label in settings.LANGUAGES] + MORE_LANGUAGES
    return codes if not found.language or found.language in codes else [*codes, found.language]


def _find(request: AgentRequest, number: int) -> Customer:
    """A partner agent sees the customers of the conversations they may see."""
    found = Customer.objects.filter(id=number).first()
    if found is None:
        raise Http404
    is_narrow = not permissions.scope(request.user).is_everything
    if is_narrow and not queries.visible(request.user).filter(customer=found).exists():
        raise Http404
    return found


@writing
def change(request: AgentRequest, number: int) -> HttpResponse:
    """Edit name, language and note."""
    found = _find(request, number)
    language = request.POST.get("language", "")
    customers.change(
        found,
        actor=request.user.id,
        name=text.preview(request.POST.get("name", ""), 200),
        language=language if language in _languages(found) else found.language,
        note=text.clean(request.POST.get("note", ""))[:10_000],
    )
    page.tell(request, _("Saved."))
    return page.go(reverse("desk:customer", args=[found.id]))
