"""One process: the live hub as a native ASGI application, and Django's pages under WSGI in a pool of threads.

A request's body is read completely, by the event loop, before a thread begins: slow senders hold no thread, and a
request cut off half-way is never run. Its answer is kept until the reader has taken it: slow readers hold none either.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from typing import IO, Any, cast
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopbell.settings")
wsgi = get_wsgi_application()

from django.conf import settings  # noqa: E402

from shopbell.web.live import visitor_stream  # noqa: E402
from shopbell.web.live.hub import Hub  # noqa: E402
from shopbell.web.live.listening import listen, tick  # noqa: E402
from shopbell.web.live.stream import Message, Receive, Scope, Send, serve  # noqa: E402
from shopbell.web.slow_readers import Outgoing, Stalled  # noqa: E402

THREADS = 8
IN_MEMORY_BYTES = 500_000
CHUNK_BYTES = 256_000
MAX_BODY_BYTES = settings.MAX_MAIL_BYTES + 1_000_000

hub = Hub()
pages: Any = WSGIMiddleware(cast(Any, wsgi), workers=THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """What uvicorn runs: `shopbell.asgi:application`."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
    elif scope["path"] == "/live":
        await serve(hub, scope, receive, send)
    elif chat := visitor_stream.PATH.fullmatch(scope["path"]):
        await visitor_stream.serve(hub.visitors, chat[1], scope, receive, send)
    else:
        await _page(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    """Run the hub from start-up to shutdown."""
    await receive()
    tasks = [asyncio.create_task(listen(hub)), asyncio.create_task(tick(hub))]
    tasks += [asyncio.create_task(task) for task in (hub.visitors.look_after(), hub.visitors.tick())]
    await send({"type": "lifespan.startup.complete"})
    await receive()
    hub.end_streams()
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    await send({"type": "lifespan.shutdown.complete"})


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    if _announced_bytes(scope["headers"]) > MAX_BODY_BYTES:
        await _too_large(scope, send)
        return
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as body:
        status = await _read(receive, body)
        if status == "complete":
            body.seek(0)
            await _answer(scope, _replay(body, receive), send)
        elif status == "too large":
            await _too_large(scope, send)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    """The page is made by a thread, and given to its reader as fast as that one takes it."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as rest:
        outgoing = Outgoing(send, rest)
        try:
            await pages(_plain(scope), receive, outgoing.send)
            await outgoing.end()
        except Stalled:
            return  # the server closes the connection
        finally:
            await outgoing.close()


def _announced_bytes(headers: Iterable[tuple[bytes, bytes]]) -> int:
    value = dict(headers).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0


async def _read(receive: Receive, body: IO[bytes]) -> str:
    """The whole body into `body`: "complete", "too large", or "gone" when the sender left half-way."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return "gone"
        size += body.write(message.get("body", b""))
        if size > MAX_BODY_BYTES:
            return "too large"
        if not message.get("more_body", False):
            return "complete"


def _replay(body: IO[bytes], receive: Receive) -> Receive:
    """A `receive` that gives the kept body, then what the server says."""
    is_read = False

    async def replay() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        chunk = body.read(CHUNK_BYTES)
        is_read = len(chunk) < CHUNK_BYTES
        return {"type": "http.request", "body": chunk, "more_body": not is_read}

    return replay


def _plain(scope: Scope) -> Scope:
    """The scope as CGI names can carry it: X_Real_Ip would pass for X-Real-Ip, and bytes in a query are escaped."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    query = quote(scope["query_string"], safe="%&=+;/?:@!$'()*,~[]|{}^`\"<>\\#").encode()
    return {**scope, "headers": headers, "query_string": query}


async def _too_large(scope: Scope, send: Send) -> None:
    """Said before Django is asked; to a program as any other error of the API."""
    headers, said = [(b"connection", b"close")], b"This is too large."
    if scope["path"].startswith("/api/"):
        headers.append((b"content-type", b"application/problem+json"))
        said = b'{"type":"about:blank","title":"Request Entity Too Large","status":413,"detail":"This is too large."}'
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": said})
