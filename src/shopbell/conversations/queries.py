"""Reads: lists, the timeline, counts. Who may see what is an argument, never an afterthought."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, TextField, Value, When
from django.utils import timezone

from shopbell.agents.models import Agent
from shopbell.agents.permissions import Scope, scope
from shopbell.conversations import masking, search
from shopbell.conversations.models import (
    Attachment,
    Conversation,
    CountChange,
    Folder,
    Follower,
    Mention,
    Message,
    ReadMark,
    SideConversation,
)
from shopbell.core import text as words
from shopbell.customers.models import Customer

PAGE = 30
SIDE_SHOWN = 200
UNSHOWN = ("channel__settings", "channel__cursor")  # secrets are costly to open, and no page shows them
MANY_CUSTOMERS = 200  # whom `from:` looks for one by one
VIEWS = ("mine", "unassigned", "open", "following", "mentions", "snoozed", "resolved", "spam", "failure")
UNCOUNTED = ("mine", "resolved", "following", "mentions")  # mine is counted by agent; the others hold what only grows
Cursor = tuple[datetime, int]


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
    teams = list(agent.teams.values_list("id", flat=True))
    return Mention.objects.filter(Q(agent=agent) | Q(team__in=teams)).values_list("conversation_id", flat=True)


@dataclass
class Page:
    """Rows of a list and where the next page begins; None: this was the last."""

    rows: list[Conversation]
    next: Cursor | None = None
    unread: set[int] = field(default_factory=set)


def page(agent: Agent, rows: QuerySet[Conversation], after: Cursor | None = None, size: int = PAGE) -> Page:
    """Newest first, `size` rows behind the cursor; a page costs the same however deep it lies."""
    if after is not None:
        at, number = after
        rows = rows.filter(Q(last_message_at__lt=at) | Q(last_message_at=at, id__lt=number), last_message_at__lte=at)
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
    mark = ReadMark.objects.filter(agent=agent, conversation=OuterRef("id")).values("message_id")
    rows = visible(agent).select_related(*related).defer(*UNSHOWN).annotate(read_up_to=Subquery(mark))
    return rows.filter(id=number).order_by().first()


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


def timeline(rows: QuerySet[Message], before: int | None = None, size: int = 50) -> list[Message]:
    """The newest `size` messages (before a message id), oldest first, with their files and authors.

    The long texts stay behind; `has_html` and `has_more` say whether there is one to ask for. `written`: the formatted
    text of an answer that was written here.
    """
    if before is not None:
        rows = rows.filter(id__lt=before)
    newest: list[Message] = [*_printable(rows.filter(side=None)).order_by("-id")[:size]]
    return newest[::-1]


def side_messages(agent: Agent, sides: Iterable[SideConversation]) -> list[Message]:
    """The messages of side conversations, thread by thread, oldest first; the newest SIDE_SHOWN of all."""
    rows = _printable(messages(agent).filter(side__in=list(sides)))
    newest = [*rows.order_by("-id")[:SIDE_SHOWN]]
    return sorted(newest, key=lambda one: (one.side_id or 0, one.id))


def _printable(rows: QuerySet[Message]) -> QuerySet[Message]:
    rows = rows.select_related("author", "channel").defer("html", "full_text", "thread_ids", *UNSHOWN)
    by_desk = Q(kind=Message.Kind.AGENT, inbound=None)
    rows = rows.annotate(
        has_html=~Q(html="") & ~by_desk,
        has_more=~Q(full_text=""),
        written=Case(When(by_desk, then=F("html")), default=Value(""), output_field=TextField()),
    )
    return rows.prefetch_related(Prefetch("attachments", Attachment.objects.select_related("blob").order_by("id")))


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
    rows = _customers(query).prefetch_related("identities").order_by("-id")
    if not scope(agent).is_everything:
        rows = rows.filter(Exists(visible(agent).filter(customer=OuterRef("id"))))
    return list(rows[:limit])


def _customers(query: str) -> QuerySet[Customer]:
    groups = words.query(query)
    if not groups:
        return Customer.objects.none()
    tsquery = " & ".join("(" + " | ".join(f"'{variant}':*" for variant in group) + ")" for group in groups)
    return Customer.objects.extra(where=["search @@ %s::tsquery"], params=[tsquery])


@dataclass
class Query:
    """A search as typed: words, and operators that narrow it."""

    text: str = ""
    senders: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    before: date | None = None
    after: date | None = None
    number: int | None = None
    ignored: list[str] = field(default_factory=list)  # operators whose value means nothing


_OPERATOR = re.compile(r'(?<!\S)(from|tag|is|before|after):("[^"]*"|\S+)', re.IGNORECASE)
_NUMBER = re.compile(r"#?(\d{1,18})")
STATES = {"open": Folder.OPEN, "snoozed": Folder.SNOOZED, "resolved": Folder.RESOLVED, "spam": Folder.SPAM}


def parse(typed: str) -> Query:
    """Split what was typed into words and `from: tag: is: before: after:`; quotes hold a value together."""
    query = Query()
    for name, value in _OPERATOR.findall(typed):
        _apply(query, name.lower(), value.strip('"'))
    query.text = _OPERATOR.sub(" ", typed).strip()
    if found := _NUMBER.fullmatch(query.text):
        query.number = int(found[1])
    return query


def _apply(query: Query, name: str, value: str) -> None:
    if name == "from":
        query.senders.append(value)
    elif name == "tag":
        query.tags.append(value.lower())
    elif name == "is" and value.lower() in {*STATES, "mine", "unassigned"}:
        query.states.append(value.lower())
    elif name in ("before", "after") and (day := _day(value)):
        setattr(query, name, day)
    else:
        query.ignored.append(f"{name}:{value}")


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def find(agent: Agent, query: Query, limit: int = 50) -> list[tuple[Conversation, int]]:
    """(conversation, its newest matching message id or 0), newest first. Operators alone list conversations."""
    if query.number is not None and (exact := conversation(agent, query.number)):
        return [(exact, 0)]
    if masking.is_masked(agent):
        return _find_masked(agent, query, limit)
    typed, customers = _senders(query)
    rows, is_narrow = _narrow(agent, query)
    if not words.query(typed):
        rows = rows if customers is None else rows.filter(customer__in=customers)
        rows = rows.exclude(folder=Folder.MERGED)
        return [(row, 0) for row in rows.select_related("assignee").order_by("-last_message_at", "-id")[:limit]]
    among = rows if is_narrow else None
    hits = dict(search.find(typed, customer_ids=customers, among=among, before=_newest_before(query), limit=limit))
    found = rows.select_related("assignee").in_bulk(list(hits))
    return [(found[number], message) for number, message in hits.items() if number in found]


def _find_masked(agent: Agent, query: Query, limit: int) -> list[tuple[Conversation, int]]:
    """The same for somebody who sees customers masked: by what they can read, so not by senders."""
    rows, _is_narrow = _narrow(agent, query)
    if query.senders:
        return []
    if not words.query(query.text):
        return [(row, 0) for row in rows.select_related("assignee").order_by("-last_message_at", "-id")[:limit]]
    hits = dict(search.find(query.text, among=rows, before=_newest_before(query), limit=limit))
    readable = {one.id for one in messages(agent).filter(id__in=hits.values()) if masking.says(one, query.text)}
    found = rows.select_related("assignee").in_bulk(list(hits))
    return [(found[number], hit) for number, hit in hits.items() if number in found and hit in readable]


def _senders(query: Query) -> tuple[str, list[int] | None]:
    """What is searched for by words, and the customers looked for. Names too many people have are words like others."""
    if not query.senders:
        return query.text, None
    found = [_customers(sender).values_list("id", flat=True)[: MANY_CUSTOMERS + 1] for sender in query.senders]
    customers = [number for numbers in found for number in numbers]
    if len(customers) > MANY_CUSTOMERS:
        return " ".join([query.text, *query.senders]), None
    return query.text, customers


def _narrow(agent: Agent, query: Query) -> tuple[QuerySet[Conversation], bool]:
    """The conversations a search is about, and whether they are not simply all."""
    rows = visible(agent)
    for state in query.states:
        rows = rows.filter(folder=STATES[state]) if state in STATES else rows & view(agent, state)
    if query.tags:
        rows = rows.filter(tags__contains=query.tags)
    if query.before:
        rows = rows.filter(last_message_at__lt=_start(query.before))
    if query.after:
        rows = rows.filter(last_message_at__gte=_start(query.after))
    return rows, bool(rows.query.where)


def _newest_before(query: Query) -> int | None:
    """About the newest message before the day: where to begin to look. Imported history may have newer ids."""
    if query.before is None:
        return None
    rows = Conversation.objects.filter(last_message_at__lt=_start(query.before)).order_by("-last_message_at", "-id")
    return rows.values_list("last_message_id", flat=True).first()


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
