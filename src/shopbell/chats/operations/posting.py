"""A visitor wrote: kept raw first, then filed in the same request, so that they learn its number at once."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from shopbell.channels import files, ingress
from shopbell.chats.models import Level, Line, Upload, Visit
from shopbell.chats.naming import shown_name
from shopbell.chats.operations.numbering import number_held
from shopbell.conversations import operations as conversations
from shopbell.conversations.models import Message
from shopbell.core.transactions import retried

WORKER_AFTER = timedelta(seconds=30)  # a worker files what a request that was killed could not


class NoSuchFile(ValueError):
    """A file the message names was not sent ahead, or went with another message."""


class Removed(ValueError):
    """The message had come, and was deleted with its conversation since."""


def post(
    visit: Visit, client_id: uuid.UUID, text: str, uploads: Sequence[int] = (), read: Sequence[int] = ()
) -> tuple[Line, bool]:
    """The line of a message, and whether it is new: the same `client_id` again is the same line, whatever else it says.

    `read`: the help articles (their texts) the visitor had read. Raises NoSuchFile, Removed.
    What was kept raw is filed by a worker if this does not come to its end.
    """
    if uploads and (known := _known(visit, client_id)):
        return known, False  # its files went with it
    external_id = f"{visit.key.hex}:{client_id}"
    body = _raw(visit, client_id, text, _chosen(visit, uploads) if uploads else (), read)
    now = timezone.now()
    is_new = ingress.accept(visit.channel, body, external_id=external_id, received_at=now, file_at=now + WORKER_AFTER)
    if not is_new and (known := _known(visit, client_id)):
        return known, False
    return _file(visit, client_id, external_id, uploads), True


def _known(visit: Visit, client_id: uuid.UUID) -> Line | None:
    return Line.objects.filter(visit=visit, client_id=client_id).first()


def _chosen(visit: Visit, uploads: Sequence[int]) -> list[Upload]:
    rows = list(Upload.objects.filter(visit=visit, id__in=uploads).select_related("blob").order_by("id"))
    if len(rows) != len(set(uploads)):
        raise NoSuchFile
    return rows


def _raw(visit: Visit, client_id: uuid.UUID, text: str, uploads: Sequence[Upload], read: Sequence[int] = ()) -> bytes:
    """As the channel type reads it."""
    said: Mapping[str, Any] = {
        "visit": visit.key.hex,
        "address": visit.address,
        "client_id": str(client_id),
        "text": text,
        "name": shown_name(visit),
        "email": visit.email,
        "verified": visit.level == Level.VERIFIED,
        "language": visit.language,
        "conversation": visit.conversation_id,
        "page": visit.page_url,
        "read": list(read),
        "attachments": [
            {"name": one.name, "content": base64.b64encode(files.read(one.blob)).decode()} for one in uploads
        ],
    }
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")


@retried
def _file(visit: Visit, client_id: uuid.UUID, external_id: str, uploads: Sequence[int]) -> Line:
    inbound = ingress.claim(visit.channel, external_id)
    stored = None
    for item in ingress.understand(inbound) if inbound else ():
        stored = conversations.receive(visit.channel, item, inbound)  # type: ignore[arg-type]  # no receipts
    rows = Message.objects.filter(channel=visit.channel_id, external_id=f"chat:{external_id}")
    message = stored or rows.first()
    if message is None:
        raise Removed
    belong(visit, message)
    number_held([visit.id])
    if uploads:
        Upload.objects.filter(visit=visit, id__in=uploads).delete()
    line = Line.objects.get(visit=visit, client_id=client_id)
    line.message = message
    return line


def belong(visit: Visit, message: Message) -> None:
    """What the visitor wrote is where their visit goes on; a worker that files it says so, too."""
    customer_id = message.customer_id
    if (visit.conversation_id, visit.customer_id) != (message.conversation_id, customer_id) or visit.ended_at:
        fields = {"conversation_id": message.conversation_id, "customer_id": customer_id, "ended_at": None}
        Visit.objects.filter(id=visit.id).update(**fields, seen_at=timezone.now())
        for name, value in fields.items():
            setattr(visit, name, value)
