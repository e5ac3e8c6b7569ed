"""A line as a widget gets it. Nothing is in it that the visitor may not see."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from shopbell.channels.models import Channel
from shopbell.chats.models import Line
from shopbell.conversations.models import Attachment, Message
from shopbell.core import html, rich

FILE_SECONDS = 24 * 3600  # an address of a file is made anew with every line that is given
MOST_HTML = 40_000  # characters; a longer text is shown as text
_signer = TimestampSigner(salt="chat-file")


def line(one: Line, channel: Channel) -> dict[str, Any]:
    """{seq, client_id, from, name, text, html, at, files}."""
    message = one.message
    files = list(message.attachments.all())
    shown = [file for file in files if not (one.is_ours and file.content_id)]
    return {
        "seq": one.seq,
        "client_id": str(one.client_id) if one.client_id else None,
        "from": _from(one),
        "name": _name(message) if one.is_ours else "",
        "text": message.text,
        "html": _html(one, files, channel),
        "at": message.occurred_at.isoformat(),
        "files": [_file(one.visit_id, file, channel) for file in shown],
    }


def _from(one: Line) -> str:
    if not one.is_ours:
        return "you"
    return "agent" if one.message.kind == Message.Kind.AGENT else "shop"


def _name(message: Message) -> str:
    """Customers are on first-name terms with agents; the rest is nobody's business."""
    return first_name(message.author.name) if message.author else ""


def first_name(name: str) -> str:
    """The first word of a name."""
    return next(iter(name.split()), "")


def _html(one: Line, files: list[Attachment], channel: Channel) -> str:
    """Only answers have formatting; what visitors write is text."""
    message = one.message
    if not one.is_ours or not message.html or len(message.html) > MOST_HTML:
        return ""
    inside = {file.content_id: address(one.visit_id, file, channel) for file in files if file.content_id}
    return rich.shown(html.sanitise_outgoing(message.html), inside)


def _file(visit_id: int, file: Attachment, channel: Channel) -> dict[str, Any]:
    url = address(visit_id, file, channel)
    return {
        "name": file.name,
        "size": file.blob.size,
        "type": file.blob.content_type,
        "url": url,
        "thumbnail": f"{url}?thumbnail=1" if file.blob.has_thumbnail else None,
    }


def address(visit_id: int, file: Attachment, channel: Channel) -> str:
    """Where a file lies, for a day and for this visit: an <img> sends no header, so the address is the key."""
    return reverse("chat_file", args=[channel.address, _signer.sign(f"{visit_id}.{file.pk}").replace(":", "~")])


def read_address(token: str) -> tuple[int, int] | None:
    """(visit, attachment) that the address of a file names; None for one that is not ours or too old."""
    try:
        visit, file = _signer.unsign(token.replace("~", ":"), max_age=FILE_SECONDS).split(".")
        return int(visit), int(file)
    except (BadSignature, ValueError):
        return None
