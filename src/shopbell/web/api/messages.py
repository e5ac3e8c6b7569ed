"""Messages: read them, answer, note, take back, send again."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from shopbell.agents import permissions
from shopbell.channels import contract
from shopbell.conversations import operations
from shopbell.conversations.models import Attachment, Conversation, Message
from shopbell.core.html import sanitise
from shopbell.integrations import shapes
from shopbell.integrations.models import Scope
from shopbell.integrations.shapes import MessageShape, WholeMessageShape
from shopbell.web.api import find, paging
from shopbell.web.api.door import ApiRequest, done, operation, shown
from shopbell.web.api.fields import Body, Id, Number, Prose
from shopbell.web.api.paging import After, Limit, Page
from shopbell.web.api.people import Address, senders
from shopbell.web.api.problems import Problem, wrong
from shopbell.web.desk import composer

TAG = "Messages"
READ, WRITE = Scope.CONVERSATIONS_READ, Scope.CONVERSATIONS_WRITE
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
    rows = Message.objects.filter(conversation=find.conversation(request, number).id)
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
    to, cc = senders(body.to), senders(body.cc)
    if not to:
        to, copied = _usual(row)
        cc = cc or copied
    answer = operations.Reply(
        text=body.text,
        key=uuid.uuid4().hex,
        to=to,
        cc=cc,
        bcc=senders(body.bcc),
        files=find.uploads(request, body.files),
        seen_message_id=body.seen_message_id,
        then=body.then,
    )
    return shown(shapes.message(_sent(request, row, answer)), 201)


def _usual(row: Conversation) -> tuple[tuple[contract.Sender, ...], tuple[contract.Sender, ...]]:
    """Whom the desk's composer would offer."""
    to, cc = composer.default_recipients(row, [])
    return composer.senders(composer.read_people(to)), composer.senders(composer.read_people(cc))


def _sent(request: ApiRequest, row: Conversation, answer: operations.Reply) -> Message:
    try:
        return operations.reply(row.id, request.agent, answer)
    except operations.NewerMessage:
        raise Problem(409, "The customer has written since. Read it, then send with the newest id.") from None
    except operations.NoRecipient:
        raise wrong("/to", "There is nobody to send it to.") from None
    except ValueError:
        raise wrong("/text", "There is nothing to send: write something, or send a file.") from None


class NewNote(Body):
    """Something for colleagues."""

    text: Prose = Field(default="", examples=["Asked the carrier; they call back."])
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
    """Leave a note. No customer ever sees it."""
    row = find.conversation(request, number)
    files = find.uploads(request, body.files)
    try:
        stored = operations.note(row.id, request.agent, body=body.text, files=files)
    except ValueError:
        raise wrong("/text", "The note is empty.") from None
    return shown(shapes.message(stored), 201)


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
