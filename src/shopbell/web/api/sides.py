"""Side conversations: somebody else is asked about a conversation, and the customer never sees a word of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.conversations import masking, operations, queries
from shopbell.conversations.models import SideConversation
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN, MessageShape, PersonShape
from shopbell.web.api import find, paging
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Body, Id, Instant, Line, Number, Prose
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.people import Address, senders
from shopbell.web.api.problems import Problem, wrong

TAG = "Side conversations"
READ, WRITE = Scope.CONVERSATIONS_READ, Scope.CONVERSATIONS_WRITE


class SideShape(BaseModel):
    """A thread with somebody else."""

    id: int = Field(examples=[21])
    conversation_id: int = Field(examples=[1042])
    subject: str = Field(examples=["Parcel 1042"])
    to: list[PersonShape]
    last_message_at: datetime = Field(examples=[WHEN])
    answered_at: datetime | None = Field(description="Their last answer.", examples=[None])


class Sides(BaseModel):
    items: list[SideShape]


def _shape(request: ApiRequest, row: SideConversation) -> SideShape:
    is_masked = masking.is_masked(request.agent)
    people = [] if is_masked else row.recipients.get("to", ())
    return SideShape(
        id=row.id,
        conversation_id=row.conversation_id,
        subject="" if is_masked else row.subject,
        to=[PersonShape(name=name, address=address) for name, address in people],
        last_message_at=row.last_message_at,
        answered_at=row.answered_at,
    )


@operation(TAG, "GET", "/conversations/{number}/sides", scope=READ, may=permissions.may_read, shape=Sides)
def list_sides(request: ApiRequest, number: Number) -> HttpResponse:
    """Who else was asked about the conversation."""
    rows = SideConversation.objects.filter(conversation=find.conversation(request, number).id).order_by("id")
    return shown(Sides(items=[_shape(request, row) for row in rows]))


@operation(TAG, "GET", "/sides/{number}/messages", scope=READ, may=permissions.may_read, shape=Page[MessageShape])
def list_side_messages(request: ApiRequest, number: Number, limit: Limit = 50, after: After = "") -> HttpResponse:
    """The messages of a side conversation, oldest first."""
    side = _side(request, number)
    rows = queries.messages(request.agent).filter(conversation=side.conversation_id, side=side)
    behind = paging.number(after)
    if behind is not None:
        rows = rows.filter(id__gt=behind)
    rows = rows.defer("html", "full_text", "thread_ids").prefetch_related("attachments__blob").order_by("id")
    found, more = paging.cut(rows, limit)
    items = [shapes.message(row) for row in found]
    following = paging.cursor(items[-1].id) if more else None
    return paging.shown(request, Page[MessageShape].model_construct(items=items, next=following))


def _side(request: ApiRequest, number: int) -> SideConversation:
    found = SideConversation.objects.filter(id=number).first()
    if found is None:
        raise Problem(404)
    find.conversation(request, found.conversation_id)
    return found


class NewQuestion(Body):
    """What is written to somebody else."""

    to: list[Address] = Field(min_length=1, max_length=50)
    cc: list[Address] = Field(default=[], max_length=50, examples=[[]])
    subject: Line = Field(default="", max_length=500, examples=["Parcel 1042"])
    text: Prose = Field(min_length=1, examples=["Where is it?"])
    message_ids: list[Id] = Field(
        default=[], max_length=50, description="Messages of the conversation that are passed on.", examples=[[5001]]
    )
    next_check: Instant | None = Field(
        default=None, description="Wait for them, and look again at this instant.", examples=[None]
    )


@operation(
    TAG,
    "POST",
    "/conversations/{number}/sides",
    scope=WRITE,
    may=permissions.may_answer,
    shape=SideShape,
    status=201,
)
def ask_somebody_else(request: ApiRequest, number: Number, body: NewQuestion) -> HttpResponse:
    """Ask a supplier, a carrier, anybody but the customer."""
    row = find.conversation(request, number)
    side = _try(lambda: operations.ask_third(row.id, request.agent, _ask(body)))
    return shown(_shape(request, SideConversation.objects.get(id=side.id)), 201)


@operation(
    TAG,
    "POST",
    "/sides/{number}/messages",
    scope=WRITE,
    may=permissions.may_answer,
    shape=MessageShape,
    status=201,
)
def write_in_side(request: ApiRequest, number: Number, body: NewQuestion) -> HttpResponse:
    """Write to them again."""
    side = _side(request, number)
    sent = _try(lambda: operations.reply_to_third(side.id, request.agent, _ask(body)))
    return shown(shapes.message(find.message(request, sent.id)), 201)


def _ask(body: NewQuestion) -> operations.Ask:
    return operations.Ask(
        key=uuid.uuid4().hex,
        text=body.text,
        to=senders(body.to),
        cc=senders(body.cc),
        subject=body.subject,
        messages=body.message_ids,
        next_check=body.next_check,
    )


def _try(act: Any) -> Any:
    try:
        return act()
    except operations.NotThem as refused:
        raise wrong("/to", f"Not these: {refused}. They are the customer's side, or ourselves.") from None
    except operations.NoRecipient:
        raise wrong("/to", "There is nobody to send it to.") from None
    except ValueError as refused:
        raise wrong("/text", f"It cannot be sent: {refused}.") from None
