"""`GET /chat/<key>/stream`, as a plain ASGI application: see docs/chat.md."""

from __future__ import annotations

import asyncio
import random
import re
from contextlib import suppress
from urllib.parse import parse_qs

from shopbell.web.chat import door
from shopbell.web.live import visitor_access as access
from shopbell.web.live.stream import HEADERS, Message, Receive, Scope, Send
from shopbell.web.live.visitors import LOST, Visitors, VisitStream
from shopbell.web.visitors import network_of

PATH = re.compile(r"/chat/([^/]{1,100})/stream")
CORS = [(name.lower().encode(), value.encode()) for name, value in door.ALLOWED.items()]
PREFLIGHT = [(name.lower().encode(), value.encode()) for name, value in door.PREFLIGHT.items()]
LAST_WRITE_SECONDS = 5


async def serve(visitors: Visitors, key: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Stream to one tab until it leaves, its visit ends, or it reads too slowly."""
    if scope["method"] == "OPTIONS":
        await _answer(send, 204, PREFLIGHT, b"")
        return
    if scope["method"] != "GET":
        await _refuse(send, door.Refusal(405, "method", ""))
        return
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    network = network_of((scope.get("client") or ("",))[0])
    if not visitors.may_open(network):
        await _refuse(send, door.Refusal(429, "too_often", "", retry_after=random.randint(20, 60)))
        return
    try:
        found = await visitors.ask(
            access.visitor, key, headers.get(b"authorization", ""), headers.get(b"accept-language", "")
        )
    except LOST:
        await _refuse(send, door.Refusal(503, "away", "", retry_after=random.randint(2, 10)))
        return
    if isinstance(found, door.Refusal):
        await _refuse(send, found)
    elif not visitors.may_add(found):
        await _refuse(send, door.Refusal(429, "too_often", "", retry_after=random.randint(20, 60)))
    else:
        await _stream(visitors, VisitStream(found, _after(scope, headers), network), receive, send)


def _after(scope: Scope, headers: dict[bytes, str]) -> int:
    """From the header, or from `?after=`; 0 is the beginning."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    given = headers.get(b"last-event-id") or query.get("after", ["0"])[0]
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


async def _stream(visitors: Visitors, stream: VisitStream, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *CORS]})
    stream.put(f"retry: {random.randint(1_000, 5_000)}\n\n".encode())
    visitors.add(stream)
    tasks = [
        asyncio.ensure_future(task)
        for task in (_pump(visitors, stream, send), _until_gone(receive), stream.over.wait())
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        visitors.discard(stream)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if not stream.is_stuck:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(_write(send, b"", more=False), LAST_WRITE_SECONDS)


async def _pump(visitors: Visitors, stream: VisitStream, send: Send) -> None:
    while True:
        await _write(send, await stream.take(), more=True)
        visitors.note_written(stream)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, body: bytes, *, more: bool) -> None:
    message: Message = {"type": "http.response.body", "body": body, "more_body": more}
    await send(message)


async def _refuse(send: Send, refusal: door.Refusal) -> None:
    said = door.refuse(refusal)
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in said.items()]
    await _answer(send, said.status_code, [*headers, (b"cache-control", b"no-store"), *CORS], said.content)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await _write(send, body, more=False)
