"""`GET /live`, as a plain ASGI application."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from shopbell.web.live import access
from shopbell.web.live.frames import frame
from shopbell.web.live.hub import Hub, Stream
from shopbell.web.live.listening import LOST

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
RETRY_MILLISECONDS = (2_000, 5_000)  # spread, so that a restarted server is not stormed


async def serve(hub: Hub, scope: Scope, receive: Receive, send: Send) -> None:
    """Stream to one browser until it leaves, signs out, or reads too slowly."""
    if scope["method"] != "GET":
        await _refuse(send, 405)
        return
    headers = dict(scope["headers"])
    try:
        viewer = await hub.ask(access.viewer, headers.get(b"cookie", b"").decode("latin-1"))
    except LOST:
        await _begin(send)
        await _write(send, _retry() + frame("down"), more=False)  # a status other than 200 would end all retrying
        return
    if viewer is None:
        await _refuse(send, 401)
        return
    await _stream(hub, Stream(viewer), _last_event_id(scope, headers), receive, send)


def _last_event_id(scope: Scope, headers: dict[bytes, bytes]) -> int | None:
    """From the header, or from `?after=` by which a page says what it was rendered with."""
    query = dict(part.partition(b"=")[::2] for part in scope["query_string"].split(b"&"))
    given = headers.get(b"last-event-id") or query.get(b"after", b"")
    return int(given) if given.isdigit() and len(given) < 19 else None


async def _stream(hub: Hub, stream: Stream, last: int | None, receive: Receive, send: Send) -> None:
    await _begin(send)
    stream.put(_retry())
    hub.streams.add(stream)
    tasks = [
        asyncio.ensure_future(task)
        for task in (_pump(hub, stream, last, send), _until_gone(receive), stream.over.wait())
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.streams.discard(stream)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if not stream.is_stuck:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(_write(send, b"", more=False), timeout=5)


async def _pump(hub: Hub, stream: Stream, last: int | None, send: Send) -> None:
    try:
        if last is not None:
            await hub.resume(stream, last)
        await hub.tell_presence(hub.presence.conversations(), [stream])
        await hub.tell_guests(hub.guests.conversations(), [stream])
    except LOST:
        stream.put(frame("reset"))
    if hub.is_down:
        stream.put(frame("down"))
    while True:
        await _write(send, await stream.take(), more=True)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _retry() -> bytes:
    return f"retry: {random.randint(*RETRY_MILLISECONDS)}\n\n".encode()


async def _begin(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})


async def _write(send: Send, body: bytes, *, more: bool) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"cache-control", b"no-store")]})
    await _write(send, b"", more=False)
