"""Who is looking at or typing in which conversation: kept in memory, told by `NOTIFY`, forgotten by itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

CHANNEL = "shopbell_presence"
STATES = ("viewing", "typing", "noting", "gone")  # noting: writes a note
EXPIRES_SECONDS = 30.0  # pages say it again every 15


@dataclass
class Person:
    name: str
    state: str
    seen_at: float  # monotonic seconds


class Presence:
    """People by conversation and agent."""

    def __init__(self) -> None:
        self._people: defaultdict[int, dict[int, Person]] = defaultdict(dict)

    def hear(self, conversation: int, agent: int, name: str, state: str, now: float) -> bool:
        """Note what somebody does; True when that is news to the others."""
        people = self._people[conversation]
        before = people.pop(agent, None)
        if state != "gone":
            people[agent] = Person(name, state, now)
        if not people:
            del self._people[conversation]
        return (before.state if before else "gone") != state

    def expire(self, now: float) -> set[int]:
        """Forget those who have not been heard of; returns the conversations they were in."""
        changed = set()
        for conversation, people in list(self._people.items()):
            stale = [agent for agent, person in people.items() if now - person.seen_at > EXPIRES_SECONDS]
            for agent in stale:
                del people[agent]
                changed.add(conversation)
            if not people:
                del self._people[conversation]
        return changed

    def conversations(self) -> list[int]:
        return list(self._people)

    def people(self, conversation: int) -> list[dict[str, object]]:
        """Who is there, in a steady order."""
        known = sorted(self._people.get(conversation, {}).items())
        return [{"id": agent, "name": person.name, "state": person.state} for agent, person in known]

    def writing(self, conversation: int) -> list[str]:
        """The names of those who write an answer."""
        known = sorted(self._people.get(conversation, {}).items())
        return [person.name for _agent, person in known if person.state == "typing"]
