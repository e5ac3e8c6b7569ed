"""A search, from what was typed to a page of conversations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db.models import QuerySet

from shopbell.agents.models import Agent
from shopbell.conversations import masking, queries
from shopbell.conversations.models import Conversation, Folder, Message
from shopbell.conversations.search import exact, operators, scanning, typed
from shopbell.conversations.search.budget import PAGE_MILLISECONDS, Budget, Busy, taking
from shopbell.conversations.search.operators import Check, Problem, tsquery
from shopbell.conversations.search.typed import PHRASE, Query, Term
from shopbell.core import covering, cursors, text
from shopbell.core.ids import as_id

FEW = 2_000  # conversations that are cheaper looked through than found by their words
LOOKED_AT = 200  # hits whose texts are read at once
BEST_OF = 200  # the newest hits, among which the best come first


@dataclass
class Plan:
    """What a search asks for, once its operators are understood."""

    viewer: Agent
    rows: QuerySet[Conversation]
    is_all: bool = True  # `rows` is every conversation
    is_narrow: bool = False
    words: str = ""  # a tsquery; "" lists conversations
    checks: list[Check] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    is_empty: bool = True  # nothing that was typed can be asked for


@dataclass
class Found:
    """One conversation that was found, and its newest message that matches (0: it was not found by words)."""

    conversation: Conversation
    message_id: int = 0


@dataclass
class Result:
    """A page of what was found. `after` is where the next one goes on; None: that was all.

    `until`: the time was over; this far back everything was looked at.
    """

    found: list[Found] = field(default_factory=list)
    after: str | None = None
    problems: list[str] = field(default_factory=list)
    is_cut: bool = False
    until: datetime | None = None


def find(viewer: Agent, query: Query, budget: Budget, *, after: str = "", limit: int = 25) -> Result:
    """The newest first. What cannot be understood is left out and told; an empty search finds nothing."""
    plan = make_plan(viewer, query)
    if plan.is_empty:
        return Result(problems=plan.problems)
    result = _by_words(plan, after, limit, budget) if plan.words else _listed(plan, after, limit, budget)
    result.problems = plan.problems
    result.is_cut = budget.is_spent and result.after is not None
    return result


def named(viewer: Agent, written: str, limit: int) -> Result:
    """For other places than the search page: the conversation a number or Message-ID names, and what is found by words.

    When others are searching for too long, nothing, and it is cut.
    """
    try:
        with taking(PAGE_MILLISECONDS) as budget:
            first = exact.conversation(viewer, written)
            result = find(viewer, typed.parse(written), budget, limit=limit)
    except Busy:
        return Result(is_cut=True)
    if first is not None:
        rest = [one for one in result.found if one.conversation.id != first.id]
        result.found = [Found(first), *rest][:limit]
    return result


def best(viewer: Agent, query: Query, budget: Budget, limit: int = 25) -> Result:
    """Of the newest BEST_OF those first whose subject, customer and beginning have most of the words."""
    result = find(viewer, query, budget, limit=BEST_OF)
    wanted = text.query(query.wanted_text)
    result.found.sort(key=lambda one: -_worth(one.conversation, wanted))  # stable: the newest of the equally good first
    result.found, result.after = result.found[:limit], None
    return result


def _worth(conversation: Conversation, wanted: Sequence[Sequence[str]]) -> int:
    places = ((conversation.subject, 3), (conversation.customer_name, 2), (conversation.preview, 1))
    return sum(weight * text.has_all(shown, [group]) for shown, weight in places for group in wanted)


def make_plan(viewer: Agent, query: Query) -> Plan:
    """Words become a tsquery, operators conditions; what somebody may not read is not looked at."""
    rows = queries.visible(viewer)
    is_all = not rows.query.where
    if not any(group[0].is_text or _is_merged(group) for group in query.groups):
        rows = rows.exclude(folder=Folder.MERGED)  # what was merged stands where it went, unless it is asked for
    plan = Plan(viewer, rows, is_all=is_all)
    texts = [group for group in query.groups if group[0].is_text]
    needs = _words(plan, texts)
    for group in query.groups:
        if not group[0].is_text:
            _narrow(plan, group, viewer, needs)
    wanted = [group for group in texts if not any(term.is_unwanted for term in group)]
    plan.is_empty = plan.is_empty and not (needs or plan.checks)
    if masking.is_masked(viewer):
        _hide(plan, wanted)
    plan.words = " & ".join(needs or [scanning.ANYTHING] if plan.checks else needs)
    return plan


def _is_merged(group: Iterable[Term]) -> bool:
    return any(term.kind == "is" and term.value.lower() == "merged" for term in group)


def _words(plan: Plan, texts: list[list[Term]]) -> list[str]:
    """The conditions on words. Very common single words are left out where there are others."""
    plain = [term.value for group in texts for term in group if len(group) == 1 and _is_plain(term)]
    needs = [tsquery(groups)] if (groups := text.query(" ".join(plain))) else []
    for group in texts:
        if len(group) > 1 or not _is_plain(group[0]):
            parts = [part for part in map(_word, group) if part]
            needs += [f"({' | '.join(parts)})"] if parts else []
            plan.checks += _phrases(group)
    return needs


def _is_plain(term: Term) -> bool:
    return term.kind != PHRASE and not term.is_unwanted


def _word(term: Term) -> str:
    """One word or phrase as a tsquery. The words of an unwanted phrase may be there: a check looks for it."""
    groups = text.query(f'"{term.value}"')
    if not groups:
        return ""
    if not term.is_unwanted:
        return tsquery(groups)
    return "" if term.kind == PHRASE and len(groups) > 1 else f"!{tsquery(groups)}"


def _phrases(group: Sequence[Term]) -> list[Check]:
    if all(term.kind != PHRASE for term in group):
        return []
    return [lambda message: any(_holds(term, message) for term in group)]


def _holds(term: Term, message: Message) -> bool:
    shown = "\n".join([message.subject, message.text])
    if term.kind == PHRASE:
        return text.has_phrase(shown, term.value) != term.is_unwanted
    return text.has_all(shown, text.query(term.value)) != term.is_unwanted


def _narrow(plan: Plan, group: Sequence[Term], viewer: Agent, needs: list[str]) -> None:
    try:
        condition = operators.condition(group, viewer)
    except Problem as problem:
        plan.problems.append(str(problem))
        return
    plan.is_empty = False
    plan.rows = plan.rows.filter(condition.q)
    plan.is_all = plan.is_all and not condition.q
    plan.is_narrow = plan.is_narrow or condition.is_narrow
    needs += [condition.needs] if condition.needs else []
    plan.checks += [condition.check] if condition.check else []


def _hide(plan: Plan, wanted: Iterable[Sequence[Term]]) -> None:
    """Words count only where the viewer may read them; what a mask covers is not looked for at all."""
    for group in wanted:
        if any(covering.text(term.value) != term.value for term in group):
            plan.problems, plan.is_empty = [operators.hidden()], True
        plan.checks.append(partial(_is_any_readable, group))


def _is_any_readable(alternatives: Sequence[Term], message: Message) -> bool:
    return any(masking.says(message, term.value) for term in alternatives)


def _few(plan: Plan, budget: Budget) -> list[int] | None:
    """The conversations, where an index finds them and they are few."""
    if not plan.is_narrow:
        return None
    few = budget.run(lambda: list(plan.rows.order_by().values_list("id", flat=True)[: FEW + 1]))
    return few if few is not None and len(few) <= FEW else None


def _by_words(plan: Plan, after: str, limit: int, budget: Budget) -> Result:
    before = as_id(after)
    result, seen = Result(), set[int]()
    hits: list[scanning.Hit] = []
    for step in _steps(plan, before, limit, budget):
        fresh = [hit for hit in step.hits if hit[1] not in seen]
        seen.update(conversation for _message, conversation in fresh)
        hits += _kept(plan, fresh, before)
        result.after = str(step.end) if step.end else None
        if len(hits) > limit:
            break
    if len(hits) > limit:
        result.after = str(hits[limit - 1][0])
    elif budget.is_spent and result.after:
        result.until = _when(int(result.after))
    result.found = _load(plan.viewer, hits[:limit])
    return result


def _steps(plan: Plan, before: int | None, limit: int, budget: Budget) -> Iterator[scanning.Step]:
    few = _few(plan, budget)
    if few is not None:
        hits = budget.run(partial(scanning.among, plan.words, few, before)) if few else []
        yield scanning.Step(hits or [], (before or scanning.NEWEST) if hits is None else None)
    else:
        rows = None if plan.is_all else plan.rows
        size = max(LOOKED_AT, limit + 1) if plan.checks else limit + 1
        yield from scanning.by_words(plan.words, rows, before, size, budget)


def _kept(plan: Plan, hits: list[scanning.Hit], before: int | None) -> list[scanning.Hit]:
    """Without those that stood on an earlier page, and those whose text says otherwise."""
    if before is not None and hits:
        earlier = scanning.seen_before(plan.words, [conversation for _message, conversation in hits], before)
        hits = [hit for hit in hits if hit[1] not in earlier]
    if not plan.checks or not hits:
        return hits
    shown = queries.messages(plan.viewer).select_related("conversation")
    if not masking.is_masked(plan.viewer):
        shown = shown.only("subject", "text", "recipients", "conversation__subject")
    messages = shown.in_bulk([message for message, _conversation in hits])
    return [hit for hit in hits if hit[0] in messages and all(check(messages[hit[0]]) for check in plan.checks)]


def _when(message: int) -> datetime | None:
    """When the messages of about that number were written."""
    return Message.objects.filter(id__gte=message).order_by("id").values_list("occurred_at", flat=True).first()


def _load(viewer: Agent, hits: Sequence[scanning.Hit]) -> list[Found]:
    rows = queries.visible(viewer).select_related("assignee").in_bulk([conversation for _message, conversation in hits])
    return [Found(rows[conversation], message) for message, conversation in hits if conversation in rows]


def _listed(plan: Plan, after: str, limit: int, budget: Budget) -> Result:
    """No words: the conversations themselves, the newest first."""
    few = _few(plan, budget)
    rows = plan.rows if few is None else Conversation.objects.filter(id__in=few)
    stretches = (None,) if few is not None else scanning.STRETCHES
    found, end = scanning.without_words(rows, cursors.read(after), limit + 1, budget, stretches)
    is_cut = budget.is_spent and len(found) <= limit
    if len(found) > limit:
        found, end = found[:limit], found[limit - 1]
    rows_found = _load(plan.viewer, [(0, number) for _at, number in found])
    if is_cut:
        return Result(rows_found, cursors.write(*end) if end else "", until=end[0] if end else None)
    return Result(rows_found, cursors.write(*end) if end else None)
