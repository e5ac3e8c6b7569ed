"""The channel type "chat": what a visitor wrote into the widget of a shop's page, as JSON.

Nothing is sent: an answer has arrived when it is stored, for the visitor's page reads it from there. A visitor who has
left is told by mail (`shopbell.chats`), through the mailbox the channel names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from shopbell.channels import contract
from shopbell.core import handed, text
from shopbell.plugins.chat.settings_form import SETTINGS_FORM

MAX_TEXT = 20_000


class Chat(contract.BaseChannelType):
    identity_kind: ClassVar[str] = "chat"
    capabilities: ClassVar[contract.Capabilities] = contract.Capabilities(max_length=MAX_TEXT, immediate=True)
    settings_form: ClassVar[tuple[contract.SettingsField, ...]] = SETTINGS_FORM

    def parse(self, body: bytes, envelope: Mapping[str, Any], received_at: datetime) -> Iterable[contract.Inbound]:
        """One message: {visit, address, client_id, text, name, email, verified, language, conversation, page,
        attachments [{name, content: base64}]}. Raises Unparsable.
        """
        try:
            said = handed.read(body, ("visit", "address", "client_id"))
            attached = handed.attached(said)
        except handed.Unreadable as error:
            raise contract.Unparsable(f"no line of a chat: {error}") from error
        number = said.get("conversation")
        yield contract.InboundMessage(
            external_id=f"chat:{said['visit']}:{said['client_id']}",
            sender=contract.Sender(
                address=said["address"].strip().lower(),
                name=text.preview(handed.line(said, "name"), 100),
                verified=said.get("verified") is True,
            ),
            occurred_at=received_at,
            text=text.clean(handed.line(said, "text")).strip()[:MAX_TEXT],
            language=handed.line(said, "language")[:5],
            conversation_number=number if isinstance(number, int) and not isinstance(number, bool) else None,
            attachments=tuple(contract.AttachmentData(**one._asdict()) for one in attached),
            about=_about(said),
        )

    def send(self, message: contract.OutboundMessage) -> str:
        """It has arrived by being stored."""
        return message.external_id


def _about(said: Mapping[str, Any]) -> dict[str, Any]:
    """The page the visitor was on, and the help articles they had read."""
    about = {"page": handed.line(said, "page")[:500], "read": handed.numbers(said, "read")}
    return {name: value for name, value in about.items() if value}
