"""The channel type "portal": what a signed-in customer writes under one of their requests, as JSON.

It joins that request's conversation, whose answers go on leaving by its own channel. Only where the request was done
too long ago does it begin a conversation; its answers leave by the mailbox the channel names.
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

MAX_TEXT = 20_000
NEEDED = ("key", "address", "kind")


class Portal(contract.BaseChannelType):
    identity_kind: ClassVar[str] = "email"
    capabilities: ClassVar[contract.Capabilities] = contract.Capabilities(
        subject=True, attachments=True, joins_only=True
    )
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = ()

    def parse(self, body: bytes, envelope: Mapping[str, Any], received_at: datetime) -> Iterable[contract.Inbound]:
        """One message: {key, address, kind, name, subject, text, language, conversation, attachments [{name, content:
        base64}]}. Who wrote was proved by their sign-in. Raises Unparsable.
        """
        said = _read(body)
        yield contract.InboundMessage(
            external_id=f"portal:{said['key']}",
            sender=contract.Sender(address=said["address"], name=text.preview(_line(said, "name"), 200), verified=True),
            sender_kind=said["kind"],
            occurred_at=received_at,
            text=text.clean(_line(said, "text")).strip()[:MAX_TEXT],
            subject=text.preview(_line(said, "subject"), 500),
            language=_line(said, "language")[:5],
            conversation_number=said["conversation"],
            attachments=tuple(_attachment(item) for item in said.get("attachments", ())),
        )


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise contract.Unparsable(f"no JSON: {error}") from error
    if not isinstance(said, dict) or not all(_line(said, name) for name in NEEDED):
        raise contract.Unparsable("no answer of the portal: key, address and kind are needed")
    if type(said.get("conversation")) is not int:
        raise contract.Unparsable("no answer of the portal: conversation is a number")
    return said


def _line(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name, "")
    return value if isinstance(value, str) else ""


def _attachment(item: Any) -> contract.AttachmentData:
    try:
        content = base64.b64decode(item["content"], validate=True)
        name = files.safe_name(str(item["name"]))
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise contract.Unparsable(f"a damaged file: {error}") from error
    return contract.AttachmentData(name=name, content_type=files.sniff(content, name), content=content)
