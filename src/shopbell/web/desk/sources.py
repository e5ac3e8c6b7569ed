"""Where one box looks: a list of functions. Another kind of thing to find is one more line in SOURCES."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents import permissions
from shopbell.agents import queries as agents
from shopbell.agents.models import Agent
from shopbell.commerce.models import Order
from shopbell.conversations import finding_orders, people, queries
from shopbell.conversations.models import Conversation, Priority, Recent, Tag
from shopbell.conversations.search import exact, finding, operators
from shopbell.conversations.search.budget import Budget
from shopbell.conversations.search.typed import OPERATORS, Query
from shopbell.core import words
from shopbell.core.ids import as_ids
from shopbell.customers.models import Customer
from shopbell.knowledge.models import Macro
from shopbell.web import times
from shopbell.web.admin import sections
from shopbell.web.desk import listing
from shopbell.web.desk.request import AgentRequest

FEW = 5  # of each group while somebody types
SHOWN_RECENT = 6
_LAST = re.compile(r"(?:^|\s)-?(?:(?P<name>[a-z]+):(?P<value>\"?[^\s\"]*)|(?P<word>[a-z]{1,10}))$")


@dataclass(slots=True)
class Thing:
    """One thing to go to. `complete`: instead, what the box says then."""

    label: str
    url: str = ""
    detail: str = ""
    icon: str = "search"
    complete: str = ""


@dataclass(slots=True)
class Group:
    """Things of one kind."""

    name: str
    label: str
    things: list[Thing] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """What is looked for, by whom, in what time."""

    request: AgentRequest
    written: str
    query: Query
    budget: Budget

    @property
    def viewer(self) -> Agent:
        return self.request.user


def ask(request: AgentRequest, written: str, query: Query, budget: Budget, but: Source | None = None) -> list[Group]:
    """What every source finds, `but` one that the page asks by itself; a group without anything is left out."""
    question = Question(request, written, query, budget)
    return [group for group in (source(question) for source in SOURCES if source is not but) if group.things]


def _exact(question: Question) -> Group:
    """What was typed names this and nothing else."""
    found = exact.conversation(question.viewer, question.written)
    things = [_conversation(found)] if found else []
    things += [_customer(one) for one in exact.customers(question.viewer, question.written)]
    return Group("exact", _("Exactly this"), things)


def conversations(question: Question) -> Group:
    if question.query.number is not None:
        return Group("conversations", "")
    result = finding.find(question.viewer, question.query, question.budget, limit=FEW)
    return Group("conversations", _("Conversations"), [_conversation(one.conversation) for one in result.found])


def _conversation(one: Conversation) -> Thing:
    url = reverse("desk:conversation", args=[one.id])
    return Thing(one.subject or one.preview, url, f"{one.customer_name} · #{one.id}", "message-square-text")


def _customers(question: Question) -> Group:
    """By names and addresses, where words alone were typed."""
    plain = " ".join(term.value for term in question.query.terms if term.is_text and not term.is_unwanted)
    if not plain or len(question.query.terms) != len(plain.split()):
        return Group("customers", "")
    found = question.budget.run(lambda: queries.find_customers(question.viewer, plain, FEW))
    return Group("customers", _("Customers"), [_customer(one) for one in found or ()])


def _customer(one: Customer) -> Thing:
    addresses = ", ".join(identity.shown for identity in one.identities.all()[:2])
    return Thing(str(one), reverse("desk:customer", args=[one.id]), addresses, "user")


def _orders(question: Question) -> Group:
    """By the number of the order or of a parcel, whole: one look into an index, outside of the search's own time."""
    found = finding_orders.exactly(question.viewer, question.written, FEW)
    return Group("orders", _("Orders"), [_order(one) for one in found])


def _order(one: Order) -> Thing:
    placed = times.short(one.placed_at, timezone.now())
    detail = " · ".join(part for part in (one.name, one.shop.name, placed) if part)
    return Thing(f"#{one.number}", reverse("desk:order", args=[one.id]), detail, "package")


def _views(question: Question) -> Group:
    inbox = reverse("desk:inbox")
    named = ((label, f"{inbox}?view={name}") for name, label in listing.titles().items())
    fitting = [Thing(label, url, icon="inbox") for label, url in named if _fits(question, label)]
    return Group("views", _("Views"), fitting)


def _macros(question: Question) -> Group:
    """For those who write them; who answers has them in the composer."""
    if not permissions.may_edit_macros(question.viewer):
        return Group("macros", "")
    rows = Macro.objects.filter(Q(name__icontains=question.written)).order_by("name")[:FEW]
    things = [Thing(one.name, reverse("admin_macro", args=[one.id]), one.language, "zap") for one in rows]
    return Group("macros", _("Macros"), things)


def _settings(question: Question) -> Group:
    known = sections.open_to(question.viewer)
    fitting = [one for one in known if _fits(question, str(one.label), str(one.about))]
    things = [Thing(str(one.label), one.url, str(one.about), "settings") for one in fitting[:FEW]]
    return Group("settings", _("Settings"), things)


def _colleagues(question: Question) -> Group:
    """Their conversations."""
    fitting = [one for one in agents.colleagues(question.viewer) if _fits(question, one.name, one.email)]
    things = [
        Thing(str(one), _search_for(_operator("assignee", one.name)), _("their conversations"), "users")
        for one in fitting[:FEW]
    ]
    return Group("colleagues", _("Colleagues"), things)


def _search_for(text: str) -> str:
    return f"{reverse('desk:search')}?{urlencode({'q': text})}"


def _fits(question: Question, *names: str) -> bool:
    """Does every word that was typed begin a word of the names?"""
    beginnings = [part for name in names for part in re.findall(r"\w+", words.fold(name.lower()))]
    wanted = re.findall(r"\w+", words.fold(question.written.lower()))
    return bool(wanted) and all(any(part.startswith(word) for part in beginnings) for word in wanted)


Source = Callable[[Question], Group]
SOURCES: tuple[Source, ...] = (_exact, _orders, conversations, _customers, _views, _colleagues, _macros, _settings)


def recent(agent: Agent) -> list[Group]:
    """What the agent looked for and opened lately, as far as they may still see it."""
    rows = Recent.objects.filter(agent=agent).order_by("-at").values_list("kind", "key")
    kept: dict[str, list[str]] = {kind: [] for kind in Recent.Kind.values}
    for kind, key in rows:
        kept[kind].append(key)
    searches = [Thing(key, _search_for(key)) for key in kept[Recent.Kind.SEARCH][:SHOWN_RECENT]]
    opened = [_conversation(one) for one in _still(queries.visible(agent), kept[Recent.Kind.CONVERSATION])]
    known = people.visible_customers(agent).prefetch_related("identities")
    opened += [_customer(one) for one in _still(known, kept[Recent.Kind.CUSTOMER])]
    groups = [Group("recent", _("Searched lately"), searches), Group("opened", _("Opened lately"), opened)]
    return [group for group in groups if group.things]


def _still(rows: Any, keys: Iterable[str]) -> list[Any]:
    """The rows of these numbers that are there, in that order."""
    numbers = as_ids(keys)[:SHOWN_RECENT]
    found = rows.in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def completions(agent: Agent, written: str) -> list[Thing]:
    """How the word one is in the middle of goes on: an operator's name, or its value."""
    found = _LAST.search(written)
    if found is None:
        return []
    if found["word"] is not None:
        head = written[: found.start("word")]
        names = [name for name in OPERATORS if name.startswith(found["word"])]
        return [Thing(f"{name}:", detail=explained()[name], complete=f"{head}{name}:") for name in names]
    head, typed = written[: found.start("name")], words.fold(found["value"].strip('"').lower())
    fitting = [value for value in values(agent, found["name"]) if words.fold(value.lower()).startswith(typed)]
    whole = [_operator(found["name"], value) for value in fitting[:8]]
    return [Thing(term, complete=f"{head}{term} ") for term in whole]


def _operator(name: str, value: str) -> str:
    return f'{name}:"{value}"' if " " in value else f"{name}:{value}"


def values(agent: Agent, name: str) -> list[str]:
    """What may stand behind an operator, where that can be listed."""
    listed: dict[str, Callable[[], Iterable[str]]] = {
        "is": lambda: operators.STATES,
        "has": lambda: operators.PARTS,
        "priority": lambda: [level.name.lower() for level in Priority],
        "tag": lambda: Tag.objects.order_by("name").values_list("name", flat=True),
        "assignee": lambda: ["me", "nobody", *(one.name for one in agents.answering(agent))],
        "team": lambda: ["none", *(team.name for team in agents.teams(agent))],
        "shop": lambda: operators.shops(agent).values_list("name", flat=True),
        "in": lambda: operators.channels(agent).values_list("name", flat=True),
        "language": lambda: ["en", "de", "da", "et"],
        **dict.fromkeys(("before", "after", "on"), lambda: ["today", "yesterday", "7d", "4w", "6m", "1y"]),
    }
    return list(dict.fromkeys(listed[name]())) if name in listed else []


def explained() -> dict[str, str]:
    """Each operator in a few words."""
    return {
        "from": _("who wrote: a name or an address, or its beginning"),
        "to": _("whom it went to"),
        "cc": _("who got a copy"),
        "subject": _("words of the subject"),
        "tag": _("a tag"),
        "is": _("open, snoozed, resolved, spam, merged, unread, mine, unassigned, waiting"),
        "in": _("a mailbox or a shop"),
        "assignee": _("whose it is: a name, me, nobody"),
        "team": _("whose queue it is in"),
        "has": _("attachment, note, failure"),
        "before": _("last message before a day: 2026-11-21, today, 2w"),
        "after": _("last message on that day or later"),
        "on": _("last message on that day"),
        "language": _("the customer’s language"),
        "priority": _("low, normal, high, urgent"),
        "shop": _("a shop"),
    }
