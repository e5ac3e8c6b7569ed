"""What a page says is kept until its reader has taken it, so that nobody's slow line holds a thread.

The thread that makes a page hands its parts over and is free for the next one. What the reader does not take at once
waits in memory, of a longer answer on disk. Who takes nothing for `STALLED_SECONDS` is let go.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import IO

from shopbell.web.live.stream import Message, Send

IN_MEMORY_BYTES = 500_000
PART_BYTES = 64_000
STALLED_SECONDS = 120.0


class Stalled(ConnectionError):
    """The reader takes nothing any more."""


class Outgoing:
    """The answer to one request on its way to its reader; `close` it in the end. `rest` keeps what is too much."""

    def __init__(self, send: Send, rest: IO[bytes]) -> None:
        self._send = send
        self._parts: deque[Message] = deque()
        self._bytes = 0  # of these parts
        self._rest = rest  # what comes after them
        self._written = self._read = 0  # of the rest
        self._is_whole = False
        self._news = asyncio.Event()
        self._giving = asyncio.create_task(self._give_all())

    async def send(self, message: Message) -> None:
        """Take a part of the answer, without waiting for the reader. When that one is gone the part is lost as well."""
        body = message.get("body", b"")
        if self._written == 0 and (not body or self._bytes + len(body) <= max(IN_MEMORY_BYTES, len(body))):
            self._parts.append(message)
            self._bytes += len(body)
        elif not self._giving.done():
            self._rest.seek(self._written)
            self._written += self._rest.write(body)
        self._is_whole = message["type"] == "http.response.body" and not message.get("more_body", False)
        self._news.set()

    async def end(self) -> None:
        """Wait until all of it was taken. Raises Stalled, and what the server says of the answer."""
        await self._giving

    async def close(self) -> None:
        """Let go of what is kept, also when the page broke half-way."""
        self._giving.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._giving

    async def _give_all(self) -> None:
        while True:
            self._news.clear()
            while self._parts:
                message = self._parts.popleft()
                await self._give(message)
                self._bytes -= len(message.get("body", b""))
            while self._read < self._written:
                self._rest.seek(self._read)
                part = self._rest.read(PART_BYTES)
                self._read += len(part)
                await self._give({"type": "http.response.body", "body": part, "more_body": True})
            if self._is_whole and not self._parts and self._read == self._written:
                break
            await self._news.wait()
        if self._written:
            await self._give({"type": "http.response.body", "body": b"", "more_body": False})

    async def _give(self, message: Message) -> None:
        try:
            async with asyncio.timeout(STALLED_SECONDS):
                await self._send(message)
        except TimeoutError:
            raise Stalled from None
