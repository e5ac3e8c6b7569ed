"""@names in notes: who is meant by what was written.

An agent or a team is called by their name; where two are called alike, an agent by their e-mail address. The longest
name that fits counts, in any case. What is kept is the id (`Mention`); the words stay as they were written, in the text
and in `about["mentions"]`, by which they are shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from shopbell.agents.models import Agent, Team


@dataclass(frozen=True)
class Named:
    """Somebody who can be named. `handle` is what to write behind the @."""

    kind: Literal["agent", "team"]
    id: int
    handle: str
    label: str


def everybody(agents: Iterable[Agent], teams: Iterable[Team]) -> list[Named]:
    """Agents and teams with what each is called by."""
    agents, teams = list(agents), list(teams)
    called = Counter([*(one.name.lower() for one in agents), *(one.name.lower() for one in teams)])
    named = [
        Named("agent", one.pk, one.name if called[one.name.lower()] == 1 else one.email, one.name) for one in agents
    ]
    return named + [Named("team", one.pk, one.name, one.name) for one in teams if called[one.name.lower()] == 1]


def find(text: str) -> list[Named]:
    """Who is named in a text, in order, each once."""
    if "@" not in text:
        return []
    known = _by_handle()
    found: dict[tuple[str, int], Named] = {}
    for at, sign in enumerate(text):
        if sign == "@" and not text[at - 1 : at].isalnum() and (named := _at(text, at + 1, known)):
            found.setdefault((named.kind, named.id), named)
    return list(found.values())


def _by_handle() -> list[tuple[str, Named]]:
    """Every handle in small letters, the longest first; an agent also answers to their address."""
    agents = list(Agent.objects.filter(is_active=True))
    named = everybody(agents, Team.objects.all())
    known = {one.handle.lower(): one for one in named}
    for agent in agents:
        known.setdefault(agent.email.lower(), Named("agent", agent.pk, agent.email, agent.name))
    return sorted(((handle, one) for handle, one in known.items() if handle), key=lambda item: -len(item[0]))


def _at(text: str, start: int, known: Iterable[tuple[str, Named]]) -> Named | None:
    for handle, named in known:
        end = start + len(handle)
        if text[start:end].lower() == handle and not text[end : end + 1].isalnum():
            return Named(named.kind, named.id, text[start:end], named.label)
    return None


def as_kept(named: Iterable[Named]) -> list[list[str | int]]:
    """For a message's `about`."""
    return [[one.kind, one.id, one.handle] for one in named]


def written(about: Mapping[str, object]) -> list[tuple[str, int, str]]:
    """(kind, id, the words) of those a message names, as kept; nothing for anything else."""
    kept = about.get("mentions")
    rows = kept if isinstance(kept, list) else []
    return [(row[0], row[1], row[2]) for row in rows if isinstance(row, list) and len(row) == 3 and row[2]]
