"""The channel type "portal": what a signed-in customer writes under one of their requests, as JSON.

It joins that request's conversation, whose answers go on leaving by its own channel. Only where the request was done
too long ago does it begin a conversation; its answers leave by the mailbox the channel names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from shopbell.channels import contract
from shopbell.core import handed, text

MAX_TEXT = 20_000
NEEDED = ("key", "address", "kind")


class Portal(contract.BaseChannelType):
    identity_kind: ClassVar[str] = "email"
    capabilities: ClassVar[contract.Capabilities] = contract.Capabilities(joins_only=True)
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = ()

    def parse(self, body: bytes, envelope: Mapping[str, Any], received_at: datetime) -> Iterable[contract.Inbound]:
        """One message: {key, address, kind, name, subject, text, language, conversation, attachments [{name, content:
        base64}], read [numbers of help articles]}. Who wrote was proved by their sign-in. Raises Unparsable.
        """
        try:
            said = handed.read(body, NEEDED)
            attached = handed.attached(said)
        except handed.Unreadable as error:
            raise contract.Unparsable(f"no answer of the portal: {error}") from error
        if type(said.get("conversation")) is not int:
            raise contract.Unparsable("no answer of the portal: conversation is a number")
        read = handed.numbers(said, "read")
        yield contract.InboundMessage(
            external_id=f"portal:{said['key']}",
            sender=contract.Sender(
                address=said["address"], name=text.preview(handed.line(said, "name"), 200), verified=True
            ),
            sender_kind=said["kind"],
            occurred_at=received_at,
            text=text.clean(handed.line(said, "text")).strip()[:MAX_TEXT],
            subject=text.preview(handed.line(said, "subject"), 500),
            language=handed.line(said, "language")[:5],
            conversation_number=said["conversation"],
            attachments=tuple(contract.AttachmentData(**one._asdict()) for one in attached),
            about={"read": read} if read else {},
        )
