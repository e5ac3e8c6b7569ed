"""Clients that ask and never read: others do not wait for them."""

from __future__ import annotations

import asyncio
import io
import json
import os
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection
from typing import TypeVar
from urllib.parse import urlsplit

import pytest

from shopbell.asgi import THREADS
from shopbell.integrations import operations
from shopbell.web import slow_readers
from shopbell.web.live.stream import Message
from shopbell.web.slow_readers import Outgoing, Stalled
from tests import factories

Result = TypeVar("Result")
SIZE = 2_000_000  # more than the queues on the way hold


@pytest.fixture
def token() -> str:
    return operations.make_token(factories.agent(), name="Test", scopes=["admin"], actor=None)[1]


def ask(base: str, token: str, path: str) -> socket.socket:
    """A request whose answer is not read."""
    at = urlsplit(base)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.connect((at.hostname, at.port))
    client.sendall(f"GET /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    return client


def get(base: str, token: str, path: str) -> tuple[int, bytes]:
    at = urlsplit(base)
    connection = HTTPConnection(str(at.hostname), at.port, timeout=120)
    connection.request("GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.mark.django_db(transaction=True)
def test_those_who_read_do_not_wait_for_those_who_do_not(server: str, token: str) -> None:
    content = os.urandom(SIZE)
    message = factories.receive(attachments=(factories.attachment("large.bin", content),))
    path = f"/files/{message.attachments.get().id}"
    with ExitStack() as stack:
        for _one in range(2 * THREADS):
            stack.enter_context(ask(server, token, path))
        time.sleep(1)  # their answers are made, as far as they will be
        status, body = get(server, token, "/me")
        assert (status, json.loads(body)["name"]) == (200, "Mari Maasikas")
        assert get(server, token, path) == (200, content), "whoever reads gets all of it"


def finish(run: Callable[[], Coroutine[None, None, Result]]) -> Result:
    """In a thread of its own: this one may have a browser's event loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(run())).result()


class Reader:
    """Takes what it is given while it is `open`."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.open = asyncio.Event()

    async def __call__(self, message: Message) -> None:
        await self.open.wait()
        self.got.append(message)

    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.got)


def said(*parts: bytes) -> Iterator[Message]:
    yield {"type": "http.response.start", "status": 200, "headers": []}
    for part in parts:
        yield {"type": "http.response.body", "body": part, "more_body": True}
    yield {"type": "http.response.body", "body": b""}


@pytest.mark.parametrize("sizes", [(), (10,), (400_000, 200_000, 5), (700_000,), (1,) * 50, (600_000, 600_000)])
def test_a_page_is_handed_over_without_waiting_and_arrives_whole(sizes: tuple[int, ...]) -> None:
    parts = [os.urandom(size) for size in sizes]

    async def run() -> Reader:
        reader = Reader()
        outgoing = Outgoing(reader, io.BytesIO())
        for message in said(*parts):
            await asyncio.wait_for(outgoing.send(message), 30)
        assert reader.got == []
        reader.open.set()
        await outgoing.end()
        await outgoing.close()
        return reader

    reader = finish(run)
    assert reader.body() == b"".join(parts)
    assert [message["type"] for message in reader.got].count("http.response.start") == 1
    assert [bool(message.get("more_body")) for message in reader.got[1:]].count(False) == 1
    assert not reader.got[-1].get("more_body")


def test_who_takes_nothing_is_let_go_and_the_page_goes_on_undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_readers, "STALLED_SECONDS", 0.01)

    async def run() -> None:
        outgoing = Outgoing(Reader(), io.BytesIO())
        parts = said(b"x" * 10)
        await outgoing.send(next(parts))
        await asyncio.sleep(0.2)
        for message in [*parts, *said(*[b"y" * 300_000] * 10)]:
            await asyncio.wait_for(outgoing.send(message), 30)
        with pytest.raises(Stalled):
            await outgoing.end()
        await outgoing.close()

    finish(run)


def test_a_page_that_broke_leaves_nothing_behind() -> None:
    async def run() -> int:
        outgoing = Outgoing(Reader(), io.BytesIO())
        await outgoing.send(next(said()))
        await outgoing.close()
        return len(asyncio.all_tasks())

    assert finish(run) == 1
