"""The hub, by a real server and real sockets."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection, transaction

from shopbell.agents import operations as agents
from shopbell.agents.models import Agent
from shopbell.conversations import events, operations
from shopbell.events import bus
from shopbell.events import delivery as outbox
from shopbell.events.models import Event
from tests import factories, mailservers
from tests.web.serving import database_url, session_cookie

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Listener:
    """An EventSource: (event, data, id) in the order they came."""

    status: int
    got: list[tuple[str, Any, str]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    retry: int = 0

    def named(self, name: str) -> list[Any]:
        return [data for event, data, _ in self.got if event == name]

    def wait_for(self, name: str, count: int = 1, seconds: float = 20) -> list[Any]:
        deadline = time.monotonic() + seconds
        while len(self.named(name)) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.named(name)

    def has_heard(self, number: int, seconds: float = 20) -> bool:
        """Of this event, whatever else is told before."""
        deadline = time.monotonic() + seconds
        while number not in (heard := [data["id"] for data in self.named("change")]) and time.monotonic() < deadline:
            time.sleep(0.01)
        return number in heard

    def read(self, sock: socket.socket, text: str) -> None:
        text = self._parse(text)  # what came together with the head
        try:
            while chunk := sock.recv(65536):
                text = self._parse(text + chunk.decode())
        except OSError:
            pass
        self.ended.set()

    def _parse(self, text: str) -> str:
        *blocks, rest = text.split("\n\n")
        for block in blocks:
            lines = [line for line in block.split("\n") if ": " in line]
            fields = dict(line.strip().split(": ", 1) for line in lines)
            self.retry = int(fields.get("retry", self.retry))
            if "event" in fields:
                self.got.append((fields["event"], json.loads(fields["data"]), fields.get("id", "")))
        return rest


@contextmanager
def listening(base: str, who: Agent | str | None, *headers: str, path: str = "/live") -> Iterator[Listener]:
    """A stream over a bare socket, begun when all that happened before has been told."""
    time.sleep(0.3)
    cookie = [f"Cookie: {session_cookie(who) if isinstance(who, Agent) else who}"] if who else []
    with connect(base, "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *cookie, *headers])) as sock:
        head, _, rest = _head(sock).partition("\r\n\r\n")
        listener = Listener(int(head.split()[1]))
        thread = threading.Thread(target=listener.read, args=(sock, rest), daemon=True)
        thread.start()
        yield listener
        sock.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def connect(base: str, request: str, receive_buffer: int = 0) -> socket.socket:
    sock = socket.socket()
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.settimeout(30)
    sock.connect(("127.0.0.1", urlsplit(base).port))
    sock.sendall(f"{request}\r\n\r\n".encode())
    return sock


def _head(sock: socket.socket) -> str:
    text = ""
    while "\r\n\r\n" not in text:
        chunk = sock.recv(4096).decode()
        if not chunk:
            break
        text += chunk
    return text


def happen(conversation: int, actor: int | None = None) -> int:
    """Something in a conversation; returns the event's number."""
    bus.publish(events.ConversationChanged(conversation_id=conversation), actor=actor)
    return Event.objects.order_by("-id").values_list("id", flat=True)[0]


def test_strangers_and_those_who_may_not_read_get_no_stream(server: str) -> None:
    gone = factories.agent(is_active=False)
    with listening(server, None) as stranger, listening(server, gone) as inactive:
        assert stranger.status == 401
        assert inactive.status == 401
        assert stranger.ended.wait(5)


def test_a_change_arrives_with_its_event_number(server: str) -> None:
    agent, conversation = factories.agent(), factories.conversation()
    with listening(server, agent) as stream:
        assert stream.status == 200
        time.sleep(0.3)
        number = happen(conversation.id, actor=agent.pk)
        assert stream.has_heard(number)
        changes = [data for data in stream.named("change") if data["id"] == number]
        assert changes == [
            {"id": number, "name": "conversations.changed", "conversation": conversation.id, "actor": agent.pk}
        ]
        resume = [int(one[2]) for one in stream.got if one[0] == "change"]
        assert resume  # never behind a number that may still be committed, so it may stay below the event's own
        assert max(resume) <= number
        assert 2000 <= stream.retry <= 5000


def test_nothing_is_told_of_what_was_rolled_back(server: str) -> None:
    agent, conversation = factories.agent(), factories.conversation()
    with listening(server, agent) as stream:
        time.sleep(0.2)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            happen(conversation.id)
            1 / 0  # noqa: B018
        number = happen(conversation.id)
        stream.wait_for("change")
        time.sleep(0.2)
        assert [data["id"] for data in stream.named("change")] == [number]


def test_missed_changes_are_replayed_and_nothing_else(server: str) -> None:
    agent, conversation = factories.agent(), factories.conversation()
    first = happen(conversation.id)
    missed = [happen(conversation.id), happen(conversation.id)]
    with listening(server, agent, f"Last-Event-ID: {first}") as stream:
        assert [data["id"] for data in stream.wait_for("change", 2)] == missed
        assert stream.named("reset") == []
    with listening(server, agent, path=f"/live?after={missed[0]}") as stream:
        assert [data["id"] for data in stream.wait_for("change")] == missed[1:]


def test_a_page_newer_than_the_hub_is_no_reset(server: str) -> None:
    """It was made between an event and the hub's reading of it."""
    agent = factories.agent()
    unheard = Event.objects.create(name="x", data={}, conversation_id=1)
    with listening(server, agent, path=f"/live?after={unheard.id}") as stream:
        number = happen(factories.conversation().id)
        assert stream.has_heard(number)
        assert stream.named("reset") == []


def test_too_much_missed_is_a_reset(server: str) -> None:
    agent, conversation = factories.agent(), factories.conversation()
    first = happen(conversation.id)
    with transaction.atomic():
        for _ in range(501):
            last = happen(conversation.id)
    time.sleep(0.5)
    with listening(server, agent, f"Last-Event-ID: {first}") as stream:
        assert stream.wait_for("reset") == [{}]
        assert stream.named("change") == []
        assert stream.got[0][2] == str(last)
    with listening(server, agent, f"Last-Event-ID: {last + 10**6}") as stream:
        assert stream.wait_for("reset") == [{}], "an id from before a restore"


def test_a_transaction_that_ends_late_is_not_lost(server: str) -> None:
    """Its number is lower than one already told; live streams get it, and so does one that resumes."""
    agent, conversation = factories.agent(), factories.conversation()
    with listening(server, agent) as stream:
        time.sleep(0.2)
        with psycopg.connect(database_url()) as slow:
            row = slow.execute(
                "INSERT INTO events_event (name, data, conversation_id) VALUES ('late', '{}', %s) RETURNING id",
                [conversation.id],
            ).fetchone()
            assert row is not None
            quick = happen(conversation.id)
            assert quick > row[0]
            assert [data["id"] for data in stream.wait_for("change")] == [quick]
            resume_at = stream.got[-1][2]
            assert int(resume_at) < row[0]
            slow.execute(f"SELECT pg_notify('{bus.LIVE_CHANNEL}', '')")
        assert [data["id"] for data in stream.wait_for("change", 2)] == [quick, row[0]]
    with listening(server, agent, f"Last-Event-ID: {resume_at}") as stream:
        stream.wait_for("change", 2)
        assert {quick, row[0]} <= {data["id"] for data in stream.named("change")}


def test_a_partner_hears_of_their_teams_only(server: str) -> None:
    ours, theirs = factories.team(is_partner=True), factories.team(is_partner=True)
    partner, agent = factories.agent(role="partner", teams=(ours,)), factories.agent()
    mine, others = factories.conversation(), factories.conversation(address="b@customer.example")
    operations.assign(mine.id, agent=None, team=ours, actor=agent.pk)
    operations.assign(others.id, agent=None, team=theirs, actor=agent.pk)
    newest = happen(mine.id)
    with listening(server, partner) as limited, listening(server, agent) as all_seeing:
        time.sleep(0.3)
        hidden, shown = happen(others.id), happen(mine.id)
        agents.record_sign_in(agent)
        say(agent, others.id, "viewing")
        say(agent, mine.id, "viewing")
        limited.wait_for("change")
        limited.wait_for("presence")
        all_seeing.wait_for("change", 3)
        all_seeing.wait_for("presence", 2)
        assert [data["id"] for data in limited.named("change")] == [shown]
        assert [data["conversation"] for data in limited.named("presence")] == [mine.id]
        assert [data["id"] for data in all_seeing.named("change")][:2] == [hidden, shown]
        assert len(all_seeing.named("change")) == 3
        say(agent, others.id, "gone")
        say(agent, mine.id, "gone")
    with listening(server, partner, f"Last-Event-ID: {newest}") as resumed:
        resumed.wait_for("change")
        assert [data["id"] for data in resumed.named("change")] == [shown]


def say(agent: Agent, conversation: int, state: str) -> None:
    said = {"conversation": conversation, "agent": agent.pk, "name": agent.name, "state": state}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('shopbell_presence', %s)", [json.dumps(said)])


def heard(stream: Listener, conversation: int) -> list[Any]:
    """Who was said to be at a conversation, each time it was said."""
    return [data["people"] for data in stream.named("presence") if data["conversation"] == conversation]


def test_presence_is_told_and_told_to_newcomers(server: str) -> None:
    conversation = factories.conversation()
    mari, jens = factories.agent("Mari Maasikas"), factories.agent("Jens Møller")
    person = {"id": jens.pk, "name": "Jens Møller"}
    with listening(server, mari) as stream:
        time.sleep(0.3)
        for state in ("viewing", "viewing", "typing"):
            say(jens, conversation.id, state)
        states = [[{**person, "state": "viewing"}], [{**person, "state": "typing"}]]
        mailservers.until(lambda: heard(stream, conversation.id)[-1:] == states[-1:], what="typing")
        assert heard(stream, conversation.id) == states, "the same state twice is no news"
        with listening(server, mari) as newcomer:
            expected = {"conversation": conversation.id, "people": [{**person, "state": "typing"}]}
            mailservers.until(lambda: expected in newcomer.named("presence"), what="who is there")
        say(jens, conversation.id, "gone")
        assert stream.wait_for("presence", 3)[2] == {"conversation": conversation.id, "people": []}


def test_the_stream_ends_when_the_session_does(server: str) -> None:
    leaving, locked_out, staying = factories.agent(), factories.agent(), factories.agent()
    admin = factories.agent(role="admin")
    with (
        listening(server, leaving) as left,
        listening(server, locked_out) as locked,
        listening(server, staying) as stayed,
    ):
        time.sleep(0.3)
        agents.set_password(leaving, "another password", actor=leaving.pk)
        agents.deactivate_agent(locked_out, actor=admin.pk)
        assert left.ended.wait(15)
        assert locked.ended.wait(15)
        assert not stayed.ended.is_set()
        number = happen(factories.conversation().id)
        assert number in [data["id"] for data in stayed.wait_for("change", 4)], "two audit lines, opened, changed"


def test_a_hundred_streams_hear_the_same(server: str) -> None:
    agent, conversation = factories.agent(), factories.conversation()
    cookie = session_cookie(agent)
    with ExitStack() as stack:
        opened = list(ThreadPoolExecutor(25).map(lambda _: stack.enter_context(listening(server, cookie)), range(100)))
        time.sleep(0.5)
        numbers = [happen(conversation.id) for _ in range(20)]
        began = time.monotonic()
        got = [[data["id"] for data in listener.wait_for("change", 20)] for listener in opened]
        assert time.monotonic() - began < 5
    assert got == [numbers] * 100


def test_the_lost_ear_grows_again(server: str) -> None:
    agent, conversation = factories.agent(), factories.conversation()
    with listening(server, agent) as stream:
        time.sleep(0.2)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE application_name = 'shopbell live' AND datname = current_database()"
            )
            assert cursor.fetchone() == (1,)
        number = happen(conversation.id)
        assert [data["id"] for data in stream.wait_for("change")] == [number], "missed while deaf, read from the log"
        assert not stream.ended.is_set()


def test_one_that_does_not_read_is_dropped(server: str) -> None:
    """It neither holds up the others nor is anything kept for it without bound."""
    agent, conversation = factories.agent(), factories.conversation()
    request = f"GET /live HTTP/1.1\r\nHost: localhost\r\nCookie: {session_cookie(agent)}"
    with connect(server, request, receive_buffer=2048) as stuck, listening(server, agent) as stream:
        time.sleep(0.3)
        total = 0
        for _ in range(20):
            with transaction.atomic():
                for _ in range(2_000):
                    bus.publish(events.ConversationChanged(conversation_id=conversation.id))
            total += 2_000
            assert len(stream.wait_for("change", total, seconds=20)) == total
        stuck.settimeout(20)
        received = 0
        while chunk := stuck.recv(65536):
            received += len(chunk)
        assert received < 40_000 * 100, "the connection was closed before everything was sent"


def test_other_methods_are_refused(server: str) -> None:
    agent = factories.agent()
    cookie = session_cookie(agent)
    with connect(server, f"POST /live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nCookie: {cookie}") as sock:
        assert _head(sock).startswith("HTTP/1.1 405")


def test_who_is_told_something_hears_so_and_nobody_else(server):
    mari, jens = factories.agent(), factories.agent("Jens")
    row = factories.conversation()
    with listening(server, jens) as his, listening(server, mari) as hers:
        operations.assign(row.id, agent=jens, team=None, actor=mari.pk)
        while outbox.deliver("inside", 25):
            pass
        assert his.wait_for("notices") == [{}]
        assert hers.wait_for("change")
        assert hers.named("notices") == []
