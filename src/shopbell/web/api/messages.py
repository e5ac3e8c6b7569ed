"""Messages: read them, answer, note, take back, send again."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from shopbell.agents import permissions
from shopbell.channels import contract
from shopbell.conversations import masking, operations, queries
from shopbell.conversations.models import Attachment, Conversation, Draft, Message
from shopbell.core import rich
from shopbell.core.html import sanitise
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import WHEN, MessageShape, WholeMessageShape
from shopbell.web.api import find, paging
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Instant, Number, Prose
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.people import Address, senders
from shopbell.web.api.problems import Problem, wrong
from shopbell.web.desk import address_line, composer

TAG = "Messages"
READ, WRITE = Scope.CONVERSATIONS_READ, Scope.CONVERSATIONS_WRITE
NEWER = "The customer has written since. Read it, then send with the newest id."
Order = Annotated[Literal["oldest", "newest"], Query(description="Which come first.")]


@operation(
    TAG,
    "GET",
    "/conversations/{number}/messages",
    scope=READ,
    may=permissions.may_read,
    shape=Page[MessageShape],
)
def list_messages(
    request: ApiRequest, number: Number, order: Order = "oldest", limit: Limit = 50, after: After = ""
) -> HttpResponse:
    """The messages and notes of a conversation, oldest first.

    The text is what was written; ask for one message to have its quote, signature and HTML.
    """
    rows = queries.messages(request.agent).filter(conversation=find.conversation(request, number).id, side=None)
    behind = paging.number(after)
    if behind is not None:
        rows = rows.filter(id__gt=behind) if order == "oldest" else rows.filter(id__lt=behind)
    files = Prefetch("attachments", Attachment.objects.select_related("blob").order_by("id"))
    rows = rows.defer("html", "full_text", "thread_ids").prefetch_related(files)
    found, more = paging.cut(rows.order_by("id" if order == "oldest" else "-id"), limit)
    items = [shapes.message(row) for row in found]
    following = paging.cursor(items[-1].id) if more else None
    return paging.shown(request, Page[MessageShape].model_construct(items=items, next=following))


@operation(TAG, "GET", "/messages/{number}", scope=READ, may=permissions.may_read, shape=WholeMessageShape)
def get_message(request: ApiRequest, number: Number) -> HttpResponse:
    """One message with its quote, its signature and its HTML.

    The HTML is made harmless: without scripts, forms, and pictures from afar.
    """
    return _whole(request, number)


def _whole(request: ApiRequest, number: int) -> HttpResponse:
    row = find.message(request, number)
    return shown(shapes.whole_message(row, sanitise(row.html).html if row.html else ""))


class NewReply(Body):
    """An answer to the customer."""

    text: Prose = Field(default="", examples=["Your parcel arrives tomorrow."])
    html: Prose = Field(
        default="", description="The text with formatting; then `text` is made from it.", examples=["<p>Tomorrow.</p>"]
    )
    to: list[Address] = Field(
        default=[], max_length=50, description="Left out: whoever wrote last, and whom they copied in.", examples=[[]]
    )
    cc: list[Address] = Field(default=[], max_length=50, examples=[[]])
    bcc: list[Address] = Field(default=[], max_length=50, examples=[[]])
    files: list[Id] = Field(default=[], max_length=20, description="Ids of uploads.", examples=[[]])
    then: Literal["", "resolved", "pending_customer"] = Field(
        default="", description="The state to leave the conversation in.", examples=["resolved"]
    )
    seen_message_id: Id | None = Field(
        default=None,
        description="The newest message you know: 409 when the customer has written since.",
        examples=[5001],
    )


@operation(
    TAG,
    "POST",
    "/conversations/{number}/replies",
    scope=WRITE,
    may=permissions.may_answer,
    shape=MessageShape,
    status=201,
)
def reply(request: ApiRequest, number: Number, body: NewReply) -> HttpResponse:
    """Answer the customer.

    It leaves after a few seconds, until then it can be undone. Send an `Idempotency-Key`, and a request sent twice is
    one answer.
    """
    row = find.conversation(request, number)
    sent = _sent(request, row, _answer(request, row, body))
    return shown(shapes.message(find.message(request, sent.id)), 201)


def _answer(request: ApiRequest, row: Conversation, body: NewReply) -> operations.Reply:
    if masking.is_masked(request.agent) and (body.to or body.cc or body.bcc):
        raise wrong("/to", "This agent sees no addresses: leave out to, cc and bcc.")
    to, cc = senders(body.to), senders(body.cc)
    if not to:
        to, copied = _usual(row)
        cc = cc or copied
    return operations.Reply(
        text=body.text,
        html=body.html,
        key=uuid.uuid4().hex,
        to=to,
        cc=cc,
        bcc=senders(body.bcc),
        files=find.uploads(request, body.files),
        seen_message_id=body.seen_message_id,
        then=body.then,
    )


def _usual(row: Conversation) -> tuple[tuple[contract.Sender, ...], tuple[contract.Sender, ...]]:
    """Whom the desk's composer would offer."""
    to, cc = composer.default_recipients(row, [])
    return address_line.senders(address_line.read_people(to)), address_line.senders(address_line.read_people(cc))


def _sent(request: ApiRequest, row: Conversation, answer: operations.Reply) -> Message:
    try:
        return operations.reply(row.id, request.agent, answer)
    except operations.NewerMessage:
        raise Problem(409, NEWER) from None
    except rich.TooLong:
        raise wrong("/html", "It is too long.") from None
    except operations.NoRecipient:
        raise wrong("/to", "There is nobody to send it to.") from None
    except ValueError:
        raise wrong("/text", "There is nothing to send: write something, or send a file.") from None


class LaterReply(NewReply):
    """An answer that leaves later."""

    at: Instant = Field(description="A minute from now at the least, a year at most.", examples=[WHEN])


class ScheduledShape(BaseModel):
    """An answer that waits for its time."""

    id: int = Field(examples=[61])
    at: datetime = Field(examples=[WHEN])


@operation(
    TAG,
    "POST",
    "/conversations/{number}/scheduled-replies",
    scope=WRITE,
    may=permissions.may_answer,
    shape=ScheduledShape,
    status=201,
)
def schedule_reply(request: ApiRequest, number: Number, body: LaterReply) -> HttpResponse:
    """Answer the customer at an instant.

    What the customer writes meanwhile goes first: then the answer becomes the agent's draft again.
    """
    row = find.conversation(request, number)
    try:
        kept = operations.send_later(row.id, request.agent, _answer(request, row, body), body.at)
    except operations.NotThen:
        raise wrong("/at", "A minute from now at the least, a year at most.") from None
    except operations.NoRecipient:
        raise wrong("/to", "There is nobody to send it to.") from None
    except operations.NewerMessage:
        raise Problem(409, NEWER) from None
    except ValueError:
        raise wrong("/text", "There is nothing to send: write something, or send a file.") from None
    if kept is None or kept.send_at is None:
        raise Problem(409, "It was sent already.")
    return shown(ScheduledShape(id=kept.id, at=kept.send_at), 201)


@operation(
    TAG,
    "DELETE",
    "/conversations/{number}/scheduled-replies/{later}",
    scope=WRITE,
    may=permissions.may_answer,
    shape=None,
    status=204,
)
def unschedule_reply(request: ApiRequest, number: Number, later: Number) -> HttpResponse:
    """Take it back: it becomes the draft of whoever wrote it."""
    row = find.conversation(request, number)
    if not Draft.objects.filter(id=later, conversation=row.id, kind=Draft.LATER).exists():
        raise Problem(404)
    operations.unschedule(later, actor=request.agent.pk)
    return done()


class NewNote(Body):
    """Something for colleagues."""

    text: Prose = Field(default="", examples=["Asked the carrier; they call back."])
    html: Prose = Field(default="", description="With formatting; then `text` is made from it.", examples=[""])
    files: list[Id] = Field(default=[], max_length=20, description="Ids of uploads.", examples=[[]])


@operation(
    TAG,
    "POST",
    "/conversations/{number}/notes",
    scope=WRITE,
    may=permissions.may_answer,
    shape=MessageShape,
    status=201,
)
def note(request: ApiRequest, number: Number, body: NewNote) -> HttpResponse:
    """Leave a note. No customer ever sees it. Whom it names by @ follows the conversation from now on."""
    row = find.conversation(request, number)
    files = find.uploads(request, body.files)
    try:
        stored = operations.note(row.id, request.agent, body=body.text, html=body.html, files=files)
    except operations.CannotSee as blind:
        raise wrong("/text", f"{', '.join(blind.names)} may not see this conversation.") from None
    except rich.TooLong:
        raise wrong("/html", "It is too long.") from None
    except ValueError:
        raise wrong("/text", "The note is empty.") from None
    return shown(shapes.message(find.message(request, stored.id)), 201)


@operation(TAG, "POST", "/messages/{number}/undo", scope=WRITE, may=permissions.may_answer, shape=None, status=204)
def undo_reply(request: ApiRequest, number: Number) -> HttpResponse:
    """Take an answer of this agent back before it leaves.

    409 when it has left already; its text becomes the agent's draft again.
    """
    row = find.message(request, number)
    if row.author_id != request.agent.pk or row.kind != Message.Kind.AGENT:
        raise Problem(404)
    if not operations.undo(row.id, request.agent):
        raise Problem(409, f"Too late: an answer leaves after {settings.UNDO_SECONDS} seconds.")
    return done()


@operation(TAG, "POST", "/messages/{number}/retry", scope=WRITE, may=permissions.may_answer, shape=WholeMessageShape)
def retry_reply(request: ApiRequest, number: Number) -> HttpResponse:
    """Send an answer that failed once more.

    409 when it has not failed.
    """
    row = find.message(request, number)
    if not operations.retry(row.id, request.agent.pk):
        raise Problem(409, "This message has not failed.")
    return _whole(request, number)
