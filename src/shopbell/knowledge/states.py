"""The life of an article in one language (domain.md 5.11): every step there is, from where to where, and whose it is.

draft → review → published → stale → archived; who writes on makes a draft of it again, while customers go on seeing the
version that is published.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.knowledge.models import ArticleText

State = ArticleText.State


class Step(TextChoices):
    """What can be done to it."""

    SUBMIT = "submit"  # ask a colleague to look at it
    RETURN = "return"  # the colleague wants it changed
    PUBLISH = "publish"  # also what was published before: to show the newest version, or to say it is still right
    EXPIRE = "expire"  # its review date has passed
    ARCHIVE = "archive"  # show it to nobody
    REVIVE = "revive"


@dataclass(frozen=True)
class Move:
    """`may`: None when only the clock does it."""

    sources: frozenset[str]
    target: State
    may: Callable[[Agent], bool] | None


def _from(*states: State) -> frozenset[str]:
    return frozenset(state.value for state in states)


MOVES: dict[Step, Move] = {
    Step.SUBMIT: Move(_from(State.DRAFT, State.STALE), State.REVIEW, permissions.may_write_articles),
    Step.RETURN: Move(_from(State.REVIEW), State.DRAFT, permissions.may_write_articles),
    Step.PUBLISH: Move(
        _from(State.DRAFT, State.REVIEW, State.PUBLISHED, State.STALE),
        State.PUBLISHED,
        permissions.may_publish_articles,
    ),
    Step.EXPIRE: Move(_from(State.PUBLISHED), State.STALE, None),
    Step.ARCHIVE: Move(
        _from(State.DRAFT, State.REVIEW, State.PUBLISHED, State.STALE), State.ARCHIVED, permissions.may_publish_articles
    ),
    Step.REVIVE: Move(_from(State.ARCHIVED), State.DRAFT, permissions.may_write_articles),
}


class Impossible(ValueError):
    """There is no such step from where the text is now."""


def after(state: str, step: Step) -> State:
    """The state after a step. Raises Impossible."""
    move = MOVES[step]
    if state not in move.sources:
        raise Impossible(f"{step} from {state}")
    return move.target


def open_to(agent: Agent, state: str) -> set[Step]:
    """What this agent may do with a text in this state."""
    return {step for step, move in MOVES.items() if state in move.sources and move.may is not None and move.may(agent)}
