"""Conversations: read, begin, change."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from pydantic import Field

from shopbell.agents import permissions
from shopbell.agents.models import Agent, Team
from shopbell.channels import contract
from shopbell.channels.models import Channel
from shopbell.conversations import operations, queries
from shopbell.conversations.locking import lock
from shopbell.conversations.models import Conversation, Message, Priority
from shopbell.customers import operations as customers
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import ConversationShape
from shopbell.web.api import find
from shopbell.web.api.door import ApiRequest, check_version, operation, shown, versioned
from shopbell.web.api.fields import Body, Id, Line, Number, Prose, Word
from shopbell.web.api.people import Address, senders
from shopbell.web.api.problems import Problem, wrong

TAG = "Conversations"
READ, WRITE = Scope.CONVERSATIONS_READ, Scope.CONVERSATIONS_WRITE
LEVELS = {name: level for level, name in shapes.PRIORITIES.items()}


@operation(TAG, "GET", "/conversations/{number}", scope=READ, may=permissions.may_read, shape=ConversationShape)
def get_conversation(request: ApiRequest, number: Number) -> HttpResponse:
    """One conversation.

    The `ETag` is its version: send it as `If-Match` with a change, and nobody's change is overwritten.
    """
    return versioned(request, shapes.conversation(find.conversation(request, number)))


class NewConversation(Body):
    """What a customer wrote elsewhere, or what an agent writes to a customer first."""

    channel_id: Id = Field(description="The mailbox or form it belongs to; answers leave by it.", examples=[3])
    sender: Literal["customer", "agent"] = Field(
        default="customer",
        description="`customer`: it came in and waits for an answer. `agent`: it is sent to the customer.",
        examples=["customer"],
    )
    customer: Address
    subject: Line = Field(default="", examples=["Where is my parcel?"])
    text: Prose = Field(min_length=1, examples=["I ordered two weeks ago."])
    language: str = Field(default="", pattern=r"^([a-z]{2,3})?$", examples=["en"])
    files: list[Id] = Field(default=[], max_length=20, description="Ids of uploads; for `agent` only.", examples=[[]])


@operation(TAG, "POST", "/conversations", scope=WRITE, may=permissions.may_answer, shape=ConversationShape, status=201)
def create_conversation(request: ApiRequest, body: NewConversation) -> HttpResponse:
    """Begin a conversation.

    A customer's message is filed as if it had come in: an answer to a known conversation joins that one. The address
    does not count as proved.
    """
    channel = _channel(request, body.channel_id)
    if not body.text.strip():
        raise wrong("/text", "It is empty.")
    if not permissions.scope(request.agent).may_see(channel.shop_id, None):
        raise Problem(403, "This agent may not begin conversations of this shop: they would not see them.")
    message = _from_customer(channel, body) if body.sender == "customer" else _to_customer(request, channel, body)
    row = find.conversation(request, message.conversation_id)
    return shown(shapes.conversation(row), 201, Location=f"/api/v1/conversations/{row.id}")


def _channel(request: ApiRequest, number: int) -> Channel:
    seen = permissions.scope(request.agent).shops
    rows = Channel.objects.select_related("shop", "replies_through").filter(id=number, is_active=True)
    channel = (rows if seen is None else rows.filter(shop__in=seen)).first()
    if channel is None:
        raise wrong("/channel_id", "There is no such channel, or it is switched off.")
    return channel


def _from_customer(channel: Channel, body: NewConversation) -> Message:
    if body.files:
        raise wrong("/files", "Files go with what an agent writes.")
    message = operations.receive(
        channel,
        contract.InboundMessage(
            external_id=f"api:{uuid.uuid4()}",
            sender=contract.Sender(address=body.customer.address, name=body.customer.name),
            occurred_at=timezone.now(),
            text=body.text,
            subject=body.subject,
            language=body.language,
        ),
    )
    assert message is not None  # its id is new
    return message


def _to_customer(request: ApiRequest, channel: Channel, body: NewConversation) -> Message:
    person = customers.resolve("email", body.customer.address, name=body.customer.name, language=body.language)
    answer = operations.Reply(
        text=body.text,
        key=uuid.uuid4().hex,
        to=senders([body.customer]),
        files=find.uploads(request, body.files),
    )
    return operations.start(channel, request.agent, customer=person, subject=body.subject, answer=answer)


class ConversationChange(Body):
    """What is named is changed, the rest stays."""

    assignee_id: Id | None = Field(default=None, description="null: nobody.", examples=[5])
    team_id: Id | None = Field(default=None, description="null: no team.", examples=[2])
    priority: shapes.PriorityName = Field(default="normal", examples=["high"])
    subject: Line = Field(default="", examples=["Parcel 1042"])
    tags: list[Word] = Field(default=[], max_length=50, description="All of them.", examples=[["delivery"]])
    custom: dict[str, Any] = Field(
        default={}, description="Values of the shop's own fields; null takes one away.", examples=[{"size": "L"}]
    )


@operation(TAG, "PATCH", "/conversations/{number}", scope=WRITE, may=permissions.may_answer, shape=ConversationShape)
def change_conversation(request: ApiRequest, number: Number, body: ConversationChange) -> HttpResponse:
    """Change assignee, team, priority, subject or tags.

    With `If-Match` only the version you read: 412 when somebody changed it since.
    """
    lock(find.conversation(request, number).id)
    row = find.conversation(request, number)
    check_version(request, shapes.conversation(row))
    named, actor = body.model_fields_set, request.agent.pk
    if body.custom:
        operations.change_custom(row.id, values=body.custom, actor=actor)
    if named & {"assignee_id", "team_id"}:
        _assign(request, row, body)
    if "priority" in named:
        operations.prioritise(row.id, priority=Priority(LEVELS[body.priority]), actor=actor)
    if "subject" in named:
        operations.change_subject(row.id, subject=body.subject, actor=actor)
    if "tags" in named:
        wanted = {tag.strip().lower() for tag in body.tags}
        removed = tuple(set(row.tags) - wanted)
        _tag(row.id, tuple(body.tags), removed, actor)
    return versioned(request, shapes.conversation(_again(request, row)))


def _tag(number: int, wanted: tuple[str, ...], removed: tuple[str, ...], actor: int) -> None:
    try:
        operations.change_tags(number, add=wanted, remove=removed, actor=actor)
    except operations.NewTag:
        raise wrong("/tags", "Only leads and admins make new tags here.") from None


def _again(request: ApiRequest, row: Conversation) -> Conversation:
    """As it is now; as it was last seen where the agent gave it out of their own sight."""
    return queries.conversation(request.agent, row.id) or Conversation.objects.get(id=row.id)


def _assign(request: ApiRequest, row: Conversation, body: ConversationChange) -> None:
    agent, team = row.assignee, row.team
    if "assignee_id" in body.model_fields_set:
        agent = assignable(request, body.assignee_id)
    if "team_id" in body.model_fields_set:
        team = _team(request, body.team_id)
    if agent is not None and not permissions.scope(agent).may_see(row.shop_id, team.id if team else None):
        raise wrong("/assignee_id", "This agent may not see the conversation.")
    operations.assign(row.id, agent=agent, team=team, actor=request.agent.pk)


def assignable(request: ApiRequest, number: int | None) -> Agent | None:
    """Somebody who may answer; for an agent of a partner a colleague of their own teams. Raises Problem for others."""
    if number is None:
        return None
    rows = Agent.objects.filter(id=number, is_active=True)
    teams = permissions.scope(request.agent).teams
    found = (rows if teams is None else rows.filter(teams__in=teams)).first()
    if found is None or not permissions.may_answer(found):
        raise wrong("/assignee_id", "There is no such agent who answers customers.")
    return found


def _team(request: ApiRequest, number: int | None) -> Team | None:
    teams = permissions.scope(request.agent).teams
    if number is None and teams is None:
        return None
    found = Team.objects.filter(id=number or 0).first()
    if found is None or (teams is not None and found.id not in teams):
        raise wrong("/team_id", "There is no such team.")
    return found
