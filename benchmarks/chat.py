"""A thousand widgets connected to one node, and a hundred messages a second: how long until each is on the screen.

Half of the messages are visitors' (over HTTP, seen again in the stream of their own page), half are answers of agents
(written by this process, as a page or the API would). Each carries the instant at which writing it began, so a figure
is from there to the arrival in the widget's stream: storing, filing and numbering included.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random

from django.db import connection

from benchmarks.figures import Row
from shopbell.agents.models import Agent
from shopbell.channels import contract
from shopbell.channels import operations as channels
from shopbell.channels.models import Channel
from shopbell.chats import operations as chats
from shopbell.chats import tokens
from shopbell.chats.models import Visit
from shopbell.conversations import operations as conversations
from shopbell.shops.models import Shop

KEY, ADDRESS = "bench", "bench@load-test.example"
WIDGETS = 1_000
SECONDS = 20
WRITERS = 4
WARM_SECONDS = 10  # at the same rate, before the clock starts: every connection has prepared its statements then
CONNECTING_AT_ONCE = 50
LAST_SECONDS = 10
_SENT = re.compile(rb'"text": "sent ([a-j]+) (you|agent)"')
_LETTERS = str.maketrans(
    "0123456789", "abcdefghij"
)  # words, as in a chat: a figure would be looked for among the orders
_DIGITS = bytes.maketrans(b"abcdefghij", b"0123456789")


@dataclass
class Arrivals:
    """Milliseconds by who wrote."""

    you: list[float] = field(default_factory=list)
    agent: list[float] = field(default_factory=list)
    connected: int = 0
    lost: int = 0


def measure(port: int, rate: int, cpu_seconds: Callable[[], float], widgets: int = WIDGETS) -> list[Row]:
    """One row for the visitors' messages and one for the answers."""
    visits, agent = _visits(widgets), _agent()
    connection.close()
    arrivals = Arrivals()
    used = asyncio.run(_run(port, rate, visits, agent, arrivals, cpu_seconds))
    print(f"{arrivals.connected} widgets connected, {arrivals.lost} lost")
    print(f"{used:.0f} s of processor time in {SECONDS + LAST_SECONDS} s")
    print(f"load average {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    every = len(arrivals.you) + len(arrivals.agent)
    sent = {"visitors' messages": arrivals.you, "agents' answers": arrivals.agent}
    return [
        Row(f"{what}, to the widget", widgets, found, SECONDS, used * len(found) / max(every, 1))
        for what, found in sent.items()
        if found
    ]


def _agent() -> Agent:
    return Agent.objects.filter(email=ADDRESS).first() or Agent.objects.create_user(ADDRESS, None, name="Bench Mark")


def _visits(count: int) -> list[Visit]:
    """Visitors who have written once, new ones each time; they stay in the folder."""
    channel = Channel.objects.filter(type="chat", address=KEY).select_related("shop").first()
    if channel is None:
        shop = Shop.objects.order_by("id").first() or Shop.objects.create(name="Bench", slug="bench")
        channel = channels.create_channel(shop, type="chat", name="Chat", address=KEY, settings={"capacity": 3})
    made = []
    for _ in range(count):
        visit = chats.begin(channel, uuid.uuid4(), language="en")
        chats.post(visit, uuid.uuid4(), "Hello")
        made.append(visit)
    return made


async def _run(
    port: int,
    rate: int,
    visits: list[Visit],
    agent: Agent,
    arrivals: Arrivals,
    cpu_seconds: Callable[[], float],
) -> float:
    """Processor seconds of the messages that were measured, with what the worker does after them."""
    room = asyncio.Semaphore(CONNECTING_AT_ONCE)
    readers = [asyncio.create_task(_widget(port, visit, room, arrivals)) for visit in visits]
    while arrivals.connected + arrivals.lost < len(visits):
        await asyncio.sleep(0.1)
    await asyncio.sleep(3)  # what they missed has come
    await _write(port, rate * WARM_SECONDS, rate, visits, agent)
    await asyncio.sleep(LAST_SECONDS)
    arrivals.you.clear()
    arrivals.agent.clear()
    before = cpu_seconds()
    await _write(port, rate * SECONDS, rate, visits, agent)
    await asyncio.sleep(LAST_SECONDS)
    used = cpu_seconds() - before
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    return used


async def _widget(port: int, visit: Visit, room: asyncio.Semaphore, arrivals: Arrivals) -> None:
    """One stream, read to its end."""
    async with room:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        path = f"/chat/{KEY}/stream?after={visit.top}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n{_authorization(visit)}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        arrivals.lost += 1
        return
    arrivals.connected += 1
    try:
        while chunk := await reader.readline():
            if found := _SENT.search(chunk):
                milliseconds = (time.monotonic_ns() - int(found[1].translate(_DIGITS))) / 1e6
                (arrivals.you if found[2] == b"you" else arrivals.agent).append(milliseconds)
        arrivals.lost += 1
    finally:
        writer.close()


def _authorization(visit: Visit) -> str:
    return f"Authorization: Bearer {tokens.make(visit)}"


async def _write(port: int, count: int, rate: int, visits: list[Visit], agent: Agent) -> None:
    """Messages at a steady rate, each at its instant whether the one before has come through or not."""
    random, loop = Random(1), asyncio.get_running_loop()
    began = loop.time()
    tasks: list[asyncio.Future[None]] = []
    with ThreadPoolExecutor(WRITERS) as pool:
        for number in range(count):
            await asyncio.sleep(max(0, began + number / rate - loop.time()))
            visit = random.choice(visits)
            if number % 2:
                tasks.append(loop.run_in_executor(pool, _answer, visit, agent))
            else:
                tasks.append(asyncio.ensure_future(_say(port, visit)))
        print(f"written {count / (loop.time() - began):.0f}/s")
        await asyncio.gather(*tasks)


def _text(who: str) -> str:
    return f"sent {str(time.monotonic_ns()).translate(_LETTERS)} {who}"


def _answer(visit: Visit, agent: Agent) -> None:
    text = _text("agent")
    to = (contract.Sender(address=visit.address),)
    answer = conversations.Reply(text=text, key=uuid.uuid4().hex, to=to)
    assert visit.conversation_id is not None
    conversations.reply(visit.conversation_id, agent, answer)


async def _say(port: int, visit: Visit) -> None:
    text = _text("you")
    body = json.dumps({"client_id": str(uuid.uuid4()), "text": text}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /chat/{KEY}/messages HTTP/1.1\r\nHost: x\r\n{_authorization(visit)}\r\nConnection: close\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    assert b" 201 " in answer.split(b"\r\n")[0], answer[:300]
