"""The channel type "chat": what a visitor wrote into the widget of a shop's page, as JSON.

Nothing is sent: an answer has arrived when it is stored, for the visitor's page reads it from there. A visitor who has
left is told by mail (`shopbell.chats`), through the mailbox the channel names.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from shopbell.channels import contract
from shopbell.core import files, text
from shopbell.plugins.chat.settings_form import SETTINGS_FORM

MAX_READ = 50
MAX_TEXT = 20_000


class Chat(contract.BaseChannelType):
    identity_kind: ClassVar[str] = "chat"
    capabilities: ClassVar[contract.Capabilities] = contract.Capabilities(
        html=True, attachments=True, max_length=MAX_TEXT, immediate=True
    )
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = SETTINGS_FORM

    def parse(self, body: bytes, envelope: Mapping[str, Any], received_at: datetime) -> Iterable[contract.Inbound]:
        """One message: {visit, address, client_id, text, name, email, verified, language, conversation, page,
        attachments [{name, content: base64}]}. Raises Unparsable.
        """
        said = _read(body)
        page = said.get("page")
        number = said.get("conversation")
        yield contract.InboundMessage(
            external_id=f"chat:{said['visit']}:{said['client_id']}",
            sender=contract.Sender(
                address=said["address"].strip().lower(),
                name=text.preview(_line(said, "name"), 100),
                verified=said.get("verified") is True,
            ),
            occurred_at=received_at,
            text=text.clean(_line(said, "text")).strip()[:MAX_TEXT],
            language=_line(said, "language")[:5],
            conversation_number=number if isinstance(number, int) and not isinstance(number, bool) else None,
            attachments=tuple(map(_attachment, _items(said, "attachments"))),
            about=_about(page, said.get("read")),
        )

    def send(self, message: contract.OutboundMessage) -> str:
        """It has arrived by being stored."""
        return message.external_id


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise contract.Unparsable(f"no JSON: {error}") from error
    if not isinstance(said, dict) or not all(_line(said, name) for name in ("visit", "address", "client_id")):
        raise contract.Unparsable("no line of a chat: visit, address and client_id are needed")
    return said


def _about(page: object, read: object) -> dict[str, Any]:
    """The page the visitor was on, and the help articles they had read."""
    numbers = [one for one in read if type(one) is int][:MAX_READ] if isinstance(read, list) else []
    shown = page[:500] if isinstance(page, str) else ""
    return {name: value for name, value in (("page", shown), ("read", numbers)) if value}


def _line(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name, "")
    return value if isinstance(value, str) else ""


def _items(said: Mapping[str, Any], name: str) -> list[Any]:
    value = said.get(name, [])
    return value if isinstance(value, list) else []


def _attachment(item: Any) -> contract.AttachmentData:
    try:
        content = base64.b64decode(item["content"], validate=True)
        name = files.safe_name(str(item["name"]))
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise contract.Unparsable(f"a damaged file: {error}") from error
    return contract.AttachmentData(name=name, content_type=files.sniff(content, name), content=content)
