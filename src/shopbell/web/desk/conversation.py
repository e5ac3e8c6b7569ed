"""A conversation: timeline, composer, context. Whole page or, for a script, the part beside the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.conversations import operations, queries
from shopbell.conversations.models import Conversation, Folder, Message, Priority, Recent, State
from shopbell.core import html
from shopbell.core.ids import as_id
from shopbell.notifications import operations as notifications
from shopbell.web import times
from shopbell.web.desk import (
    chat,
    chats_now,
    composer,
    facts,
    listing,
    order_panel,
    page,
    parts,
    side_panels,
    ties,
    timeline,
    together,
)
from shopbell.web.desk import context as context_panel
from shopbell.web.desk.request import (
    AgentRequest,
    find_conversation,
    find_message,
    is_part,
    is_renewal,
    reading,
    view_name,
)

TEMPLATE = "desk/conversation.html"
SHOWN = 50
MOST_SHOWN = 600  # a refresh brings what was loaded so far, up to here
OTHERS = 8
CONFLICT = 409


@dataclass(slots=True)
class Talk:
    """The head of a conversation, ready to print."""

    id: int
    url: str
    subject: str
    customer: str
    language: str
    is_verified: bool
    state: str
    state_label: str
    is_open: bool
    is_spam: bool
    is_done: bool
    is_merged: bool
    snoozed_until: str
    sleeps_till_reply: bool
    snooze_again: str
    snooze_again_at: str
    assignee: str
    is_mine: bool
    team: str
    priority: str
    priority_label: str
    tags: list[str]
    shop: str
    channel: str
    is_mailbox: bool
    query: str
    waiting: str
    waiting_since: str
    urgency: str


def address(number: int, view: str) -> str:
    """Where a conversation is, within a view."""
    return f"{reverse('desk:conversation', args=[number])}?{urlencode({'view': view})}"


@reading
def conversation(request: AgentRequest, number: int) -> HttpResponse:
    """The page. `?from=` is the oldest message a refresh shows; `?peek=1` leaves it unread; with `?opened=1` a script
    that showed what it had peeked at says so.
    """
    found = find_conversation(request, number)
    is_looked_at = not request.GET.get("peek")
    has = parts.of(found, request.user)
    if is_looked_at and has.notices:
        notifications.mark_read(request.user, conversation_id=found.id)
    response = show(request, found, has=has)
    if is_looked_at and found.last_message_id > has.read_up_to:
        operations.mark_read(found, request.user)
    is_opened = not is_renewal(request) or bool(request.GET.get("opened"))
    if is_looked_at and is_opened and not has.is_newest_opened:
        operations.remember(request.user, Recent.Kind.CONVERSATION, str(found.id))
    return response


def ask_to_resolve(request: AgentRequest, found: Conversation, seen: int) -> HttpResponse:
    """Somebody wrote since the agent looked: show it and ask whether it is done all the same."""
    return show(request, found, status=CONFLICT, newer_than=seen)


def show(
    request: AgentRequest,
    found: Conversation,
    written: composer.Written | None = None,
    status: int = 200,
    answer: side_panels.Answer | None = None,
    newer_than: int | None = None,
    has: parts.Parts | None = None,
) -> HttpResponse:
    """The conversation; with what was `written` (or was to be the `answer` to somebody else) and could not be sent."""
    has = has or parts.of(found, request.user)
    together.load(found, has)
    messages, has_older = _messages(request, found, has)
    since = messages[0].occurred_at if messages and has_older else None
    box = composer.build(found, request.user, messages, request.GET.get("write", ""), _opened(request, written), has)
    if written is not None:
        _put_back(box, written, messages, request, found)
    view = view_name(request)
    told = facts.build(found.id, since, _known(found, request.user, messages))
    told += side_panels.build(found.id, since, request.user, answer) if has.sides else []
    entries = timeline.build(messages, told, request.user, _read_up_to(has, request))
    context: dict[str, Any] = {
        "talk": head(found, request, messages),
        "entries": entries,
        "guest": chat.guest(found, request.user, entries),
        "enter_sends": request.COOKIES.get("enter") == "sends",
        "older_url": _older_url(found, messages) if has_older else "",
        "oldest": messages[0].id if messages else 0,
        "read_up_to": _read_up_to(has, request),
        "composer": box,
        "most_bytes": settings.MAX_ATTACHMENT_BYTES,
        "most_size": filesizeformat(settings.MAX_ATTACHMENT_BYTES),
        "customer": found.customer,
        "customer_initials": listing.initials(str(found.customer)),
        "customer_since": times.date_of(found.customer.created_at),
        "customer_language": times.language_name(found.customer.language),
        "identities": list(found.customer.identities.all()),
        "others": others(request, found) if has.others else [],
        "customer_url": reverse("desk:customer", args=[found.customer_id]),
        **context_panel.build(found, has, messages),
        **order_panel.build(request, found, has),
        **ties.build(request, found, has),
        "asks_to_resolve": _newer(messages, newer_than, request) if newer_than is not None else [],
        **together.build(found, request.user),
    }
    if is_part(request):
        response = page.show(request, f"{TEMPLATE}#work", context, status)
        return _placed(response, request, address(found.id, view))
    return page.show(request, TEMPLATE, {**context, "listing": listing.build(request, found.id)}, status)


def _opened(request: AgentRequest, written: composer.Written | None) -> str:
    """The shared draft the reply goes on with."""
    return str(written.draft) if written is not None and written.draft else request.GET.get("draft", "")


def _placed(response: HttpResponse, request: AgentRequest, here: str) -> HttpResponse:
    """Tell the script where it is now: another conversation is a new place, the same one is renewed where it stands."""
    current = request.headers.get("HX-Current-URL", "").partition("?")[0]
    if not current.endswith(here.partition("?")[0]):
        response["HX-Push-Url"] = here
        response["HX-Reswap"] = "innerHTML"
    return response


def _known(found: Conversation, viewer: Agent, messages: Iterable[Message]) -> list[Agent]:
    """The agents whose names are read already."""
    return [one for one in (viewer, found.assignee, *(message.author for message in messages)) if one is not None]


def _messages(request: AgentRequest, found: Conversation, has: parts.Parts) -> tuple[list[Message], bool]:
    """What is shown of the conversation, oldest first, and whether there is more before it."""
    rows = queries.messages(request.user).filter(conversation=found, side=None)
    start = as_id(request.GET.get("from", ""))
    if start is not None:
        shown = queries.timeline(rows.filter(id__gte=start), size=MOST_SHOWN, has_files=has.files)
        return shown, bool(shown) and rows.filter(id__lt=shown[0].id).exists()
    shown = queries.timeline(rows, size=SHOWN + 1, has_files=has.files)
    return shown[-SHOWN:], len(shown) > SHOWN


def _older_url(found: Conversation, messages: Sequence[Message]) -> str:
    return f"{reverse('desk:older', args=[found.id])}?before={messages[0].id}"


def _read_up_to(has: parts.Parts, request: AgentRequest) -> int:
    """Where the agent had read to; a refresh keeps the line where it was when the page was opened."""
    given = as_id(request.GET.get("read", ""))
    return has.read_up_to if given is None else given


@reading
def older(request: AgentRequest, number: int) -> HttpResponse:
    """Messages before a given one."""
    found = find_conversation(request, number)
    before = as_id(request.GET.get("before", ""))
    rows = queries.messages(request.user).filter(conversation=found, side=None)
    shown = queries.timeline(rows, before=before, size=SHOWN + 1)
    has_older, shown = len(shown) > SHOWN, shown[-SHOWN:]
    told = facts.build(found.id, shown[0].occurred_at if shown and has_older else None) if shown else []
    told += side_panels.build(found.id, shown[0].occurred_at if shown and has_older else None, request.user)
    told = [fact for fact in told if shown and fact.at <= _end(found, shown[-1])]
    context = {
        "entries": timeline.build(shown, told, request.user),
        "older_url": _older_url(found, shown) if has_older else "",
        "oldest": shown[0].id if shown else 0,
        "talk": head(found, request, shown),
    }
    template = f"{TEMPLATE}#older" if is_part(request) else "desk/older.html"
    return page.show(request, template, context)


def _end(found: Conversation, last: Message) -> datetime:
    """Until when facts belong to an older part: the next message begins the part that is shown already."""
    following = Message.objects.filter(conversation=found, side=None, id__gt=last.id).order_by("id").first()
    return following.occurred_at if following else timezone.now()


@reading
def whole(request: AgentRequest, number: int) -> HttpResponse:
    """A message with its quote and signature."""
    message = find_message(request, number)
    context = {"body": html.from_text(message.full_text or message.text), "message": message}
    template = "desk/whole.html"
    return page.show(request, f"{template}#text" if is_part(request) else template, context)


@dataclass(slots=True)
class Other:
    """Another conversation of the customer."""

    url: str
    name: str
    when: str


def others(request: AgentRequest, found: Conversation) -> list[Other]:
    """The customer's other conversations, newest first."""
    rows = queries.visible(request.user).filter(customer=found.customer_id).exclude(id=found.id)
    rows = rows.exclude(folder=Folder.MERGED)
    newest = rows.order_by("-last_message_at").values_list("id", "subject", "preview", "last_message_at")[:OTHERS]
    now, view = timezone.now(), view_name(request)
    return [
        Other(address(one, view), subject or text or _("(no text)"), times.short(at, now))
        for one, subject, text, at in newest
    ]


def head(found: Conversation, request: AgentRequest, messages: Sequence[Message] = ()) -> Talk:
    """What stands above the timeline."""
    now, view = timezone.now(), view_name(request)
    last = next((one for one in reversed(messages) if one.kind == Message.Kind.CUSTOMER), None)
    seconds = (now - found.waiting_since).total_seconds() if found.waiting_since else 0
    again = found.broken_snooze_until if found.folder == Folder.OPEN else None
    again = again if again and again > now else None
    return Talk(
        id=found.id,
        url=reverse("desk:conversation", args=[found.id]),
        subject=found.subject or (_("Chat") if found.channel_type == chats_now.TYPE else _("(no subject)")),
        customer=found.customer_name or str(found.customer),
        language=times.language_name(found.language),
        is_verified=bool(last and last.is_verified),
        state=found.state,
        state_label=str(State(found.state).label),
        is_open=found.state in (State.OPEN, State.PENDING_CUSTOMER, State.PENDING_THIRD),
        is_spam=found.state == State.SPAM,
        is_done=found.state in (State.RESOLVED, State.CLOSED),
        is_merged=found.state == State.MERGED,
        snoozed_until=times.moment(found.snoozed_until, now) if found.snoozed_until else "",
        sleeps_till_reply=found.sleeps_till_reply,
        snooze_again=times.moment(again, now) if again else "",
        snooze_again_at=again.isoformat() if again else "",
        assignee=str(found.assignee) if found.assignee else "",
        is_mine=found.assignee_id == request.user.id,
        team=found.team.name if found.team else "",
        priority=Priority(found.priority).name.lower(),
        priority_label=str(Priority(found.priority).label),
        tags=found.tags,
        shop=found.shop.name,
        channel=found.channel.name,
        is_mailbox=found.channel.type == "email",
        query=urlencode({"view": view}),
        waiting=times.age(seconds) if found.waiting_since else "",
        waiting_since=found.waiting_since.isoformat() if found.waiting_since else "",
        urgency=times.urgency(seconds),
    )


def _put_back(
    box: composer.Composer,
    written: composer.Written,
    messages: Sequence[Message],
    request: AgentRequest,
    found: Conversation,
) -> None:
    """Fill the composer with what could not be sent; where a newer message came, show it beside the question."""
    target = box.box(written.kind)
    target.text, target.key, target.error, target.wrong = written.text, written.key, written.error, written.wrong
    target.html = written.html
    target.language, target.quotes = written.language or target.language, written.quotes
    target.changed_by, target.theirs = written.changed_by, written.theirs
    for name, line in written.lines.items():
        setattr(target, name, line)
    box.active = written.kind
    composer.go_along(box, found, request.user, messages)
    if written.wrong == "newer":
        box.newer = _newer(messages, written.seen or 0, request)


def _newer(messages: Sequence[Message], seen: int, request: AgentRequest) -> list[timeline.Entry]:
    """What the customer wrote after the newest message somebody saw."""
    newer = [one for one in messages if one.id > seen and one.kind == Message.Kind.CUSTOMER]
    return [entry for entry in timeline.build(newer, (), request.user) if entry.kind == "message"]
