"""What a visitor can have now: a person, and after how long; or when the chat opens; or to leave a message.

Nothing is promised that was not measured. The wait is worked out from what happened on this chat in the last hours:
with nobody ahead and a slot free, the median time until a person answered; else as long as it takes at the pace of
the latest answers until all before and this one are answered, and never less than that median. Below LEAST_MEASURED
answers it is not known, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from shopbell.agents import availability, permissions
from shopbell.agents.models import Agent, Role, Status
from shopbell.channels.models import Channel
from shopbell.chats.models import Visit
from shopbell.conversations.models import Conversation, Folder, State, Wait
from shopbell.core import hours, zones

MEASURED_OVER = timedelta(hours=3)
LEAST_MEASURED = 5
MOST_MEASURED = 30
THERE_FOR = timedelta(minutes=5)  # who was seen so recently takes an agent's attention
MOST_AHEAD = 200
MOST_TAKEN = 500


@dataclass(frozen=True)
class Free:
    """An agent who is there, and how many chats they can still take."""

    agent: Agent
    chats: int
    slots: int


@dataclass(frozen=True)
class Queue:
    """How a chat is staffed, who waits in it, first come first, and how quickly that went lately."""

    state: str  # person, closed, away
    opens_at: datetime | None = None
    waiting: tuple[int, ...] = ()  # conversations without an agent
    seconds: float | None = None  # until an answer, with nobody ahead
    pace_seconds: float | None = None  # between two answers
    is_full: bool = False  # nobody who is there has a slot: one more has to wait for the answers before
    taken: frozenset[int] = frozenset()  # conversations that have an agent: nobody is ahead of them
    since: Mapping[int, datetime] = field(default_factory=dict)  # when those who wait began to, by conversation

    def now(self, conversation_id: int | None = None) -> dict[str, object]:
        """As a visitor is told it; for one who waits already, who waits before them."""
        ahead = self._ahead(conversation_id) if self.state == "person" else None
        must_wait = bool(ahead) or (self.is_full and conversation_id not in self.taken)
        return {
            "state": self.state,
            "wait_seconds": self._wait(ahead, must_wait, conversation_id) if ahead is not None else None,
            "ahead": ahead,
            "opens_at": self.opens_at.isoformat() if self.opens_at else None,
        }

    def _ahead(self, conversation_id: int | None) -> int:
        waiting = self.waiting
        if conversation_id in self.taken:
            return 0
        return waiting.index(conversation_id) if conversation_id in waiting else len(waiting)

    def _wait(self, ahead: int, must_wait: bool, conversation_id: int | None) -> int | None:
        """The median counts from when they wrote: who waits longer already is promised nothing."""
        if self.seconds is None or self.pace_seconds is None:
            return None
        if must_wait:
            return round(max(self.seconds, (ahead + 1) * self.pace_seconds))
        since = self.since.get(conversation_id or 0)
        is_late = since is not None and timezone.now() > since + timedelta(seconds=self.seconds)
        return None if is_late else round(self.seconds)


def queue(channel: Channel) -> Queue:
    """A chat's queue as it is; a handful of queries, however many visitors there are."""
    at = timezone.now()
    zone = zones.named(channel.shop.time_zone)
    if not hours.is_open(channel.settings, zone, at):
        return Queue("closed", opens_at=hours.opens_at(channel.settings, zone, at))
    agents = available(channel, at)
    if not agents:
        return Queue("away")
    seconds, pace = _measured(channel, at)
    is_full = not _free(channel, agents, at)
    line, theirs = waiting(channel), taken(channel)
    since = {number: began for number, began in (line | theirs).items() if began is not None}
    return Queue("person", None, tuple(line), seconds, pace, is_full, frozenset(theirs), since)


def available(channel: Channel, at: datetime) -> list[Agent]:
    """Who answers customers, sees new chats of this shop, and is online."""
    rows = Agent.objects.filter(is_active=True, status=Status.ONLINE).exclude(role=Role.PRIVACY)
    rows = rows.filter(seen_at__gt=at - availability.SILENT_FOR).prefetch_related("teams", "shops").order_by("id")
    return [agent for agent in rows if _takes_chats(agent, channel, at)]


def _takes_chats(agent: Agent, channel: Channel, at: datetime) -> bool:
    is_there = permissions.may_answer(agent) and availability.of(agent, at) == Status.ONLINE
    return is_there and permissions.scope(agent).may_see(channel.shop_id, None)


def free(channel: Channel) -> list[Free]:
    """Who is there and has a slot, the one with the fewest chats first. A chat whose visitor has left takes no slot."""
    at = timezone.now()
    return _free(channel, available(channel, at), at)


def _free(channel: Channel, agents: Sequence[Agent], at: datetime) -> list[Free]:
    chats = _chats_of(agents, at)
    capacity = int(channel.settings.get("capacity") or 3)
    found = [Free(agent, (has := chats.get(agent.pk, 0)), _most(agent, capacity) - has) for agent in agents]
    return sorted((one for one in found if one.slots > 0), key=lambda one: (one.chats, one.agent.pk))


def _most(agent: Agent, capacity: int) -> int:
    """Their own number, else the chat's."""
    return capacity if agent.chats_at_once is None else agent.chats_at_once


def _chats_of(agents: Sequence[Agent], at: datetime) -> dict[int, int]:
    """How many visitors who are there each of them has."""
    there = Visit.objects.filter(seen_at__gt=at - THERE_FOR, ended_at=None, conversation__folder=Folder.OPEN)
    there = there.filter(conversation__assignee__in=agents).exclude(conversation__state=State.PENDING_CUSTOMER)
    counted = there.values_list("conversation__assignee").annotate(n=Count("conversation", distinct=True))
    return dict(counted.order_by())


def waiting(channel: Channel) -> dict[int, datetime | None]:
    """Conversations nobody has taken, in which somebody who is there waits, and since when; who waits longest first.
    Who has left waits in nobody's way: they are answered by mail.
    """
    there = Visit.objects.filter(conversation=OuterRef("pk"), seen_at__gt=timezone.now() - THERE_FOR, ended_at=None)
    rows = Conversation.objects.filter(channel=channel, folder=Folder.OPEN, assignee=None, shop=channel.shop_id)
    rows = rows.filter(Exists(there), waiting_since__isnull=False, waiting_since__gt=timezone.now() - MEASURED_OVER)
    return dict(rows.order_by("waiting_since", "id").values_list("id", "waiting_since")[:MOST_AHEAD])


def taken(channel: Channel) -> dict[int, datetime | None]:
    """Conversations somebody has taken that went on lately, and since when their customers wait."""
    rows = Conversation.objects.filter(channel=channel, folder=Folder.OPEN, assignee__isnull=False)
    rows = rows.filter(last_message_at__gt=timezone.now() - MEASURED_OVER).order_by("-last_message_at")
    return dict(rows.values_list("id", "waiting_since")[:MOST_TAKEN])


def _measured(channel: Channel, at: datetime) -> tuple[float | None, float | None]:
    """(median seconds until a person answered, seconds between two answers); None where too little was seen."""
    rows = Wait.objects.filter(channel=channel, closed_at__gt=at - MEASURED_OVER, answered_by__isnull=False)
    found = list(rows.order_by("-closed_at").values_list("opened_at", "closed_at")[:MOST_MEASURED])
    if len(found) < LEAST_MEASURED:
        return None, None
    waits = [(closed - opened).total_seconds() for opened, closed in found if closed is not None]
    newest, oldest = found[0][1], found[-1][1]
    assert newest is not None
    assert oldest is not None
    return median(waits), (newest - oldest).total_seconds() / (len(found) - 1)
