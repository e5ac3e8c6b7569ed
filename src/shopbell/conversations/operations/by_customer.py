"""What a signed-in customer does with a conversation of theirs: write, close, open again."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from shopbell.channels import contract, ingress
from shopbell.channels import operations as channels
from shopbell.channels.models import Channel, Inbound
from shopbell.conversations import events
from shopbell.conversations.models import Conversation, Message
from shopbell.conversations.operations.handling import reopen, resolve
from shopbell.conversations.operations.receiving import receive
from shopbell.core.transactions import retried
from shopbell.customers.models import Identity
from shopbell.events import bus

WORKER_AFTER = timedelta(seconds=30)  # a worker files what a request that was killed could not


def write(
    conversation: Conversation,
    sender: Identity,
    *,
    key: str,
    text: str,
    files: Sequence[tuple[str, bytes]] = (),
    subject: str = "",
    language: str = "",
) -> Message:
    """The customer's message, kept raw first and then filed at once. The same key and words again are one message.

    It joins the conversation, or the one that goes on where this was done too long ago. Raises contract.Unparsable.
    """
    channel = channels.portal(conversation.shop)
    said = {
        "address": sender.value,
        "kind": sender.kind,
        "name": sender.customer.name,
        "subject": subject,
        "text": text,
        "language": language,
        "conversation": conversation.id,
        "attachments": [{"name": name, "content": base64.b64encode(content).decode()} for name, content in files],
    }
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    external_id = f"{sender.customer_id}:{key}:{digest[:16]}"
    body = json.dumps({**said, "key": external_id}, ensure_ascii=False).encode("utf-8", "replace")
    ingress.accept(channel, body, external_id=external_id, file_at=timezone.now() + WORKER_AFTER)
    return _file(channel, external_id)


@retried
def _file(channel: Channel, external_id: str) -> Message:
    rows = Inbound.objects.select_for_update(of=("self",)).select_related("channel")
    inbound = rows.get(channel=channel, external_id=external_id)
    if inbound.state == Inbound.State.NEW:
        for item in ingress.understand(inbound):
            assert isinstance(item, contract.InboundMessage)
            receive(inbound.channel, item, inbound)
        ingress.settle(inbound, Inbound.State.FILED)
    return Message.objects.get(channel=channel, external_id=f"portal:{external_id}")


@retried
def close(conversation_id: int, *, customer_id: int) -> None:
    """The customer says it is settled; a second time nothing happens. Raises Merged."""
    resolve(conversation_id, actor=None)
    bus.publish(events.CustomerClosed(conversation_id=conversation_id, customer_id=customer_id))


@retried
def open_again(conversation_id: int, *, customer_id: int) -> None:
    """The customer says it is not settled after all. Raises Merged."""
    reopen(conversation_id, actor=None)
    bus.publish(events.CustomerReopened(conversation_id=conversation_id, customer_id=customer_id))
