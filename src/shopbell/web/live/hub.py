"""The streams of one process, and what each of them is told. Lives in the event loop; asks the database in threads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from shopbell.web.live import access
from shopbell.web.live.access import Change, Viewer
from shopbell.web.live.frames import frame
from shopbell.web.live.guests import Guests
from shopbell.web.live.outlet import Outlet
from shopbell.web.live.presence import Presence
from shopbell.web.live.visitors import Visitors

REPLAY = 500  # missed events that are replayed; more are a reset
BATCH = 500
RECENT = 200  # numbers before the newest that are looked at when the hub starts
GAP_SECONDS = 120.0  # how long a number that was skipped may still turn up: the longest transaction
MAX_GAPS = 2_000
Frame = tuple[int | None, bytes]  # the conversation it is about, and the bytes
Args = ParamSpec("Args")
Result = TypeVar("Result")


class Stream(Outlet):
    """The stream of one agent's browser."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self.viewer = viewer


class Hub:
    """All streams of this process. `top` is the highest event number read so far."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.presence = Presence()
        self.guests = Guests()
        self.visitors = Visitors()
        self.top = 0
        self.is_down = True
        self._gaps: dict[int, float] = {}  # numbers skipped so far → when that was noticed
        self._reading = asyncio.Lock()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="live")

    async def ask(self, function: Callable[Args, Result], *args: Args.args, **kwargs: Args.kwargs) -> Result:
        """Run a function of `access` in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: function(*args, **kwargs))

    async def start_reading(self) -> None:
        """Begin at the end of the log, the first time, aware of numbers whose transactions have not ended yet."""
        if not self.top:
            self.top = max(await self.ask(access.newest) - RECENT, 0)
            self._note_gaps(await self.ask(access.changes, self.top, limit=BATCH))

    async def read(self) -> None:
        """Read what is new in the log and tell everybody who may know."""
        async with self._reading:
            while True:
                changes = await self.ask(access.changes, self.top, list(self._gaps), limit=BATCH)
                self._note_gaps(changes)
                self.visitors.note(changes)
                await self.tell(self._frames(changes))
                if len(changes) < BATCH:
                    return

    def _note_gaps(self, changes: Sequence[Change]) -> None:
        """A number below one we saw may belong to a transaction that has not ended yet: look for it for a while."""
        now = time.monotonic()
        for change in changes:
            self._gaps.pop(change.id, None)
            first = max(self.top + 1, change.id - MAX_GAPS)
            self._gaps.update((number, now) for number in range(first, change.id))
            self.top = max(self.top, change.id)
        fresh = [(number, at) for number, at in self._gaps.items() if now - at < GAP_SECONDS]
        self._gaps = dict(fresh[-MAX_GAPS:])

    def _frames(self, changes: Iterable[Change]) -> list[Frame]:
        """An SSE id stays below every number that may still turn up, so that a resumed stream gets that one too."""
        settled = min(self._gaps, default=self.top + 1) - 1
        return [
            (change.conversation, f"id: {min(change.id, settled)}\n".encode() + frame("change", _data(change)))
            for change in changes
        ]

    async def tell(self, frames: Iterable[Frame], streams: Iterable[Stream] | None = None) -> None:
        """Write to each stream the frames its viewer may see."""
        frames = list(frames)
        if not frames:
            return
        everything = b"".join(chunk for _, chunk in frames)
        some = []
        for stream in self.streams if streams is None else streams:
            if stream.viewer.scope.is_everything:
                stream.put(everything)
            else:
                some.append(stream)
        if some:
            await self._tell_some(frames, some)

    async def _tell_some(self, frames: Sequence[Frame], streams: Sequence[Stream]) -> None:
        """To viewers of some shops or teams only. What is about no conversation is not for them."""
        about = {conversation for conversation, _ in frames if conversation is not None}
        places = await self.ask(access.places_of, about) if about else {}
        for stream in streams:
            may_see = stream.viewer.scope.may_see
            seen = (chunk for about, chunk in frames if about in places and may_see(*places[about]))
            stream.put(b"".join(seen))

    async def resume(self, stream: Stream, last: int) -> None:
        """Replay to one stream what came after event `last`, as far as everybody has been told."""
        if last > self.top:  # a page may be made from what we have not read yet
            await self.read()
        until = self.top
        if last > until:
            stream.put(frame("reset"))
            return
        missed = await self.ask(access.changes, last, until=until, limit=REPLAY + 1)
        if len(missed) > REPLAY:
            stream.put(f"id: {until}\n".encode() + frame("reset"))
        else:
            await self.tell(self._frames(missed), [stream])

    async def hear(self, conversation: int, agent: int, name: str, state: str) -> None:
        """Somebody came, types, or left."""
        if self.presence.hear(conversation, agent, name, state, time.monotonic()):
            await self.tell_presence([conversation])

    async def tell_presence(self, conversations: Iterable[int], streams: Iterable[Stream] | None = None) -> None:
        conversations = list(conversations)
        frames = [
            (number, frame("presence", {"conversation": number, "people": self.presence.people(number)}))
            for number in conversations
        ]
        await self.tell(frames, streams)
        if streams is None:
            for number in conversations:
                self.visitors.tell_typing(number, self.presence.writing(number))

    async def hear_guest(self, said: Mapping[str, Any]) -> None:
        """Something about visitors of chats, from this process or another."""
        await self.tell_guests(self.guests.hear(said, time.monotonic()))

    async def tell_guests(self, conversations: Iterable[int], streams: Iterable[Stream] | None = None) -> None:
        await self.tell([(number, frame("visitor", self.guests.about(number))) for number in conversations], streams)

    async def tell_orders(self, conversations: Iterable[int]) -> None:
        """The shops have news for the panels beside these conversations."""
        await self.tell([(number, frame("orders", {"conversation": number})) for number in conversations])

    def nudge(self, agents: Iterable[int]) -> None:
        """Tell the pages of some agents that their notifications changed."""
        wanted = set(agents)
        for stream in list(self.streams):
            if stream.viewer.agent_id in wanted:
                stream.put(frame("notices"))

    def announce(self, event: str) -> None:
        """Tell everybody something that is about no conversation."""
        for stream in list(self.streams):
            stream.put(frame(event))

    async def check(self) -> None:
        """End the streams of those who signed out or were shut out; take up changed scopes."""
        now = await self.ask(access.refresh, {stream.viewer for stream in self.streams})
        for stream in list(self.streams):
            current = now.get(stream.viewer, stream.viewer)
            if current is None:
                stream.end()
            else:
                stream.viewer = current

    def end_streams(self) -> None:
        """The process stops."""
        for stream in list(self.streams):
            stream.end()
        self.visitors.end_streams()


def _data(change: Change) -> dict[str, Any]:
    return {"id": change.id, "name": change.name, "conversation": change.conversation, "actor": change.actor}
