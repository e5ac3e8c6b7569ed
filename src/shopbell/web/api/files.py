"""Files: send them ahead, fetch those of messages."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from ninja import File, UploadedFile
from pydantic import BaseModel, ConfigDict, Field

from shopbell.agents import permissions
from shopbell.conversations import masking, queries
from shopbell.conversations.models import Attachment
from shopbell.integrations import operations
from shopbell.integrations.models import Scope
from shopbell.web.api.door import ApiRequest, operation, shown
from shopbell.web.api.fields import Number
from shopbell.web.api.problems import Problem, wrong

TAG = "Files"
TOO_LARGE = 413
BLOCK_BYTES = 64_000  # a thread makes an answer the sooner the fewer its parts are


class UploadShape(BaseModel):
    """A file that waits for its message, for a day at most."""

    model_config = ConfigDict(title="Upload")

    id: int = Field(examples=[31])
    name: str = Field(examples=["label.pdf"])
    content_type: str = Field(examples=["application/pdf"])
    size: int = Field(examples=[48211])


@operation(
    TAG,
    "POST",
    "/uploads",
    scope=Scope.CONVERSATIONS_WRITE,
    may=permissions.may_answer,
    shape=UploadShape,
    status=201,
    multipart=True,
)
def upload_file(request: ApiRequest, file: File[UploadedFile]) -> HttpResponse:
    """Send a file ahead of the message it goes with.

    Name its `id` in `files` of a reply or a note within a day.
    """
    size = file.size or 0
    if size > settings.MAX_ATTACHMENT_BYTES:
        raise Problem(TOO_LARGE, f"At most {settings.MAX_ATTACHMENT_BYTES} bytes.")
    if size == 0:
        raise wrong("file", "It is empty.")
    row = operations.keep_upload(request.agent, name=file.name or "", content=file.read())
    shape = UploadShape(id=row.id, name=row.name, content_type=row.blob.content_type, size=row.blob.size)
    return shown(shape, 201)


@operation(
    TAG,
    "GET",
    "/files/{number}",
    scope=Scope.CONVERSATIONS_READ,
    may=permissions.may_read,
    shape=bytes,
    content_type="application/octet-stream",
)
def get_file(request: ApiRequest, number: Number) -> FileResponse:
    """The bytes of a message's file."""
    rows = Attachment.objects.select_related("blob", "message")
    row = rows.filter(id=number, message__conversation__in=queries.visible(request.agent)).first()
    if row is None:
        raise Problem(404)
    if not masking.may_open(request.agent, row):
        raise Problem(403, "This agent may not open files of customers.")
    try:
        stored = default_storage.open(row.blob.path)
    except FileNotFoundError:
        raise Problem(404, "The storage has lost this file.") from None
    response = FileResponse(stored, as_attachment=True, filename=row.name, content_type="application/octet-stream")
    response.block_size = BLOCK_BYTES
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
