"""The streams of visitors of chats in one process, and what each of them is told.

The reader of the log (`hub`) says in which conversations something happened. What that means for a visitor is read from
their numbered lines, for all visits concerned at once, so nothing is lost however a stream began or broke. A hundred
lines in a second are a few queries.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import psycopg
from django.conf import settings
from django.db import DatabaseError

from shopbell.chats.waiting import Queue
from shopbell.web.chat.shape import first_name
from shopbell.web.live import visitor_access as access
from shopbell.web.live.access import Change
from shopbell.web.live.frames import frame
from shopbell.web.live.guests import HERE_SECONDS
from shopbell.web.live.outlet import Outlet
from shopbell.web.live.visitor_access import News, Visitor

log = logging.getLogger(__name__)
LOST = (psycopg.Error, DatabaseError, OSError)
BATCH = 200  # visits looked after at once
MOST_STREAMS = 10_000  # of this process
MOST_OF_VISIT = 6  # tabs of one browser
MOST_OF_NETWORK = 300
MOST_OPENED = 600  # by one network in a minute
BEAT_SECONDS = 20
QUEUE_SECONDS = 10
STUCK_SECONDS = 60  # so long may what was missed wait for a browser to read
PAUSE_SECONDS = 1.0
HEARTBEAT = b": \n\n"
RELEASING = {
    "conversations.agent_replied",
    "conversations.customer_replied",
    "conversations.opened",
    "conversations.message_state_changed",
    "chats.verified",
}
CHANGING = {"conversations.redacted", "conversations.deleted"}
Args = ParamSpec("Args")
Result = TypeVar("Result")


class VisitStream(Outlet):
    """The stream of one tab. `last`: the number of the newest line put into it; `behind_since`: there are more, which
    are put when it has read these; `network`: where it comes from.
    """

    def __init__(self, visitor: Visitor, last: int, network: str = "") -> None:
        super().__init__()
        self.visitor = visitor
        self.network = network
        self.last = last
        self.read_by_agent = -1
        self.now: dict[str, object] = {}
        self.behind_since: float | None = None

    def tell(self, new: News) -> None:
        """Put what is new, as far as there is room. Who was put less than this begins beyond is told another time."""
        if self.behind_since is not None or self.last < new.after:
            return
        if self.last > new.top:  # numbers of a record that is not there any more, as after an older copy was restored
            self.last = new.top
            self.put(frame("renew"))
        for seq, chunk in new.lines:
            if seq <= self.last:
                continue
            if not self.has_room(len(chunk)):
                self.behind_since = time.monotonic()
                break
            self.put(chunk)
            self.last = seq
        if new.read_by_agent != self.read_by_agent:
            self.read_by_agent = new.read_by_agent
            self.put(frame("read", {"by_agent": new.read_by_agent}))


class Visitors:
    """By visit, and which visits a conversation has."""

    def __init__(self) -> None:
        self.streams: defaultdict[int, set[VisitStream]] = defaultdict(set)
        self.count = 0
        self._of_network: Counter[str] = Counter()
        self._opened: Counter[str] = Counter()  # this minute, by network
        self._of_conversation: defaultdict[int, set[int]] = defaultdict(set)
        self._without: set[int] = set()  # visits that have no conversation yet
        self._dirty: dict[int, None] = {}
        self._gone: set[int] = set()  # conversations whose last page has just left
        self._queues: dict[int, Queue] = {}  # by channel
        self._wake = asyncio.Event()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="visitors")

    async def ask(self, function: Callable[Args, Result], *args: Args.args, **kwargs: Args.kwargs) -> Result:
        """Run a function of `visitor_access` in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: function(*args, **kwargs))

    def may_open(self, network: str) -> bool:
        """Whether somebody from there may ask for one more stream. To ask costs as well, so that is counted."""
        self._opened[network] += 1
        is_calm = self._opened[network] <= MOST_OPENED * settings.CHAT_RATE
        return is_calm and self._of_network[network] < MOST_OF_NETWORK * settings.CHAT_RATE

    def may_add(self, visitor: Visitor) -> bool:
        """Whether there is room for one more stream."""
        of_visit = self.streams.get(visitor.visit_id, ())
        return self.count < MOST_STREAMS and len(of_visit) < MOST_OF_VISIT

    def add(self, stream: VisitStream) -> None:
        """A page is there; what it has missed comes at once."""
        self.streams[stream.visitor.visit_id].add(stream)
        self._of_network[stream.network] += 1
        self.count += 1
        self._move(stream.visitor.visit_id, None, stream.visitor.conversation_id)
        self.mark([stream.visitor.visit_id])

    def discard(self, stream: VisitStream) -> None:
        """A page left."""
        visitor = stream.visitor
        self.streams[visitor.visit_id].discard(stream)
        self._of_network[stream.network] -= 1
        if not self._of_network[stream.network]:
            del self._of_network[stream.network]
        self.count -= 1
        if not self.streams[visitor.visit_id]:
            del self.streams[visitor.visit_id]
            self._without.discard(visitor.visit_id)
            self._leave(visitor.visit_id, visitor.conversation_id)

    def _leave(self, visit_id: int, conversation: int | None) -> None:
        if conversation is None:
            return
        visits = self._of_conversation[conversation]
        visits.discard(visit_id)
        if not visits:
            del self._of_conversation[conversation]
            self._gone.add(conversation)

    def _move(self, visit_id: int, before: int | None, now: int | None) -> None:
        """The visit's conversation is another one."""
        if before is not None and before != now:
            self._leave(visit_id, before)
        if now is None:
            self._without.add(visit_id)
        else:
            self._without.discard(visit_id)
            self._gone.discard(now)
            self._of_conversation[now].add(visit_id)

    def note(self, changes: Iterable[Change]) -> None:
        """Something happened: whom of those here it concerns is looked after."""
        for change in changes:
            if change.name in RELEASING and change.conversation is not None:
                self.mark(self._of_conversation.get(change.conversation, ()))
                if change.name == "conversations.opened":
                    self.mark(self._without)
            elif change.name in CHANGING and change.conversation is not None:
                self._tell_all(self._of_conversation.get(change.conversation, ()), frame("renew"))

    def look_again(self) -> None:
        """Something may have been missed: everybody is looked after."""
        self.mark(self.streams)

    def mark(self, visits: Iterable[int]) -> None:
        """Look after these visits."""
        self._dirty.update(dict.fromkeys(visits))
        if self._dirty:
            self._wake.set()

    def tell_typing(self, conversation: int, names: list[str]) -> None:
        """Agents write to visitors, or have stopped; whoever is there has read what was said, too."""
        chunk = frame("typing", {"name": first_name(names[0]) if names else None})
        visits = self._of_conversation.get(conversation, set())
        self._tell_all(visits, chunk)
        self.mark(visits)

    def _tell_all(self, visits: Iterable[int], chunk: bytes) -> None:
        for visit_id in visits:
            for stream in list(self.streams.get(visit_id, ())):
                stream.put(chunk)

    def note_written(self, stream: VisitStream) -> None:
        """It has read what was put into it: what it missed goes on."""
        if stream.behind_since is not None:
            stream.behind_since = None
            self.mark([stream.visitor.visit_id])

    async def look_after(self) -> None:
        """Tell the marked visits what is new, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch = [visit for visit in list(self._dirty)[:BATCH] if visit in self.streams]
            for visit in list(self._dirty)[:BATCH]:
                del self._dirty[visit]
            try:
                await self._tell(batch)
            except Exception as error:
                if not isinstance(error, LOST):
                    log.exception("visitors could not be told")
                self.mark(batch)
                await asyncio.sleep(PAUSE_SECONDS)
            if self._dirty:
                self._wake.set()

    async def _tell(self, visits: list[int]) -> None:
        after = {visit: min(lasts) for visit in visits if (lasts := self._lasts(visit))}
        if not after:
            return
        found = await self.ask(access.news, after)
        for visit in visits:
            if visit in self.streams and visit in found:
                self._put(visit, found[visit])

    def _lasts(self, visit: int) -> list[int]:
        """What was put into those of its streams that have room."""
        return [one.last for one in self.streams[visit] if one.behind_since is None]

    def _put(self, visit: int, new: News) -> None:
        for stream in list(self.streams[visit]):
            stream.tell(new)
            before, stream.visitor.conversation_id = stream.visitor.conversation_id, new.conversation_id
            self._move(visit, before, new.conversation_id)
        if new.is_more and self._lasts(visit):
            self.mark([visit])

    async def tick(self) -> None:
        """The clock of these streams: heartbeats, who is here, the queue."""
        second = 0
        while True:
            await asyncio.sleep(1)
            second += 1
            self._beat(self._in_turn(second, BEAT_SECONDS))
            if second % 60 == 0:
                self._opened.clear()
            try:
                await self._say_gone()
                await self._say_here(self._in_turn(second, int(HERE_SECONDS)))
                if second % QUEUE_SECONDS == 0:
                    await self._ask_queues()
                self._tell_queues(self._in_turn(second, QUEUE_SECONDS))
            except Exception as error:
                if not isinstance(error, LOST):
                    log.exception("visitors could not be looked after")

    def _in_turn(self, second: int, every: int) -> list[int]:
        """The visits whose turn it is: each once in `every` seconds, never all at once."""
        return [visit for visit in self.streams if visit % every == second % every]

    def _beat(self, visits: Iterable[int]) -> None:
        """Streams show that they live. Who does not read is let go."""
        long_ago = time.monotonic() - STUCK_SECONDS
        for visit in visits:
            for stream in list(self.streams[visit]):
                stream.put(HEARTBEAT)
                if stream.behind_since is not None and stream.behind_since < long_ago:
                    stream.is_stuck = True
                    stream.end()

    async def _say_gone(self) -> None:
        if self._gone:
            gone, self._gone = list(self._gone), set()
            await self.ask(access.notify, "gone", gone)

    async def _say_here(self, visits: list[int]) -> None:
        """Note on the visits that they are here, tell the desk, and end the streams of those that are no more."""
        if not visits:
            return
        standing = await self.ask(access.note_seen, visits)
        for visit in visits:
            if visit not in standing:
                self._end(visit)
            elif any(one.visitor.conversation_id != standing[visit] for one in self.streams.get(visit, ())):
                self.mark([visit])
        await self.ask(access.notify, "here", [number for number in set(standing.values()) if number is not None])

    def _end(self, visit: int) -> None:
        for stream in list(self.streams.get(visit, ())):
            stream.put(frame("gone"))
            asyncio.get_running_loop().call_later(1, stream.end)

    async def _ask_queues(self) -> None:
        channels = {stream.visitor.channel_id for streams in self.streams.values() for stream in streams}
        self._queues = await self.ask(access.queues, channels) if channels else {}

    def _tell_queues(self, visits: Iterable[int]) -> None:
        for stream in [stream for visit in visits for stream in self.streams.get(visit, ())]:
            queue = self._queues.get(stream.visitor.channel_id)
            now: dict[str, Any] = queue.now(stream.visitor.conversation_id) if queue else {}
            if now and now != stream.now:
                stream.now = now
                stream.put(frame("now", now))

    def end_streams(self) -> None:
        """The process stops."""
        for streams in list(self.streams.values()):
            for stream in list(streams):
                stream.end()
