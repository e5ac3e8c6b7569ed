"""What the token's agent has begun to write."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.conversations import operations
from shopbell.conversations.models import Draft
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN
from shopbell.web.api import find
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Number, Prose
from shopbell.web.api.problems import Problem

TAG = "Drafts"
PATH = "/conversations/{number}/drafts/{kind}"
Kind = Annotated[Literal["reply", "note"], Path()]


class DraftShape(BaseModel):
    """A text that was not sent yet."""

    kind: str = Field(examples=["reply"])
    text: str = Field(examples=["Dear Anna, "])
    updated_at: datetime = Field(examples=[WHEN])


@operation(TAG, "GET", PATH, scope=Scope.CONVERSATIONS_READ, may=permissions.may_read, shape=DraftShape)
def get_draft(request: ApiRequest, number: Number, kind: Kind) -> HttpResponse:
    """The agent's own draft."""
    row = Draft.objects.filter(conversation=find.conversation(request, number), agent=request.agent, kind=kind).first()
    if row is None:
        raise Problem(404, "There is no such draft of this agent.")
    return shown(DraftShape(kind=row.kind, text=row.text, updated_at=row.updated_at))


class NewDraft(Body):
    """Its text."""

    text: Prose = Field(min_length=1, examples=["Dear Anna, "])


@operation(TAG, "PUT", PATH, scope=Scope.CONVERSATIONS_WRITE, may=permissions.may_answer, shape=DraftShape)
def save_draft(request: ApiRequest, number: Number, kind: Kind, body: NewDraft) -> HttpResponse:
    """Put a text into the agent's composer, in place of what is there.

    A person reads it and sends it, or not.
    """
    operations.save_draft(find.conversation(request, number), request.agent, kind, body=body.text)
    return get_draft_now(request, number, kind)


def get_draft_now(request: ApiRequest, number: int, kind: str) -> HttpResponse:
    """The draft as it is after a change; one without a visible character was removed by it."""
    row = Draft.objects.filter(conversation=number, agent=request.agent, kind=kind).first()
    if row is None:
        raise Problem(422, "There is nothing to read in this text.")
    return shown(DraftShape(kind=row.kind, text=row.text, updated_at=row.updated_at))


@operation(TAG, "DELETE", PATH, scope=Scope.CONVERSATIONS_WRITE, may=permissions.may_answer, shape=None, status=204)
def discard_draft(request: ApiRequest, number: Number, kind: Kind) -> HttpResponse:
    """Forget what was begun; also when there was nothing."""
    operations.discard_draft(find.conversation(request, number), request.agent, kind)
    return done()
