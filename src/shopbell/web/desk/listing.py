"""The list beside every conversation: its views with their counts, its rows, its next page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.channels import queries as channels
from shopbell.commerce import queries as commerce
from shopbell.conversations import queries
from shopbell.conversations.models import Conversation, Folder, Priority
from shopbell.integrations import queries as integrations
from shopbell.lists import operations, ordering
from shopbell.lists import queries as lists
from shopbell.lists.models import Bulk, Choice, Sort, View
from shopbell.web import times
from shopbell.web.desk import chats_now
from shopbell.web.desk.request import AgentRequest, is_part, saved_view, view_name

TAGS_SHOWN = 3
Held = Mapping[int | str, lists.Count]
ALWAYS_SHOWN = ("mine", "unassigned", "open")
ICONS = {"email": "mail", "contact_form": "globe", "portal": "door-open", "chat": "messages-square"}
OTHER_ICON = "message-square"


@dataclass(slots=True)
class Tab:
    """A view: one of the standard ones, one that is shared, or one of the agent's own."""

    name: str
    label: str
    url: str
    count: int | str | None
    is_current: bool
    group: str = ""  # "", shared or own
    key: str = ""  # G and this digit lead there
    command: str = ""

    @property
    def marks(self) -> SafeString:
        """What the link says besides: made here, for a menu may have a hundred of them."""
        current = mark_safe(' aria-current="page"') if self.is_current else ""
        key = format_html(' data-go="{}"', self.key) if self.key else ""
        return format_html('{} data-command="{}"{}', current, self.command, key)

    @property
    def beside(self) -> SafeString:
        """Its count and its key."""
        count = "" if self.count is None else format_html(' <span class="soft push">{}</span>', self.count)
        push = mark_safe(' class="push"') if self.count is None else ""
        key = format_html(' <kbd{} aria-hidden="true">G {}</kbd>', push, self.key) if self.key else ""
        return format_html("{}{}", count, key)


@dataclass(frozen=True, slots=True)
class Row:
    """What a row shows, ready to print: equal rows look the same, so one is rendered once."""

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
    tags: tuple[tuple[str, str], ...]  # each with its colour
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
    sort: str
    density: str
    rows: list[Row] = field(default_factory=list)
    more_url: str = ""
    needs_person: int = 0
    skipped: list[str] = field(default_factory=list)  # what its filter asks for is gone
    edit_url: str = ""
    bulk: Bulk | None = None  # the change to many that was begun last
    key: str = ""  # of the next one
    chats: list[chats_now.Now] = field(default_factory=list)
    is_part: bool = False  # asked for alone: it brings the notices that wait

    @property
    def shown(self) -> list[Tab]:
        return [tab for tab in self.tabs if tab.name in ALWAYS_SHOWN]

    @property
    def current(self) -> Tab:
        return next(tab for tab in self.tabs if tab.is_current)

    @property
    def groups(self) -> list[tuple[str, list[Tab]]]:
        """The tabs under headings."""
        names = {"": "", "shared": _("Shared views"), "own": _("My views")}
        found = [(title, [tab for tab in self.tabs if tab.group == group]) for group, title in names.items()]
        return [(title, members) for title, members in found if members]

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """The orders there are; the end of a snooze only where something may be snoozed."""
        may_snooze = self.view == "snoozed" or self.view.startswith("v")
        return [(value, str(label)) for value, label in Sort.choices if value != Sort.SNOOZED or may_snooze]

    @property
    def densities(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Choice.Density.choices]


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
    agent, name, saved = request.user, view_name(request), saved_view(request)
    choices, views = lists.choices(agent), list(lists.views(agent))
    where = lists.place(agent, name, choices.sorts, saved)
    page = lists.page(agent, where, ordering.read(request.GET.get("after", ""), where.sort))
    counts = queries.counts(agent)
    held = lists.counts(agent, views)
    made = tabs(name, counts, held) + saved_tabs(name, views, held)
    title = saved.name if saved else titles()[name]
    listing = Listing(name, title, _with_keys(made), where.sort, choices.density, skipped=where.skipped)
    listing.rows = rows(page.rows, page.unread, view=name, current=current)
    listing.needs_person = needs_person(agent, counts)
    listing.bulk, listing.key = choices.bulk, secrets.token_urlsafe(12)
    listing.chats = chats_now.going_on(agent, current, f"?{urlencode({'view': name})}")
    listing.is_part = is_part(request)
    if saved and may_change(saved, agent):
        listing.edit_url = reverse("desk:view", args=[saved.id])
    if page.next:
        listing.more_url = "?" + urlencode({"view": name, "after": ordering.write(page.next)})
    operations.look(agent, views, held)
    return listing


def may_change(view: View, agent: Agent) -> bool:
    """Whether the agent may change this view: it is theirs, or they look after the shared ones."""
    return view.owner_id == agent.pk if view.owner_id else permissions.may_share_views(agent)


def following(request: AgentRequest, found: Conversation) -> int | None:
    """The conversation that comes next in the list the agent works in."""
    agent = request.user
    where = lists.place(agent, view_name(request), lists.choices(agent).sorts, saved_view(request))
    return lists.following(where, found)


def _with_keys(made: list[Tab]) -> list[Tab]:
    """What each is called in the palette. Nine are a key away: the usual three, those people made, the others."""
    command = _("View: {name}")
    for tab in made:
        tab.command = command.format(name=tab.label)
    ranked = sorted(made, key=lambda tab: (tab.name not in ALWAYS_SHOWN, not tab.group))
    for number, tab in enumerate(ranked[:9], 1):
        tab.key = str(number)
    return made


def saved_tabs(current: str, views: Iterable[View], counts: Held) -> list[Tab]:
    """The views people made."""
    inbox = reverse("desk:inbox")
    made = []
    for view in views:
        name, count = f"v{view.id}", counts.get(view.id, lists.Count())
        group = "own" if view.owner_id else "shared"
        made.append(Tab(name, view.name, f"{inbox}?view={name}", _shown(count), name == current, group))
    return made


def _shown(count: lists.Count | None) -> int | str | None:
    if count is None:
        return None
    return f"{count.number}+" if count.is_least else count.number


def needs_person(agent: Agent, counts: dict[str, int]) -> int:
    """How much waits under "needs a person" that this agent may see."""
    raw = channels.count_troubles() + commerce.count_failing() if permissions.may_handle_failures(agent) else 0
    raw += integrations.broken().count() if permissions.may_administer(agent) else 0
    return counts["failure"] + raw


def tabs(current: str, counts: Mapping[str, int], held: Held) -> list[Tab]:
    """The standard views; resolved ones are not counted, for they only grow."""
    inbox = reverse("desk:inbox")
    return [
        Tab(name, label, f"{inbox}?view={name}", counts.get(name, _shown(held.get(name))), name == current)
        for name, label in titles().items()
    ]


def rows(
    conversations: Iterable[Conversation], unread: set[int], *, view: str = "", current: int | None = None
) -> list[Row]:
    """Conversations as rows."""
    now, inbox = timezone.now(), reverse("desk:inbox")
    suffix = f"?view={view}" if view else ""
    found = list(conversations)
    names = {name for one in found for name in one.tags[:TAGS_SHOWN]}
    colours = lists.colours(names) if names else {}
    of = _Of(unread, current, colours, now, inbox, suffix)
    return [_row(one, of) for one in found]


@dataclass(frozen=True, slots=True)
class _Of:
    """What the rows of one list have in common."""

    unread: set[int]
    current: int | None
    colours: Mapping[str, str]
    now: datetime
    inbox: str
    suffix: str


def _row(one: Conversation, of: _Of) -> Row:
    now = of.now
    waiting = one.waiting_since if one.folder in (Folder.OPEN, Folder.SNOOZED) else None
    seconds = (now - waiting).total_seconds() if waiting else 0
    return Row(
        id=one.id,
        url=f"{of.inbox}c/{one.id}/{of.suffix}",
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
        tags=tuple((name, of.colours.get(name, "")) for name in one.tags[:TAGS_SHOWN]),
        priority=_priority(one.priority),
        is_unread=one.id in of.unread,
        is_current=one.id == of.current,
        is_ours=not one.last_from_customer,
        has_files=one.has_attachments,
        has_failure=one.has_failure,
    )


def _priority(value: int) -> str:
    """Only what is out of the ordinary is marked."""
    return "" if value == Priority.NORMAL else Priority(value).name.lower()


def channel_label(kind: str) -> str:
    """What a type of channel is called beside a message."""
    known = {"email": _("e-mail"), "contact_form": _("contact form"), "portal": _("portal"), "chat": _("chat")}
    return known.get(kind, kind.replace("_", " "))


def initials(name: str) -> str:
    """Up to two letters that stand for somebody: of the name, or of what stands before the @ of an address."""
    local, at, _host = name.partition("@")
    words = [word for word in (re.split("[._+-]", local) if at else name.split()) if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"
