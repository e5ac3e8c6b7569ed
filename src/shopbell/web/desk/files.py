"""Files of messages and drafts, for those who may see the conversation."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from shopbell.agents.permissions import may_read
from shopbell.channels.models import Blob
from shopbell.conversations import masking, queries
from shopbell.conversations.models import Attachment, Draft, DraftFile
from shopbell.core.files import is_safe_inline, safe_name
from shopbell.web import policy
from shopbell.web.guards import agent_of, allow

INLINE_SECONDS = 3600
_signer = TimestampSigner(salt="inline-image")


class BlobResponse(FileResponse):
    """A stored file, read in large pieces."""

    block_size = 256_000


@require_safe
@allow(may_read)
def attachment(request: HttpRequest, number: int) -> FileResponse:
    """A file of a message, to be saved; a picture is shown in place."""
    row = _visible_attachment(request, number)
    return answer_file(row.blob, row.name)


@require_safe
@allow(may_read)
def thumbnail(request: HttpRequest, number: int) -> FileResponse:
    """The small picture of an image."""
    return answer_thumbnail(_visible_attachment(request, number).blob)


@require_safe
@allow(may_read)
def draft_file(request: HttpRequest, number: int) -> FileResponse:
    """A file of one's own draft, of one that is shared, or of an answer that leaves later."""
    agent = agent_of(request)
    open_to_all = Q(draft__is_shared=True) | Q(draft__kind=Draft.LATER)
    seen = Q(draft__agent=agent) | open_to_all & Q(draft__conversation__in=queries.visible(agent))
    row = get_object_or_404(DraftFile.objects.select_related("blob"), seen, id=number)
    return answer_file(row.blob, row.name)


@require_safe
def inline(request: HttpRequest, token: str) -> FileResponse:
    """A picture inside a mail. The frame that shows the mail is isolated and sends no cookie: the address is the key.

    It was made for somebody who may see the mail, and holds for an hour.
    """
    try:
        number = int(_signer.unsign(token, max_age=INLINE_SECONDS))
    except (BadSignature, ValueError):
        raise Http404 from None
    row = get_object_or_404(Attachment.objects.select_related("blob"), id=number)
    if not is_safe_inline(row.blob.content_type):
        raise Http404
    return answer_file(row.blob, row.name)


def inline_address(row: Attachment) -> str:
    """Where the frame of a mail finds a picture of that mail."""
    return reverse("inline_image", args=[_signer.sign(str(row.id))])


def _visible_attachment(request: HttpRequest, number: int) -> Attachment:
    rows, viewer = Attachment.objects.select_related("blob", "message"), agent_of(request)
    row = get_object_or_404(rows, id=number, message__conversation__in=queries.visible(viewer))
    if not masking.may_open(viewer, row):
        raise PermissionDenied
    return row


def answer_thumbnail(blob: Blob) -> FileResponse:
    """The small picture of a file whoever asks may see. Raises Http404 where there is none."""
    if not blob.has_thumbnail:
        raise Http404
    return _answer(blob.thumbnail_path, "thumbnail.webp", "image/webp")


def answer_file(blob: Blob, name: str) -> FileResponse:
    """A file whoever asks may see: to be saved, and a picture shown in place."""
    return _answer(blob.path, safe_name(name), blob.content_type, as_attachment=not is_safe_inline(blob.content_type))


def _answer(path: str, name: str, content_type: str, **options: Any) -> FileResponse:
    """Nothing in the file is ever run: not sniffed, not framed, and cut off from the desk when it is shown."""
    try:
        file = default_storage.open(path)
    except FileNotFoundError:
        raise Http404("the storage has lost this file") from None
    response = BlobResponse(file, filename=name, content_type=content_type, **options)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    policy.only(response, policy.NOTHING_RUNS)
    return response
