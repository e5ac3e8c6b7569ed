"""What every message that comes in is kept with, whatever it belongs to."""

from __future__ import annotations

from typing import Any

from shopbell.channels import contract, files
from shopbell.channels.models import Inbound
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


def store(
    message: contract.InboundMessage, inbound: Inbound | None, *, sender: contract.Sender, **columns: Any
) -> Message:
    """A message's row and its files. `columns` say whose it is: its conversation, channel, kind and state."""
    stored = Message.objects.create(
        **columns,
        sender_name=text.truncate(sender.name, 200),
        sender_address=sender.address[:320],
        recipients={"to": people(message.to), "cc": people(message.cc)},
        subject=text.truncate(message.subject, 1000),
        text=message.text,
        full_text="" if message.full_text == message.text else message.full_text,
        html=message.html,
        language=message.language[:5],
        external_id=message.external_id[:400],
        message_id=message.message_id[:320],
        thread_ids=list(message.thread_ids),
        occurred_at=message.occurred_at,
        about=about(message),
        inbound=inbound,
    )
    Attachment.objects.bulk_create(_attachments(stored, message))
    return stored


def words(message: contract.InboundMessage, sender: contract.Sender | None = None) -> tuple[str, ...]:
    """What a message is found by; whom it is from, where that is no colleague."""
    names = (sender.name, sender.address) if sender else ()
    return (*names, message.subject, message.text, *(file.name for file in message.attachments))


def _attachments(stored: Message, message: contract.InboundMessage) -> list[Attachment]:
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
