"""Who is told of what: `of` decides it, and nothing else does.

The worker asks `of` for every line of the log it knows (see `RULES`), after the fact, and writes what comes back once
(`operations.tell`). What is written shows in the desk at once. Other ways to reach an agent (mail, browser, sound)
start from the event `notifications.notified` that follows each written row, and may leave things out by the agent's
own settings; they never add anybody.

Nobody is told of what they did themselves, nor of a conversation they may not see.

mentioned, team_mentioned     a note names the agent, or a team they are in; the agent alone is told once, as themselves
assigned, team_assigned       somebody gave it to them, or to their team and nobody in it
customer_replied              the assignee and the followers, when a customer writes in a conversation that exists
third_replied                 the same people, when somebody answers in a side conversation
snooze_ended                  the assignee and who put it aside, when its time has come
send_failed                   who wrote the message, and the assignee
chat_waits                    who is online and may answer, when a chat begins that nobody has
review_asked                  whom a colleague asks to review an article
article_stale                 the owner of an article whose review date has passed, else who wrote it last
source_failing                admins and leads without limits, when a mailbox or a shop system could not be read for as
                              long as the alarm allows
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from shopbell.agents import availability
from shopbell.agents.models import Agent, Role, Status
from shopbell.agents.permissions import may_answer, may_handle_failures, may_read
from shopbell.channels import events as channel_events
from shopbell.channels.models import Channel
from shopbell.commerce import events as commerce_events
from shopbell.commerce.models import Connection
from shopbell.conversations import events, queries
from shopbell.conversations.models import Conversation, Follower, Mention, Message
from shopbell.events.models import Event
from shopbell.knowledge import events as knowledge_events
from shopbell.knowledge import queries as knowledge
from shopbell.knowledge.models import ArticleText
from shopbell.notifications.models import Kind

CHAT = "chat"  # the type of channel at whose other end somebody sits
Told = dict[int, Kind]  # agent id → what they are told; the first reason counts


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One agent is to be told one thing."""

    agent_id: int
    kind: Kind
    conversation_id: int | None
    message_id: int | None
    actor_id: int | None
    text_id: int | None = None  # of an article, where it is about one
    connection_id: int | None = None
    channel_id: int | None = None


def of(event: Event) -> list[Notice]:
    """Everybody who is to be told of an event, each once."""
    if event.name in ARTICLE_RULES:
        return _about_article(event)
    if event.name in SOURCES:
        return _about_source(event)
    rule = RULES.get(event.name)
    if rule is None or event.conversation_id is None:
        return []
    conversation = Conversation.objects.filter(id=event.conversation_id).first()
    if conversation is None:
        return []
    told = rule(event, conversation)
    told.pop(event.actor_id or 0, None)
    if not told:
        return []
    message_id = event.data.get("message_id")
    if message_id is not None and not Message.objects.filter(id=message_id).exists():
        return []  # taken back meanwhile
    return [
        Notice(
            agent_id=agent_id,
            kind=told[agent_id],
            conversation_id=conversation.id,
            message_id=message_id,
            actor_id=event.actor_id,
        )
        for agent_id in _who_may_see(conversation, told)
    ]


def _about_article(event: Event) -> list[Notice]:
    row = ArticleText.objects.select_related("article").filter(id=event.data["text_id"]).first()
    told = ARTICLE_RULES[event.name](event, row) if row else {}
    told.pop(event.actor_id or 0, None)
    agents = Agent.objects.filter(id__in=list(told), is_active=True).order_by("id")
    return [
        Notice(
            agent_id=agent.pk,
            kind=told[agent.pk],
            conversation_id=None,
            message_id=None,
            actor_id=event.actor_id,
            text_id=event.data["text_id"],
        )
        for agent in agents
        if row and knowledge.may_see(agent, row.shop_id)
    ]


def _about_source(event: Event) -> list[Notice]:
    """What mailboxes and shop systems are about is nobody's in particular: those are told who can have it mended."""
    agents = Agent.objects.filter(role__in=(Role.LEAD, Role.ADMIN), is_active=True).order_by("id")
    model, name = SOURCES[event.name]
    number = event.data[name]
    if not model.objects.filter(id=number, is_active=True, failing_since__isnull=False).exists():
        return []  # it can be read again
    given: dict[str, Any] = {
        "kind": Kind.SOURCE_FAILING,
        "conversation_id": None,
        "message_id": None,
        "actor_id": None,
        name: number,
    }
    return [Notice(agent_id=agent.pk, **given) for agent in agents if may_handle_failures(agent)]


def _review_asked(event: Event, row: ArticleText) -> Told:
    return {event.data["agent_id"]: Kind.REVIEW_ASKED}


def _stale(event: Event, row: ArticleText) -> Told:
    if event.data["state"] != ArticleText.State.STALE:
        return {}
    author = row.versions.order_by("-number").values_list("author_id", flat=True).first()
    whom = row.article.owner_id or author
    return {whom: Kind.ARTICLE_STALE} if whom else {}


def _who_may_see(conversation: Conversation, agent_ids: Iterable[int]) -> list[int]:
    agents = Agent.objects.filter(id__in=list(agent_ids), is_active=True).order_by("id")
    return [agent.pk for agent in agents if may_read(agent) and queries.sees(agent, conversation)]


def _mentioned(event: Event, conversation: Conversation) -> Told:
    rows = list(Mention.objects.filter(message_id=event.data["message_id"]))
    told: Told = {row.agent_id: Kind.MENTIONED for row in rows if row.agent_id}
    for agent_id in _members(row.team_id for row in rows if row.team_id):
        told.setdefault(agent_id, Kind.TEAM_MENTIONED)
    return told


def _assigned(event: Event, conversation: Conversation) -> Told:
    if agent_id := event.data["agent_id"]:
        return {agent_id: Kind.ASSIGNED}
    team_id = event.data["team_id"]
    return dict.fromkeys(_members([team_id]), Kind.TEAM_ASSIGNED) if team_id else {}


def _customer_replied(event: Event, conversation: Conversation) -> Told:
    return dict.fromkeys(_concerned(conversation), Kind.CUSTOMER_REPLIED)


def _chat_waits(event: Event, conversation: Conversation) -> Told:
    """Somebody sits there and waits: those are told who could answer now."""
    if conversation.channel_type != CHAT or conversation.assignee_id is not None:
        return {}
    now = timezone.now()
    rows = Agent.objects.filter(is_active=True, status=Status.ONLINE, seen_at__gt=now - availability.SILENT_FOR)
    there = [agent for agent in rows if may_answer(agent) and availability.of(agent, now) == Status.ONLINE]
    return {agent.pk: Kind.CHAT_WAITS for agent in there}


def _third_replied(event: Event, conversation: Conversation) -> Told:
    return dict.fromkeys(_concerned(conversation), Kind.THIRD_REPLIED)


def _woken(event: Event, conversation: Conversation) -> Told:
    if event.actor_id:
        return {}
    put_aside = Event.objects.filter(conversation_id=conversation.id, name=events.ConversationSnoozed.name)
    by = put_aside.order_by("-id").values_list("actor_id", flat=True).first()
    return dict.fromkeys([number for number in (conversation.assignee_id, by) if number], Kind.SNOOZE_ENDED)


def _failed(event: Event, conversation: Conversation) -> Told:
    if event.data["state"] != Message.State.FAILED:
        return {}
    author = Message.objects.filter(id=event.data["message_id"]).values_list("author_id", flat=True).first()
    return dict.fromkeys([number for number in (author, conversation.assignee_id) if number], Kind.SEND_FAILED)


def _concerned(conversation: Conversation) -> list[int]:
    """The assignee and the followers."""
    followers = Follower.objects.filter(conversation=conversation).order_by("id").values_list("agent_id", flat=True)
    return [number for number in (conversation.assignee_id, *followers) if number]


def _members(team_ids: Iterable[int]) -> list[int]:
    rows = Agent.objects.filter(teams__in=list(team_ids), is_active=True).order_by("id")
    return list(rows.values_list("id", flat=True).distinct())


SOURCES: dict[str, tuple[Any, str]] = {
    channel_events.ChannelFailing.name: (Channel, "channel_id"),
    commerce_events.ConnectionFailing.name: (Connection, "connection_id"),
}
ARTICLE_RULES: dict[str, Callable[[Event, ArticleText], Told]] = {
    knowledge_events.ReviewAsked.name: _review_asked,
    knowledge_events.ArticleStateChanged.name: _stale,
}
RULES: dict[str, Callable[[Event, Conversation], Told]] = {
    events.Noted.name: _mentioned,
    events.ConversationAssigned.name: _assigned,
    events.ConversationOpened.name: _chat_waits,
    events.CustomerReplied.name: _customer_replied,
    events.SideAnswered.name: _third_replied,
    events.ConversationWoken.name: _woken,
    events.MessageStateChanged.name: _failed,
}
