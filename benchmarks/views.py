"""Lists with 50 views, 200 tags and 50 agents online: what counting, filters, orders and the last page cost."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from benchmarks import browser, pages
from benchmarks.figures import Row
from shopbell.agents.models import Agent
from shopbell.conversations.models import Conversation, Tag
from shopbell.lists import jobs, operations, ordering, queries
from shopbell.lists.models import Sort, View

VIEWS, TAGS, TAGGED_EVERY = 50, 200, 17
COUNT, WARM_UP = 60, 5
ONLINE = 50
Tree = dict[str, Any]


def prepare() -> list[View]:
    """200 tags on every 17th conversation, and 50 shared views of all kinds; once."""
    actor = Agent.objects.get(email=pages.ADDRESS)
    if not Tag.objects.filter(name="tag 0").exists():
        Tag.objects.bulk_create([Tag(name=f"tag {n}") for n in range(TAGS)], ignore_conflicts=True)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE conversations_conversation SET tags = ARRAY['tag ' || (id / %s %% %s)] WHERE id %% %s = 0",
                [TAGGED_EVERY, TAGS, TAGGED_EVERY],
            )
            cursor.execute("ANALYZE conversations_conversation")
    if not View.objects.exists():
        for number in range(VIEWS):
            values: dict[str, Any] = {"owner": None, "team": None, "sort": Sort.NEWEST}
            operations.save_view(View(), actor=actor, name=f"View {number}", filter=_filter(number), **values)
    found = list(View.objects.order_by("id"))
    operations.look(actor, found)
    jobs.count_views()
    while any(one.number is None for one in queries.counts(actor, found).values()):
        jobs.count_views()
    return found


def _filter(number: int) -> Tree:
    """One of ten kinds: few or many, by tag, words, time, people, alternatives."""
    tag = {"field": "tags", "op": "any", "value": [f"tag {number}", f"tag {number + 50}"]}
    resolved = {"field": "folder", "op": "is", "value": ["resolved"]}
    opened = {"field": "folder", "op": "is", "value": ["open"]}
    kinds: list[list[dict[str, Any]]] = [
        [tag, opened],
        [tag, resolved],
        [tag],
        [opened, {"field": "language", "op": "is", "value": ["de"]}],
        [{"field": "subject", "op": "contains", "value": f"{number}7"}],
        [{"field": "waiting_since", "op": "older", "value": {"n": 1 + number, "unit": "h"}}],
        [{"field": "assignee", "op": "is", "value": ["me"]}],
        [resolved, {"field": "language", "op": "is", "value": ["da"]}],
        [opened, {"match": "any", "of": [tag, {"field": "priority", "op": "is", "value": ["4"]}]}],
        [{"field": "last_message_at", "op": "newer", "value": {"n": 7, "unit": "d"}}, tag],
    ]
    return {"match": "all", "of": kinds[number % len(kinds)]}


def measure(port: int, cpu_seconds: Callable[[], float]) -> list[Row]:
    """One agent after the other things: each view, each order, and the last page of the largest list."""
    with _online(port):
        return _measure(port, cpu_seconds)


@contextmanager
def _online(port: int) -> Iterator[None]:
    """Agents whose pages stand open."""
    streams = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(ONLINE)]
    for number, stream in enumerate(streams):
        held = "; ".join(f"{name}={value}" for name, value in pages.cookies(f"bench{number}@load-test.example").items())
        stream.request("GET", "/live", headers={"Cookie": held})
        if stream.getresponse().status != 200:
            raise RuntimeError(f"stream {number} was refused")
    yield
    for stream in streams:
        stream.close()


def _measure(port: int, cpu_seconds: Callable[[], float]) -> list[Row]:
    one = browser.Browser(port, pages.cookies())
    views = prepare()
    steps = {"list, all open, beside 50 views": ["/desk/?view=open"]}
    steps["each of the 50 views"] = [f"/desk/?view=v{view.id}" for view in views]
    found = [browser.measure(what, [one], _get(paths), cpu_seconds, **_times()) for what, paths in steps.items()]
    agent = Agent.objects.get(email=pages.ADDRESS)
    for sort in Sort.values:
        operations.choose_sort(agent, "resolved", sort)
        paths = ["/desk/?view=resolved", _deep(sort)]
        found.append(browser.measure(f"resolved, {sort}: first and deep", [one], _get(paths), cpu_seconds, **_times()))
    operations.choose_sort(agent, "resolved", Sort.NEWEST)
    return found


def _times() -> dict[str, int]:
    return {"count": COUNT, "warm_up": WARM_UP}


def _deep(sort: str) -> str:
    """A page in the middle of the resolved ones."""
    rows = Conversation.objects.filter(folder="resolved")
    order = ordering.ORDERS[sort]
    columns = [column.desc() if order.descending else column.asc() for column in order.columns()]
    row = rows.order_by(*columns)[rows.count() * 9 // 10]
    return f"/desk/?view=resolved&after={ordering.write(ordering.place(row, sort))}"


def _get(paths: list[str]) -> Callable[[browser.Browser, int], None]:
    def step(one: browser.Browser, number: int) -> None:
        one.get(paths[number % len(paths)])

    return step
