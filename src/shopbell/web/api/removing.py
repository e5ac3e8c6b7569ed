"""What is taken out of a conversation: messages into one of their own, a passage or a file for good, or all of it."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.conversations import operations
from shopbell.core import redaction
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import ConversationShape
from shopbell.web.api import find
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Line, Number, Prose
from shopbell.web.api.problems import Problem, wrong

TAG = "Conversations"
WRITE = Scope.CONVERSATIONS_WRITE
WHY_NOT = {
    "nothing": "None of these messages is in the conversation.",
    "all": "One message at least stays.",
    "moved": "Some of these messages are not in the conversation (any more).",
    "spam": "Spam is not split.",
}


class Split(Body):
    """What becomes a conversation of its own."""

    message_ids: list[Id] = Field(min_length=1, max_length=500, examples=[[2003, 2004]])
    subject: Line = Field(default="", description="Empty: that of the first message.", examples=["Another parcel"])


@operation(
    TAG,
    "POST",
    "/conversations/{number}/split",
    scope=WRITE,
    may=permissions.may_answer,
    shape=ConversationShape,
    status=201,
)
def split_conversation(request: ApiRequest, number: Number, body: Split) -> HttpResponse:
    """Move messages into a new conversation, linked to this one. The same messages again are the same conversation."""
    found = find.conversation(request, number)
    try:
        new = operations.split(found.id, body.message_ids, subject=body.subject, actor=request.agent.pk)
    except operations.CannotSplit as refused:
        raise wrong("/message_ids", WHY_NOT[refused.reason]) from None
    shape = shapes.conversation(find.conversation(request, new.id))
    return shown(shape, 201, Location=f"/api/v1/conversations/{new.id}")


class Redaction(Body):
    """A passage, word for word, or a file; and why. The log keeps the reason, never what it was."""

    passage: Prose = Field(default="", description="3 to 5,000 characters.", examples=["4111 1111 1111 1111"])
    file_id: Id | None = Field(default=None, description="Instead of a passage.", examples=[None])
    reason: Literal["personal", "payment", "secret", "health", "legal", "other"] = Field(examples=["payment"])


class RedactedShape(BaseModel):
    """How much was removed."""

    places: int = Field(description="In how many places it stood, or was attached.", examples=[1])


@operation(TAG, "POST", "/conversations/{number}/redact", scope=WRITE, may=permissions.may_redact, shape=RedactedShape)
def redact_conversation(request: ApiRequest, number: Number, body: Redaction) -> HttpResponse:
    """Remove a passage or a file for good: from messages, quotes, search and the mail as it came."""
    found = find.conversation(request, number)
    if (body.file_id is None) == (not body.passage.strip()):
        raise wrong("/passage", "Name a passage or a file.")
    try:
        removed = _redact(found.id, body, request.agent.pk)
    except redaction.BadPassage:
        raise wrong("/passage", "Between 3 and 5,000 characters.") from None
    except operations.NothingFound:
        place = "/passage" if body.file_id is None else "/file_id"
        raise wrong(place, "It is not in this conversation (any more).") from None
    return shown(RedactedShape(places=removed))


def _redact(conversation: int, body: Redaction, actor: int) -> int:
    if body.file_id is not None:
        return operations.redact_file(conversation, body.file_id, reason=body.reason, actor=actor)
    return operations.redact_passage(conversation, body.passage, reason=body.reason, actor=actor)


class Deletion(Body):
    """Why all of it goes."""

    reason: Literal["privacy", "mistake", "test", "spam", "other"] = Field(examples=["privacy"])


@operation(
    TAG,
    "POST",
    "/conversations/{number}/delete",
    scope=WRITE,
    may=permissions.may_delete,
    shape=None,
    status=204,
)
def delete_conversation(request: ApiRequest, number: Number, body: Deletion) -> HttpResponse:
    """Delete a conversation for good, with its messages, files and the mails as they came. Nobody can undo it."""
    found = find.conversation(request, number)
    if found.merged_into_id:
        raise Problem(409, "It was merged: delete the conversation it is in.")
    operations.delete(found.id, reason=body.reason, actor=request.agent.pk)
    return done()
