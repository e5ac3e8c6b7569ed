"""What an agent should know about: the bell in the rail, and the page behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.core import text
from shopbell.core.ids import as_id
from shopbell.notifications import operations, queries
from shopbell.notifications.models import Kind, Notification
from shopbell.web import times
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, is_part, own, reading

TEMPLATE = "desk/notifications.html"
ICONS = {
    Kind.MENTIONED: "at-sign",
    Kind.TEAM_MENTIONED: "at-sign",
    Kind.ASSIGNED: "user-round-check",
    Kind.TEAM_ASSIGNED: "users",
    Kind.CUSTOMER_REPLIED: "mail",
    Kind.THIRD_REPLIED: "forward",
    Kind.SNOOZE_ENDED: "moon-star",
    Kind.SEND_FAILED: "circle-alert",
    Kind.CHAT_WAITS: "messages-square",
    Kind.REVIEW_ASKED: "square-pen",
    Kind.ARTICLE_STALE: "calendar-clock",
    Kind.SOURCE_FAILING: "circle-alert",
}


@dataclass(slots=True)
class Told:
    """One notification, ready to print."""

    id: int
    icon: str
    text: str
    subject: str
    extract: str
    url: str
    at: datetime
    when: str
    when_exact: str
    is_unread: bool


@own
def notifications(request: AgentRequest) -> HttpResponse:
    """All of them, or with `?only=unread` the new ones; `?before=` further ones. What is sent here marks them."""
    if request.method == "POST":
        return _mark(request)
    before = as_id(request.GET.get("before", ""))
    unread_only = request.GET.get("only") == "unread"
    found = queries.page(request.user, unread_only=unread_only, before=before)
    context = {
        "place": "notifications",
        "told": [_told(row) for row in found.rows],
        "unread_only": unread_only,
        "more_url": _address(unread_only, found.next) if found.next else "",
    }
    return page.show(request, f"{TEMPLATE}#rows" if is_part(request) and before is not None else TEMPLATE, context)


def _mark(request: AgentRequest) -> HttpResponse:
    """`read` or `unread` with a number, or `all`: one's own only."""
    read, unread = as_id(request.POST.get("read", "")), as_id(request.POST.get("unread", ""))
    if request.POST.get("all"):
        operations.mark_read(request.user)
    elif read is not None:
        operations.mark_read(request.user, ids=[read])
    elif unread is not None:
        operations.mark_unread(request.user, unread)
    return page.go(request.get_full_path())


def _address(unread_only: bool, before: int) -> str:
    only = {"only": "unread"} if unread_only else {}
    return f"{reverse('desk:notifications')}?{urlencode({**only, 'before': before})}"


def _told(row: Notification) -> Told:
    return Told(
        id=row.id,
        icon=ICONS.get(Kind(row.kind), "info"),
        text=sentence(row),
        subject=subject(row),
        extract=text.preview(row.message.text, 160) if row.message else "",
        url=f"{address(row)}#m{row.message_id}" if row.message_id else address(row),
        at=row.created_at,
        when=times.short(row.created_at, timezone.now()),
        when_exact=times.exact(row.created_at),
        is_unread=row.read_at is None,
    )


def address(row: Notification) -> str:
    """Where what it is about can be looked at."""
    if row.article_text is not None:
        return reverse("desk:article", args=[row.article_text.article_id, row.article_text.language])
    if row.connection_id or row.channel_id:
        return reverse("desk:needs_person")
    return reverse("desk:conversation", args=[row.conversation_id])


def subject(row: Notification) -> str:
    """What it is about."""
    if row.article_text is not None:
        return row.article_text.title
    if (source := row.connection or row.channel) is not None:
        return source.name
    return (row.conversation.subject if row.conversation else "") or _("(no subject)")


def sentence(row: Notification) -> str:
    """What happened, in the reader's language; `row` comes with its actor, message and conversation."""
    actor = str(row.actor) if row.actor else "Shopbell"
    return {
        Kind.MENTIONED: _("{agent} mentioned you"),
        Kind.TEAM_MENTIONED: _("{agent} mentioned your team"),
        Kind.ASSIGNED: _("{agent} assigned a conversation to you"),
        Kind.TEAM_ASSIGNED: _("{agent} gave a conversation to your team"),
        Kind.CUSTOMER_REPLIED: _("{sender} wrote again"),
        Kind.THIRD_REPLIED: _("{sender} answered on the side"),
        Kind.SNOOZE_ENDED: _("A snooze ended"),
        Kind.SEND_FAILED: _("A message was not delivered"),
        Kind.CHAT_WAITS: _("{sender} waits in a chat"),
        Kind.REVIEW_ASKED: _("{agent} asks you to review an article"),
        Kind.ARTICLE_STALE: _("An article is to be looked at again"),
        Kind.SOURCE_FAILING: _("A shop system cannot be read") if row.connection_id else _("A mailbox cannot be read"),
    }[Kind(row.kind)].format(agent=actor, sender=_sender(row))


def _sender(row: Notification) -> str:
    known = (row.message.sender_name or row.message.sender_address) if row.message else ""
    return known or (row.conversation.customer_name if row.conversation else "") or _("Unknown sender")


@reading
def bell(request: AgentRequest) -> HttpResponse:
    """The number on the bell. `?open=`: the conversation the agent is looking at, so that they know already."""
    current = as_id(request.GET.get("open", ""))
    if current is not None:
        operations.mark_read(request.user, conversation_id=current)
    return page.show(request, "desk/bell.html", {"bell": page.bell(request.user), "sound": page.sound(request.user)})
