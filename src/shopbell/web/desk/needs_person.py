"""What no machine could settle: mail that was not understood, and answers that did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.channels import ingress
from shopbell.channels import queries as channels
from shopbell.channels.models import Inbound
from shopbell.commerce import queries as commerce
from shopbell.commerce.models import CarrierAccount, Connection
from shopbell.conversations import queries
from shopbell.conversations.models import Message
from shopbell.core import text
from shopbell.integrations import queries as integrations
from shopbell.web import times
from shopbell.web.desk import deeds, listing, page
from shopbell.web.desk.request import AgentRequest, failures, reading

TEMPLATE = "desk/needs_person.html"
SHOWN = 50
MOST_TEXT = 200_000  # bytes of a raw mail that are shown


@dataclass
class Raw:
    """A mail that was not understood, as far as can be guessed."""

    id: int
    sender: str
    subject: str
    channel: str
    when: str
    when_exact: str
    at: str
    error: str


@reading
def needs_person(request: AgentRequest) -> HttpResponse:
    """Mailboxes, answers and raw mail in trouble. Raw mail may hold anybody's data: not everybody is shown it."""
    failed = queries.page(request.user, queries.view(request.user, "failure"), size=SHOWN)
    may_see_raw = permissions.may_handle_failures(request.user)
    raw = list(channels.failed()[: SHOWN + 1]) if may_see_raw else []
    context = {
        "place": "needs_person",
        "alarmed": channels.alarmed() if may_see_raw else [],
        "failing": [_failing(row) for row in commerce.failing()] if may_see_raw else [],
        "broken_webhooks": integrations.broken() if permissions.may_administer(request.user) else [],
        "waiting_deeds": deeds.waiting(request.user),
        "raw": [_guess(inbound) for inbound in raw][:SHOWN],
        "has_more_raw": len(raw) > SHOWN,
        "failed": _with_reasons(failed, request.user),
        "has_more": failed.next is not None,
    }
    return page.show(request, TEMPLATE, context)


@dataclass
class Failing:
    """A shop system or a carrier that cannot be asked."""

    name: str
    kind: str
    since: datetime
    error: str
    url: str


def _failing(row: Connection | CarrierAccount) -> Failing:
    is_shop = isinstance(row, Connection)
    assert row.failing_since is not None
    return Failing(
        name=row.name,
        kind=_("shop system") if is_shop else _("carrier"),
        since=row.failing_since,
        error=text.preview(row.error, 300),
        url=reverse("admin_connection" if is_shop else "admin_carrier", args=[row.id]),
    )


def _with_reasons(failed: queries.Page, viewer: Agent) -> list[tuple[listing.Row, str]]:
    """Conversations, each with why its newest failed answer did not arrive."""
    broken = queries.messages(viewer).filter(conversation__in=failed.rows, state=Message.State.FAILED)
    reasons = {message.conversation_id: message.error for message in broken.order_by("id")}
    rows = listing.rows(failed.rows, failed.unread, view="failure")
    return [(row, text.preview(reasons.get(row.id, ""), 300)) for row in rows]


def _guess(inbound: Inbound) -> Raw:
    """Sender and subject out of the first bytes, whatever they are."""
    sender, subject = _head(bytes(getattr(inbound, "head", b"")))
    return Raw(
        id=inbound.id,
        sender=text.preview(sender, 120) or _("Unknown sender"),
        subject=text.preview(subject, 160) or _("(no subject)"),
        channel=inbound.channel.name,
        when=times.short(inbound.received_at, timezone.now()),
        when_exact=times.exact(inbound.received_at),
        at=inbound.received_at.isoformat(),
        error=text.preview(_reason(inbound.error), 300),
    )


def _reason(error: str) -> str:
    """Why it was not understood, in words; what the program said besides stands behind."""
    kind, _colon, said = error.partition(": ")
    known = {
        "nothing was understood": _("There is nothing in it that could be filed."),
        "no mail: neither a header nor readable text": _("This is no mail: it has neither a header nor readable text."),
    }
    detail = said if kind == "Unparsable" else error
    return known.get(detail) or _("It could not be read: {reason}").format(reason=detail)


def _head(head: bytes) -> tuple[str, str]:
    try:
        message = message_from_bytes(head, policy=policy.compat32)
        return _plain(message.get("From")), _plain(message.get("Subject"))
    except (MessageError, ValueError, LookupError, AttributeError):
        return "", ""


def _plain(value: object) -> str:
    return str(value or "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _find(number: int) -> Inbound:
    found = Inbound.objects.select_related("channel").filter(id=number).first()
    if found is None:
        raise Http404
    return found


@failures
def raw_mail(request: AgentRequest, number: int) -> HttpResponse:
    """The mail as text, as it came, up to MOST_TEXT bytes."""
    found = _find(number)
    body = bytes(found.body)
    context = {
        "place": "needs_person",
        "mail": found,
        "error": _reason(found.error) if found.error else "",
        "body": text.clean(body[:MOST_TEXT].decode("utf-8", "replace")),
        "is_cut": len(body) > MOST_TEXT,
        "when": times.day_and_time(found.received_at),
        "is_failed": found.state == Inbound.State.FAILED,
    }
    return page.show(request, "desk/raw_mail.html", context)


@failures
def download(request: AgentRequest, number: int) -> HttpResponse:
    """The raw mail as a file; never shown in the browser."""
    found = _find(number)
    response = HttpResponse(bytes(found.body), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{found.id}.eml"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@failures
def try_again(request: AgentRequest, number: int) -> HttpResponse:
    """Understand it once more, as after an update."""
    found = _find(number)
    if request.method != "POST":
        return page.go(_here())
    if found.state == Inbound.State.FAILED:
        ingress.retry(found)
    page.tell(request, _("It is being read again. If it is understood now, it appears in the list."))
    return page.go(_here())


@failures
def dismiss(request: AgentRequest, number: int) -> HttpResponse:
    """Somebody has looked: it needs nobody any more. It is kept as it is."""
    found = _find(number)
    if request.method != "POST":
        return page.go(_here())
    ingress.dismiss(found, actor=request.user.id)
    page.tell(request, _("Dismissed. The mail itself is kept."))
    return page.go(_here())


def _here() -> str:
    return reverse("desk:needs_person")
