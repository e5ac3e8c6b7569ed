"""How long an agent waits for a page: list, conversation of ten, search, reply."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from random import Random

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Count

from benchmarks import browser
from benchmarks.figures import Row
from shopbell.agents.models import Agent
from shopbell.conversations.models import Conversation, Message
from shopbell.lists.models import View
from shopbell.seeding import writing

ADDRESS = "bench@load-test.example"
TEN = 10  # messages of the conversations that are opened
WARM_UP = 8
COUNT = {1: 200, 8: 400}
Step = Callable[[browser.Browser, int], None]


def cookies(address: str = ADDRESS) -> dict[str, str]:
    """Of an agent who is signed in."""
    agent = Agent.objects.filter(email=address).first() or Agent.objects.create_user(address, None, name="Bench Mark")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key)}


def measure(port: int, clients: int, cpu_seconds: Callable[[], float]) -> list[Row]:
    """All pages with so many agents at once, without the views that `views.py` makes."""
    View.objects.all().delete()
    browsers = [browser.Browser(port, cookies()) for _ in range(clients)]
    count, numbers = COUNT[clients], long_ones()
    steps: dict[str, Step] = {
        "list, all open": lambda one, number: _get(one, "/desk/?view=open"),
        "list, resolved": lambda one, number: _get(one, "/desk/?view=resolved"),
        f"conversation of {TEN}, with the list": lambda one, number: _get(one, _address(numbers, number)),
        f"conversation of {TEN}, from the list": lambda one, number: _get_part(one, _address(numbers, number)),
        **searches(),
    }
    steps["reply"] = _reply(browsers[0], count + WARM_UP)
    return [
        browser.measure(what, browsers, step, cpu_seconds, count=count, warm_up=WARM_UP) for what, step in steps.items()
    ]


def _get(one: browser.Browser, path: str) -> None:
    one.get(path)


def long_ones() -> list[int]:
    """The newest conversations of ten messages: the load command made a thousand of them."""
    sizes = Message.objects.values("conversation_id").annotate(size=Count("id")).filter(size__gte=TEN)
    return list(sizes.order_by("-conversation_id").values_list("conversation_id", flat=True)[:500])


def _get_part(one: browser.Browser, path: str) -> None:
    one.get_part(path)


def _address(numbers: list[int], number: int) -> str:
    return f"/desk/c/{numbers[number % len(numbers)]}/"


def searches() -> dict[str, Step]:
    """Two words: rare together, common together, and each common but never together; each language in turn."""
    words = list(writing.LANGUAGES.values())
    kinds = ("rare", "common", "apart")
    return {f"search, {kind} pair": _search([" ".join(getattr(one, kind)) for one in words]) for kind in kinds}


def _search(texts: list[str]) -> Step:
    paths = ["/desk/search/?" + browser.urlencode({"q": text}) for text in texts]
    return lambda one, number: _get(one, paths[number % len(paths)])


def _reply(one: browser.Browser, count: int) -> Step:
    """Send an answer in conversations that wait. The forms are read beforehand: only the sending is measured."""
    rows = Conversation.objects.filter(folder="open").order_by("-last_message_at").values_list("id", flat=True)
    forms = {number: _form(one, number) for number in Random(1).sample(list(rows[:4_000]), count)}
    pending = list(forms.items())

    def step(one: browser.Browser, number: int) -> None:
        conversation, form = pending[number]
        form["csrfmiddlewaretoken"] = one.cookies.setdefault(
            "csrftoken", re.sub(r"\W", "", form["csrfmiddlewaretoken"])
        )
        one.post(f"/desk/c/{conversation}/reply/", form)

    return step


def _form(one: browser.Browser, number: int) -> dict[str, str]:
    action = f"/desk/c/{number}/reply/"
    form = browser.fields(one.get(f"/desk/c/{number}/"), action)
    return {**form, "text": f"Thank you for waiting. Number {number} is on its way and should reach you tomorrow."}
