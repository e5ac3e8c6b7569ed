"""How long another program waits for the API: a list of fifty, one conversation with messages, search, customers."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

from benchmarks import browser, pages
from benchmarks.figures import Row
from shopbell.agents.models import Agent
from shopbell.conversations.models import Conversation
from shopbell.customers.models import Customer
from shopbell.integrations import operations
from shopbell.seeding import writing

WARM_UP = 20
COUNT = {1: 200, 8: 400}
Step = Callable[[browser.Browser, int], None]


class Program(browser.Browser):
    """A program with a token, over one kept connection."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(port, {})
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.token = token

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        return super()._ask(method, f"/api/v1{path}", body, {**headers, "Authorization": f"Bearer {self.token}"})

    def read(self, path: str) -> Any:
        """What is answered, read as a program would."""
        return json.loads(self.get(path))


def token() -> str:
    """A key that lives as long as the folder."""
    agent = Agent.objects.filter(email=pages.ADDRESS).first()
    agent = agent or Agent.objects.create_user(pages.ADDRESS, None, name="Bench Mark")
    return operations.make_token(agent, name="Benchmark", scopes=["admin"], actor=None)[1]


def measure(port: int, clients: int, cpu_seconds: Callable[[], float]) -> list[Row]:
    """All of it with so many programs at once, which have one token; started with a high `SHOPBELL_API_PER_MINUTE`."""
    plain = token()
    programs: list[browser.Browser] = [Program(port, plain) for _ in range(clients)]
    return [
        browser.measure(what, programs, step, cpu_seconds, count=COUNT[clients], warm_up=WARM_UP)
        for what, step in steps().items()
    ]


def steps() -> dict[str, Step]:
    """What is asked for, each of it in turn."""
    words = [" ".join(one.common) for one in writing.LANGUAGES.values()]
    long_ones = pages.long_ones()
    return {
        "list of 50, open": _reading(["/conversations?limit=50"]),
        "list of 50, resolved": _reading(["/conversations?folder=resolved&limit=50"]),
        "list of 50, deep": _reading([_deep()]),
        "one conversation with its messages": _reading(
            [f"/conversations/{number}" for number in long_ones],
            [f"/conversations/{number}/messages?limit=50" for number in long_ones],
        ),
        "search, common pair": _reading(["/search?" + browser.urlencode({"q": text}) for text in words]),
        "customers, 50": _reading(["/customers?limit=50"]),
        "one customer": _reading([f"/customers/{number}" for number in _customers()]),
    }


def _reading(*each: list[str]) -> Step:
    """One path of every list, one after the other: together they are one step."""

    def step(one: browser.Browser, number: int) -> None:
        assert isinstance(one, Program)
        for paths in each:
            one.read(paths[number % len(paths)])

    return step


def _deep() -> str:
    """A page in the middle of the resolved ones."""
    rows = Conversation.objects.filter(folder="resolved").order_by("-last_message_at", "-id")
    row = rows[rows.count() // 2]
    place = f"{int(row.last_message_at.timestamp() * 1_000_000)}-{row.pk}"
    return f"/conversations?folder=resolved&limit=50&after={place}"


def _customers() -> list[int]:
    return list(Customer.objects.order_by("-id").values_list("id", flat=True)[:200])
