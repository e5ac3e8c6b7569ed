"""The server of a chat is killed without warning amid visitors who write and answers: nothing is lost or doubled."""

from __future__ import annotations

import random
import threading
import time
import uuid
from typing import Any

import pytest
import requests
from django.db import connection

from shopbell.channels.models import Inbound
from shopbell.chats import operations as chats
from shopbell.chats import tokens
from shopbell.chats.models import Line, Visit
from shopbell.conversations import operations
from shopbell.conversations.models import Conversation, Message
from tests import factories, mailservers, processes
from tests.web.chat.calling import chat
from tests.web.serving import wait_until_up

KILLS, VISITORS = 4, 3
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


class Page:
    """A widget that says everything again, under the same id, until it is answered."""

    def __init__(self, base: str, key: str) -> None:
        self.base, self.client_id = f"{base}/chat/{key}/", str(uuid.uuid4())
        self.said: dict[str, int] = {}
        self.repeats = 0
        self.token = ""

    def begin(self) -> None:
        self.token = self._ask("visits", {"client_id": self.client_id, "language": "en"})["token"]

    def write(self, until: threading.Event) -> None:
        while not until.is_set():
            client_id = str(uuid.uuid4())
            answer = self._ask("messages", {"client_id": client_id, "text": f"Line {len(self.said)}"})
            self.said[client_id] = answer["seq"]
            time.sleep(0.03)

    def _ask(self, path: str, said: dict[str, Any]) -> dict[str, Any]:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
                answer = requests.post(self.base + path, json=said, headers=headers, timeout=10)
                assert answer.status_code in (200, 201), answer.text
                found: dict[str, Any] = answer.json()
                return found
            except requests.RequestException:
                self.repeats += 1
                time.sleep(0.1)
        raise TimeoutError(path)


def test_a_server_killed_again_and_again_loses_and_doubles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPBELL_CHAT_RATE", "1000")
    channel, agent, port = chat(), factories.agent(), mailservers.free_port()
    server, worker = processes.Killable("web", "--port", str(port)), processes.Killable("worker")
    pages = [Page(f"http://127.0.0.1:{port}", channel.address) for _ in range(VISITORS)]
    server.start()
    worker.start()
    done, answered = threading.Event(), 0
    try:
        for page in pages:
            page.begin()
        threads = [threading.Thread(target=page.write, args=(done,)) for page in pages]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            wait_until_up(port)
            time.sleep(random.uniform(0.5, 1.5))
            for row in Conversation.objects.all():
                operations.reply(row.id, agent, factories.answer(f"Answer {answered}", key=f"k{answered}"))
                answered += 1
            server.kill()
            server.start()
        wait_until_up(port)
        time.sleep(1)
        done.set()
        for thread in threads:
            thread.join(120)
    finally:
        server.stop()
        worker.stop()
    assert sum(page.repeats for page in pages) > 0
    assert Conversation.objects.count() == Visit.objects.count() == VISITORS
    _check(pages, answered)
    connection.close()


def _check(pages: list[Page], answered: int) -> None:
    chats.number(Visit.objects.values_list("id", flat=True))
    said = sum(len(page.said) for page in pages)
    assert said > 3 * KILLS
    assert Message.objects.filter(kind="customer").count() == Inbound.objects.filter(state="filed").count() == said
    assert Message.objects.filter(kind="agent", state="sent").count() == answered
    for page in pages:
        visit = Visit.objects.get(key=tokens.read(page.token))
        lines = list(Line.objects.filter(visit=visit).order_by("seq").values_list("seq", "client_id"))
        assert [seq for seq, _client in lines] == list(range(1, len(lines) + 1))
        assert {str(client): seq for seq, client in lines if client} == page.said
