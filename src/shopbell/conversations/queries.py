"""Reads: lists, the timeline, counts. Who may see what is an argument, never an afterthought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum, TextField, Value, When

from shopbell.agents.models import Agent
from shopbell.agents.permissions import Scope, scope
from shopbell.conversations import masking
from shopbell.conversations.models import (
    Attachment,
    Conversation,
    CountChange,
    Folder,
    Follower,
    Mention,
    Message,
    SideConversation,
)
from shopbell.core import cursors
from shopbell.core.cursors import Cursor
from shopbell.customers import queries as customers
from shopbell.customers.models import Customer

PAGE = 30
SIDE_SHOWN = 200
UNSHOWN = ("channel__settings", "channel__cursor")  # secrets are costly to open, and no page shows them
VIEWS = ("mine", "unassigned", "open", "following", "mentions", "snoozed", "resolved", "spam", "failure")
UNCOUNTED = ("mine", "resolved", "following", "mentions")  # mine is counted by agent; the others hold what only grows


def visible(agent: Agent) -> QuerySet[Conversation]:
    """What the agent may see: all, or the conversations of their shops and teams (`permissions.scope`).

    A partner agent's rows come with personal data masked (`masking`).
    """
    return masking.conversations(Conversation.objects.filter(_inside(scope(agent))), agent)


def messages(agent: Agent) -> QuerySet[Message]:
    """The messages of all that the agent may see, masked where the agent is a partner's."""
    rows = Message.objects.all()
    if not scope(agent).is_everything:
        rows = rows.filter(conversation__in=visible(agent))
    return masking.messages(rows, agent)


def _inside(seen: Scope) -> Q:
    """The condition on rows with a shop and a team."""
    shops = Q() if seen.shops is None else Q(shop_id__in=seen.shops)
    return shops if seen.teams is None else shops & Q(team_id__in=seen.teams)


def is_limited(agent: Agent) -> bool:
    """Whether there may be conversations the agent may not see."""
    return not scope(agent).is_everything


def sees(agent: Agent, conversation: Conversation) -> bool:
    """Whether the agent may see this one."""
    return not is_limited(agent) or visible(agent).filter(id=conversation.id).exists()


def view(agent: Agent, name: str) -> QuerySet[Conversation]:
    """One of the standard views, unordered. Raises KeyError for an unknown name."""
    rows = visible(agent)
    return {
        "mine": lambda: rows.filter(folder=Folder.OPEN, assignee=agent),
        "unassigned": lambda: rows.filter(folder=Folder.OPEN, assignee=None),
        "open": lambda: rows.filter(folder=Folder.OPEN),
        "snoozed": lambda: rows.filter(folder=Folder.SNOOZED),
        "resolved": lambda: rows.filter(folder=Folder.RESOLVED),
        "spam": lambda: rows.filter(folder=Folder.SPAM),
        "failure": lambda: rows.filter(has_failure=True),
        "following": lambda: rows.filter(folder=Folder.OPEN, id__in=followed(agent)),
        "mentions": lambda: rows.filter(folder=Folder.OPEN, id__in=mentioning(agent)),
    }[name]()


def followed(agent: Agent) -> QuerySet[Follower, int]:
    """Ids of the conversations the agent follows."""
    return Follower.objects.filter(agent=agent).values_list("conversation_id", flat=True)


def mentioning(agent: Agent) -> QuerySet[Mention, int]:
    """Ids of the conversations with a note that names the agent or a team of theirs."""
    rows = Mention.objects.filter(Q(agent=agent) | Q(team__in=agent.teams.values("id")))
    return rows.values_list("conversation_id", flat=True)


@dataclass
class Page:
    """Rows of a list and where the next page begins; None: this was the last."""

    rows: list[Conversation]
    next: Cursor | None = None
    unread: set[int] = field(default_factory=set)


def page(agent: Agent, rows: QuerySet[Conversation], after: Cursor | None = None, size: int = PAGE) -> Page:
    """Newest first, `size` rows behind the cursor; a page costs the same however deep it lies."""
    if after is not None:
        rows = rows.filter(cursors.older(after, "last_message_at"))
    found = list(rows.select_related("assignee").order_by("-last_message_at", "-id")[: size + 1])
    more = len(found) > size
    found = found[:size]
    following = (found[-1].last_message_at, found[-1].id) if more else None
    return Page(found, following, unread(agent, found))


_SEEN = """
SELECT conversation_id, message_id FROM conversations_readmark WHERE agent_id = %s AND conversation_id = ANY(%s)
"""


def unread(agent: Agent, rows: Iterable[Conversation]) -> set[int]:
    """Ids of those with a message from outside that the agent has not seen."""
    newest = {row.id: row.last_inbound_id for row in rows}
    with connection.cursor() as cursor:  # on every list: written by Django it costs five times as much
        cursor.execute(_SEEN, [agent.pk, list(newest)])
        seen = dict(cursor.fetchall())
    return {number for number, message in newest.items() if message > seen.get(number, 0)}


def counts(agent: Agent) -> dict[str, int]:
    """How many conversations each view holds, from the maintained counters."""
    keys = {"mine": f"mine:{agent.pk}", **{name: name for name in VIEWS if name not in UNCOUNTED}}
    rows = CountChange.objects.filter(_inside(scope(agent)), view__in=keys.values())
    sums = dict(rows.values_list("view").annotate(Sum("change")).order_by())
    return {name: sums.get(key, 0) for name, key in keys.items()}


def conversation(agent: Agent, number: int) -> Conversation | None:
    """One conversation with what its page shows; None when there is none or the agent may not see it."""
    related = ("shop", "channel", "customer", "assignee", "team")
    rows = visible(agent).select_related(*related).defer("channel__cursor")
    return next(iter(rows.filter(id=number)[:1]), None)


def message(agent: Agent, number: int) -> Message | None:
    """One message with its conversation; None when there is none or the agent may not see it."""
    return messages(agent).select_related("conversation", "channel", "author").filter(id=number).first()


def following(agent: Agent, name: str, conversation: Conversation) -> int | None:
    """The conversation that comes next in a view's order, else the first one; None when the view holds no other."""
    rows = (
        view(agent, name).exclude(id=conversation.id).order_by("-last_message_at", "-id").values_list("id", flat=True)
    )
    at = conversation.last_message_at
    behind = rows.filter(Q(last_message_at__lt=at) | Q(last_message_at=at, id__lt=conversation.id))
    return behind.filter(last_message_at__lte=at).first() or rows.first()


def timeline(
    rows: QuerySet[Message], before: int | None = None, size: int = 50, has_files: bool = True
) -> list[Message]:
    """The newest `size` messages (before a message id), oldest first, with their files and authors.

    The long texts stay behind; `has_html` and `has_more` say whether there is one to ask for. `written`: the formatted
    text of an answer or note written here. `has_files`: false where it is known that there are none to ask for.
    """
    if before is not None:
        rows = rows.filter(id__lt=before)
    newest: list[Message] = [*_printable(rows.filter(side=None), has_files).order_by("-id")[:size]]
    return newest[::-1]


def side_messages(agent: Agent, sides: Iterable[SideConversation]) -> list[Message]:
    """The messages of side conversations, thread by thread, oldest first; the newest SIDE_SHOWN of all."""
    rows = _printable(messages(agent).filter(side__in=list(sides)))
    newest = [*rows.order_by("-id")[:SIDE_SHOWN]]
    return sorted(newest, key=lambda one: (one.side_id or 0, one.id))


def _printable(rows: QuerySet[Message], has_files: bool = True) -> QuerySet[Message]:
    rows = rows.select_related("author", "channel").defer("html", "full_text", "thread_ids", *UNSHOWN)
    by_desk = Q(kind__in=[Message.Kind.AGENT, Message.Kind.NOTE], inbound=None)
    rows = rows.annotate(
        has_html=~Q(html="") & ~by_desk,
        has_more=~Q(full_text=""),
        written=Case(When(by_desk, then=F("html")), default=Value(""), output_field=TextField()),
    )
    files = Attachment.objects.select_related("blob").order_by("id") if has_files else Attachment.objects.none()
    return rows.prefetch_related(Prefetch("attachments", files))


def customer_messages(agent: Agent, customer: Customer) -> QuerySet[Message]:
    """All messages of a customer's conversations the agent may see: one timeline over every channel."""
    rows = messages(agent).filter(conversation__in=visible(agent).filter(customer=customer))
    return rows.select_related("conversation")


def find_customers(agent: Agent, query: str, limit: int = 8) -> list[Customer]:
    """Customers by the beginning of any of their names or addresses, every word of the query; the newest first.

    With limits: those of conversations the agent may see. Masked: none at all, for a search would say what is hidden.
    """
    if masking.is_masked(agent):
        return []
    rows = customers.matching(query).prefetch_related("identities").order_by("-id")
    if not scope(agent).is_everything:
        rows = rows.filter(Exists(visible(agent).filter(customer=OuterRef("id"))))
    return list(rows[:limit])
