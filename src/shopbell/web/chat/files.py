"""Files of visitors: sent ahead of their message, taken back, and those of lines fetched again."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from shopbell.channels.models import Blob
from shopbell.chats import operations
from shopbell.chats.models import Line
from shopbell.conversations.models import Attachment
from shopbell.core.files import is_safe_inline, safe_name, sniff
from shopbell.web import policy
from shopbell.web.chat import config, floods, shape
from shopbell.web.chat.door import ChatRequest, Refusal, chat, say
from shopbell.web.portal.contact_form import TAKEN

SNIFFED_BYTES = 70_000


@chat("POST")
def files(request: ChatRequest) -> HttpResponse:
    """Send one file (`file`) ahead of the message it goes with."""
    floods.uploads(request)
    upload = request.FILES.get("file")
    if upload is None or not upload.size:
        raise Refusal(422, "no_file", _("The file is empty."))
    _check(upload, config.max_file_bytes(request.chat))
    try:
        row = operations.upload(request.visit, upload.name or "", upload.read())
    except operations.TooManyUploads:
        raise Refusal(422, "files", _("Too many files wait already. Please send your message first.")) from None
    return say({"id": row.id, "name": row.name, "size": row.blob.size, "type": row.blob.content_type}, 201)


def _check(upload: UploadedFile[bytes], most: int) -> None:
    """By size and by what the bytes are, whatever the name says. Raises Refusal."""
    name = safe_name(upload.name or "")
    if (upload.size or 0) > most:
        words = _("“{name}” is larger than {n} MB.").format(name=name, n=most // 1_000_000)
        raise Refusal(413, "file_size", words)
    kind = sniff(upload.read(SNIFFED_BYTES), name)
    upload.seek(0)
    if kind not in TAKEN:
        words = _("“{name}” is of a kind we cannot take: please send pictures, PDF or documents.")
        raise Refusal(415, "file_kind", words.format(name=name))


@chat("DELETE")
def file(request: ChatRequest, number: int) -> HttpResponse:
    """Take a file back that has not gone with a message yet; one that is gone already stays so."""
    operations.take_back(request.visit, number)
    return HttpResponse(status=204)


@chat("GET", "HEAD", visit=False)
def fetch(request: ChatRequest, token: str) -> HttpResponseBase:
    """A file of a line, for whoever has the address that line was given with: an <img> of a page sends no header."""
    named = shape.read_address(token)
    row = _attachment(request, *named) if named else None
    if row is None:
        raise Refusal(404, "no_file", _("This file is not there any more. Load the page again."))
    if request.GET.get("thumbnail") and row.blob.has_thumbnail:
        return _respond(row.blob, row.blob.thumbnail_path, "thumbnail.webp", "image/webp")
    return _respond(row.blob, row.blob.path, safe_name(row.name), row.blob.content_type)


def _attachment(request: ChatRequest, visit: int, number: int) -> Attachment | None:
    """One that belongs to a line of that visit, of this chat, still."""
    row = Attachment.objects.select_related("blob").filter(id=number).first()
    lines = Line.objects.filter(visit=visit, visit__channel=request.chat)
    return row if row is not None and lines.filter(message=row.message_id).exists() else None


def _respond(blob: Blob, path: str, name: str, content_type: str) -> HttpResponseBase:
    """Nothing in the file is ever run, and only pictures are shown in place."""
    try:
        stored = default_storage.open(path)
    except FileNotFoundError:
        raise Refusal(404, "no_file", _("This file is not there any more. Load the page again.")) from None
    shown = is_safe_inline(content_type)
    answer = FileResponse(stored, filename=name, content_type=content_type, as_attachment=not shown)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    policy.only(answer, policy.NOTHING_RUNS)
    return answer
