"""Colleagues beside the assignee: who follows a conversation, and whom a note names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shopbell.agents.models import Agent
from shopbell.agents.permissions import may_read
from shopbell.conversations import events, mentions, queries
from shopbell.conversations.counters import touch
from shopbell.conversations.mentions import Named
from shopbell.conversations.models import Conversation, Follower, Mention, Message
from shopbell.core.transactions import retried
from shopbell.events import bus


class CannotSee(ValueError):
    """These colleagues may not see the conversation; `names` says who."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)
        super().__init__(", ".join(self.names))


@retried
def follow(conversation: Conversation, agent: Agent, *, actor: int | None) -> bool:
    """Let an agent hear what happens; False when they do already. Raises CannotSee."""
    if not agent.is_active or not may_read(agent) or not queries.sees(agent, conversation):
        raise CannotSee([agent.name])
    if not add_followers(conversation, [agent.pk]):
        return False
    bus.publish(events.ConversationFollowed(conversation_id=conversation.id, agent_id=agent.pk), actor=actor)
    return True


@retried
def unfollow(conversation: Conversation, agent: Agent, *, actor: int | None) -> bool:
    """No longer; False when they did not."""
    if not Follower.objects.filter(conversation=conversation, agent=agent).delete()[0]:
        return False
    touch(conversation.id)
    bus.publish(events.ConversationUnfollowed(conversation_id=conversation.id, agent_id=agent.pk), actor=actor)
    return True


def add_followers(conversation: Conversation, agent_ids: Iterable[int]) -> list[int]:
    """Those who follow from now on, in the caller's transaction; returns who did not before."""
    wanted = sorted(set(agent_ids))
    rows = Follower.objects.filter(conversation=conversation, agent__in=wanted)
    fresh = sorted(set(wanted) - set(rows.values_list("agent_id", flat=True)))
    if fresh:
        new = [Follower(conversation=conversation, agent_id=number) for number in fresh]
        Follower.objects.bulk_create(new, ignore_conflicts=True)
        touch(conversation.id)
    return fresh


def named_in(conversation: Conversation, body: str) -> list[Named]:
    """Whom a note about the conversation names. Raises CannotSee when one of them could not read it."""
    named = mentions.find(body)
    agents = Agent.objects.in_bulk([one.id for one in named if one.kind == "agent"])
    blind = [one.label for one in named if one.kind == "agent" and not _reads(agents[one.id], conversation)]
    blind += [one.label for one in named if one.kind == "team" and not _is_read_by(one.id, conversation)]
    if blind:
        raise CannotSee(blind)
    return named


def _reads(agent: Agent, conversation: Conversation) -> bool:
    return may_read(agent) and queries.sees(agent, conversation)


def _is_read_by(team_id: int, conversation: Conversation) -> bool:
    """A team is worth naming when somebody in it can read the note."""
    return any(_reads(agent, conversation) for agent in Agent.objects.filter(teams=team_id, is_active=True))


def record_mentions(conversation: Conversation, note: Message, named: Sequence[Named]) -> None:
    """Keep whom a note names; the agents among them follow from now on."""
    rows = [
        Mention(message=note, conversation=conversation, **{f"{one.kind}_id": one.id})  # agent_id or team_id
        for one in named
    ]
    if not rows:
        return
    Mention.objects.bulk_create(rows, ignore_conflicts=True)
    add_followers(conversation, [one.id for one in named if one.kind == "agent"])
