"""What ties conversations together, and who follows them: merge, link, follow."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db.models import Q
from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.agents.models import Agent
from shopbell.conversations import operations, queries
from shopbell.conversations.models import Follower, Link, Merge
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import ConversationShape
from shopbell.web.api import find
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Number
from shopbell.web.api.problems import Problem, wrong

TAG = "Conversations"
READ, WRITE = Scope.CONVERSATIONS_READ, Scope.CONVERSATIONS_WRITE
WHY = {
    "itself": "A conversation is not merged into itself.",
    "shop": "They are of two shops.",
    "spam": "Spam is merged with nothing.",
    "merged": "It was merged into another one already.",
    "target_merged": "That one was merged into another one.",
    "customer": "They are of two customers: a lead may merge them with `across_customers`.",
    "late": "A merge can be undone for 24 hours.",
}


class NewMerge(Body):
    """Where it goes."""

    into_id: Id = Field(description="Its number, subject and people stay.", examples=[1040])
    across_customers: bool = Field(
        default=False, description="Also where the customers differ: leads and admins only.", examples=[False]
    )


class MergedShape(BaseModel):
    """A merge, which can be undone for 24 hours."""

    merge_id: int = Field(examples=[12])
    conversation: ConversationShape


@operation(TAG, "POST", "/conversations/{number}/merge", scope=WRITE, may=permissions.may_answer, shape=MergedShape)
def merge_conversations(request: ApiRequest, number: Number, body: NewMerge) -> HttpResponse:
    """Put everything of a conversation into another one. Twice is once."""
    child, parent = find.conversation(request, number), queries.conversation(request.agent, body.into_id)
    if parent is None:
        raise wrong("/into_id", "There is no such conversation.")
    if body.across_customers and not permissions.may_override(request.agent):
        raise wrong("/across_customers", WHY["customer"])
    try:
        row = operations.merge(child.id, parent.id, actor=request.agent.pk, across=body.across_customers)
    except operations.CannotMerge as refused:
        raise Problem(409, WHY.get(refused.reason, "They stay apart.")) from None
    shape = shapes.conversation(find.conversation(request, parent.id))
    return shown(MergedShape.model_construct(merge_id=row.id, conversation=shape))


@operation(TAG, "POST", "/merges/{number}/undo", scope=WRITE, may=permissions.may_answer, shape=ConversationShape)
def undo_merge(request: ApiRequest, number: Number) -> HttpResponse:
    """Take a conversation out again, as it was, within 24 hours. What was written since stays with the other."""
    row = Merge.objects.filter(id=number).first()
    if row is None:
        raise Problem(404)
    find.conversation(request, row.parent_id)
    try:
        operations.undo_merge(row.id, actor=request.agent.pk)
    except operations.CannotMerge as refused:
        raise Problem(409, WHY.get(refused.reason, "It cannot be undone any more.")) from None
    return shown(shapes.conversation(find.conversation(request, row.child_id)))


class LinkShape(BaseModel):
    """Another conversation this one has to do with."""

    conversation_id: int = Field(examples=[1040])
    relation: str = Field(description="related, follow_up, caused_by or split.", examples=["follow_up"])
    is_said_here: bool = Field(description="false: it is the other one that follows this one, …", examples=[True])


class Links(BaseModel):
    items: list[LinkShape]


class NewLink(Body):
    """How they have to do with each other."""

    conversation_id: Id = Field(examples=[1040])
    relation: Literal["related", "follow_up", "caused_by"] = Field(default="related", examples=["follow_up"])


@operation(TAG, "GET", "/conversations/{number}/links", scope=READ, may=permissions.may_read, shape=Links)
def list_links(request: ApiRequest, number: Number) -> HttpResponse:
    """The conversations this one is linked with, as far as the agent may see them."""
    found = find.conversation(request, number)
    rows = list(Link.objects.filter(Q(conversation=found.id) | Q(other=found.id)).order_by("id"))
    others = {row.id: row.other_id if row.conversation_id == found.id else row.conversation_id for row in rows}
    seen = set(queries.visible(request.agent).filter(id__in=others.values()).values_list("id", flat=True))
    items = [
        LinkShape(conversation_id=others[row.id], relation=row.relation, is_said_here=row.conversation_id == found.id)
        for row in rows
        if others[row.id] in seen
    ]
    return shown(Links(items=items))


@operation(
    TAG,
    "POST",
    "/conversations/{number}/links",
    scope=WRITE,
    may=permissions.may_answer,
    shape=None,
    status=204,
)
def link_conversations(request: ApiRequest, number: Number, body: NewLink) -> HttpResponse:
    """Say how this conversation has to do with another one."""
    found, other = find.conversation(request, number), queries.conversation(request.agent, body.conversation_id)
    try:
        if other is None:
            raise operations.NoSuchLink(body.conversation_id)
        operations.link(found.id, other.id, relation=body.relation, actor=request.agent.pk)
    except operations.NoSuchLink:
        raise wrong("/conversation_id", "There is no such other conversation.") from None
    return done()


@operation(
    TAG,
    "DELETE",
    "/conversations/{number}/links/{other}",
    scope=WRITE,
    may=permissions.may_answer,
    shape=None,
    status=204,
)
def unlink_conversations(request: ApiRequest, number: Number, other: Number) -> HttpResponse:
    """They have nothing to do with each other after all."""
    one, another = find.conversation(request, number).id, find.conversation(request, other).id
    operations.unlink(one, another, actor=request.agent.pk)
    return done()


class FollowerShape(BaseModel):
    """Somebody who hears what happens in it."""

    agent_id: int = Field(examples=[5])
    since: datetime = Field(examples=[shapes.WHEN])


class Followers(BaseModel):
    items: list[FollowerShape]


@operation(TAG, "GET", "/conversations/{number}/followers", scope=READ, may=permissions.may_read, shape=Followers)
def list_followers(request: ApiRequest, number: Number) -> HttpResponse:
    """Who follows the conversation."""
    rows = Follower.objects.filter(conversation=find.conversation(request, number).id).order_by("id")
    return shown(Followers(items=[FollowerShape(agent_id=row.agent_id, since=row.created_at) for row in rows]))


@operation(
    TAG,
    "PUT",
    "/conversations/{number}/followers/{agent}",
    scope=WRITE,
    may=permissions.may_answer,
    shape=None,
    status=204,
)
def follow_conversation(request: ApiRequest, number: Number, agent: Number) -> HttpResponse:
    """Let an agent hear what happens in the conversation. Twice is once."""
    found, who = find.conversation(request, number), Agent.objects.filter(id=agent).first()
    try:
        if who is None:
            raise operations.CannotSee([])
        operations.follow(found, who, actor=request.agent.pk)
    except operations.CannotSee:
        raise wrong("agent", "There is no such agent who may see the conversation.") from None
    return done()


@operation(
    TAG,
    "DELETE",
    "/conversations/{number}/followers/{agent}",
    scope=WRITE,
    may=permissions.may_answer,
    shape=None,
    status=204,
)
def unfollow_conversation(request: ApiRequest, number: Number, agent: Number) -> HttpResponse:
    """No longer. Also when they did not."""
    found, who = find.conversation(request, number), Agent.objects.filter(id=agent).first()
    if who is not None:
        operations.unfollow(found, who, actor=request.agent.pk)
    return done()
