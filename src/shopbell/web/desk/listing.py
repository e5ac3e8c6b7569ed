"""The list beside every conversation: its views with their counts, its rows, its next page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.channels import queries as channels
from shopbell.conversations import queries
from shopbell.conversations.models import Conversation, Folder, Priority
from shopbell.web import times
from shopbell.web.desk.request import AgentRequest, view_name

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ALWAYS_SHOWN = ("mine", "unassigned", "open")
ICONS = {"email": "mail", "contact_form": "globe"}
OTHER_ICON = "message-square"


@dataclass(slots=True)
class Tab:
    """One of the standard views."""

    name: str
    label: str
    url: str
    count: int | None
    is_current: bool


@dataclass(slots=True)
class Row:
    """What a row shows, ready to print."""

    id: int
    url: str
    who: str
    preview: str
    icon: str
    channel: str
    when: str
    when_exact: str
    at: str
    stamp: int
    wait: str
    wait_since: str
    urgency: str
    initials: str
    assignee: str
    tags: list[str]
    priority: str
    is_unread: bool
    is_current: bool
    is_ours: bool
    has_files: bool
    has_failure: bool
    subject: str


@dataclass(slots=True)
class Listing:
    """The list column."""

    view: str
    title: str
    tabs: list[Tab]
    rows: list[Row] = field(default_factory=list)
    more_url: str = ""
    needs_person: int = 0

    @property
    def shown(self) -> list[Tab]:
        return [tab for tab in self.tabs if tab.name in ALWAYS_SHOWN]

    @property
    def current(self) -> Tab:
        return next(tab for tab in self.tabs if tab.is_current)


def titles() -> dict[str, str]:
    """What the views are called."""
    return {
        "mine": _("Mine"),
        "unassigned": _("Unassigned"),
        "open": _("All open"),
        "following": _("Following"),
        "mentions": _("Mentions"),
        "snoozed": _("Snoozed"),
        "resolved": _("Resolved"),
        "spam": _("Spam"),
        "failure": _("Not delivered"),
    }


def build(request: AgentRequest, current: int | None = None) -> Listing:
    """The list of the view the agent works in, with the conversation that is open marked."""
    name = view_name(request)
    after = read_cursor(request.GET.get("after", ""))
    page = queries.page(request.user, queries.view(request.user, name), after)
    counts = queries.counts(request.user)
    listing = Listing(name, titles()[name], tabs(name, counts))
    listing.rows = rows(page.rows, page.unread, view=name, current=current)
    listing.needs_person = needs_person(request.user, counts)
    if page.next:
        listing.more_url = "?" + urlencode({"view": name, "after": write_cursor(page.next)})
    return listing


def needs_person(agent: Agent, counts: dict[str, int]) -> int:
    """How much waits under "needs a person" that this agent may see."""
    raw = channels.count_troubles() if permissions.may_handle_failures(agent) else 0
    return counts["failure"] + raw


def tabs(current: str, counts: dict[str, int]) -> list[Tab]:
    """The standard views; resolved ones are not counted, for they only grow."""
    inbox = reverse("desk:inbox")
    return [
        Tab(name, label, f"{inbox}?view={name}", counts.get(name), name == current) for name, label in titles().items()
    ]


def rows(
    conversations: Iterable[Conversation], unread: set[int], *, view: str = "", current: int | None = None
) -> list[Row]:
    """Conversations as rows."""
    now, inbox = timezone.now(), reverse("desk:inbox")
    suffix = f"?view={view}" if view else ""
    return [_row(one, one.id in unread, one.id == current, now, inbox, suffix) for one in conversations]


def _row(one: Conversation, is_unread: bool, is_current: bool, now: datetime, inbox: str, suffix: str) -> Row:
    waiting = one.waiting_since if one.folder in (Folder.OPEN, Folder.SNOOZED) else None
    seconds = (now - waiting).total_seconds() if waiting else 0
    return Row(
        id=one.id,
        url=f"{inbox}c/{one.id}/{suffix}",
        who=one.customer_name or _("Unknown sender"),
        preview=one.preview or one.subject or _("(no text)"),
        subject=one.subject,
        icon=ICONS.get(one.channel_type, OTHER_ICON),
        channel=channel_label(one.channel_type),
        when=times.short(one.last_message_at, now),
        when_exact=times.exact(one.last_message_at),
        at=one.last_message_at.isoformat(),
        stamp=one.last_message_id,
        wait=times.age(seconds) if waiting else "",
        wait_since=waiting.isoformat() if waiting else "",
        urgency=times.urgency(seconds),
        initials=one.assignee.initials if one.assignee else "",
        assignee=str(one.assignee) if one.assignee else "",
        tags=one.tags[:3],
        priority=_priority(one.priority),
        is_unread=is_unread,
        is_current=is_current,
        is_ours=not one.last_from_customer,
        has_files=one.has_attachments,
        has_failure=one.has_failure,
    )


def _priority(value: int) -> str:
    """Only what is out of the ordinary is marked."""
    return "" if value == Priority.NORMAL else Priority(value).name.lower()


def channel_label(kind: str) -> str:
    """What a type of channel is called beside a message."""
    return {"email": _("e-mail"), "contact_form": _("contact form")}.get(kind, kind.replace("_", " "))


def initials(name: str) -> str:
    """Up to two letters that stand for somebody."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def write_cursor(cursor: queries.Cursor) -> str:
    """A place in a list, fit for an address."""
    at, number = cursor
    return f"{(at - EPOCH) // MICROSECOND}-{number}"


def read_cursor(written: str) -> queries.Cursor | None:
    """The place again; None for anything that is none."""
    micros, _sep, number = written.partition("-")
    if not (micros.isdecimal() and number.isdecimal() and len(micros) < 18 and len(number) < 19):
        return None
    return EPOCH + int(micros) * MICROSECOND, int(number)
