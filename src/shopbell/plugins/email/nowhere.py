"""Where the demo's mails go. They are composed as for real, then dropped; some mailboxes are full, as for real."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopbell.channels import contract
from shopbell.plugins.email import composing

FULL = "mailbox-full.example"


def send(message: contract.OutboundMessage, settings: Mapping[str, Any]) -> str:
    """Returns the Message-ID. Raises Permanent for what no server takes, and for the domain of full mailboxes."""
    composing.compose(message, settings)
    if any(who.address.endswith(f"@{FULL}") for who in message.to):
        raise contract.Permanent("552 5.2.2 the mailbox is full", code="552 5.2.2")
    return message.external_id
