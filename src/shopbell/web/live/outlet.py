"""What waits to be written to one browser. One that does not read loses its stream, not our memory."""

from __future__ import annotations

import asyncio

MAX_WAITING_BYTES = 256_000
ROOM_BYTES = MAX_WAITING_BYTES // 2


class Outlet:
    """Bytes for one stream; `over` when it has to end, `is_stuck` when that is for want of a reader."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.is_stuck = False
        self._ready = asyncio.Event()
        self._chunks: list[bytes] = []
        self._waiting = 0

    def put(self, chunk: bytes) -> None:
        """Add bytes to be written; ends the stream when too many wait already."""
        if not chunk or self.over.is_set():
            return
        if self._waiting and self._waiting + len(chunk) > MAX_WAITING_BYTES:
            self.is_stuck = True
            self.end()
            return
        self._waiting += len(chunk)
        self._chunks.append(chunk)
        self._ready.set()

    def has_room(self, size: int) -> bool:
        """Whether something that can as well be put later fits; one thing always fits when nothing waits."""
        return not self._waiting or self._waiting + size <= ROOM_BYTES

    async def take(self) -> bytes:
        """Everything that waits, as soon as there is something."""
        await self._ready.wait()
        self._ready.clear()
        chunk, self._chunks, self._waiting = b"".join(self._chunks), [], 0
        return chunk

    def end(self) -> None:
        self.over.set()
        self._chunks.clear()
