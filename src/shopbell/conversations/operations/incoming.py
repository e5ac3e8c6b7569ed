"""What every message that comes in is kept with, whatever it belongs to."""

from __future__ import annotations

from typing import Any

from shopbell.channels import contract, files
from shopbell.conversations.models import Attachment, Message
from shopbell.core import text

AUTOMATIC = {"auto-reply", "notification", "bounce", "delivery-report"}


def people(senders: tuple[contract.Sender, ...]) -> list[list[str]]:
    """As they are kept on a message: [name, address] each, at most 200."""
    return [[who.name, who.address] for who in senders[:200]]


def about(message: contract.InboundMessage) -> dict[str, Any]:
    """What else was understood, without empty values."""
    about = {**message.about, "auto": message.auto, "warnings": list(message.warnings)}
    about["authentication"] = message.authentication
    if message.forwarded:
        about["forwarded"] = {
            "name": message.forwarded.sender.name,
            "address": message.forwarded.sender.address,
            "by": message.sender.address,
            "subject": message.forwarded.subject,
            "body": message.forwarded.body,
        }
    return {key: value for key, value in about.items() if value and value not in ("none", "unknown")}


def attachments(stored: Message, message: contract.InboundMessage) -> list[Attachment]:
    """The rows of a message's files, not saved yet; their bytes are kept."""
    return [
        Attachment(
            message=stored,
            blob=files.keep(file.content, file.name),
            name=text.truncate(file.name, 255),
            content_id=file.content_id[:320],
            is_inline=file.inline,
        )
        for file in message.attachments
    ]
