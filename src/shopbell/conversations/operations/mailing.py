"""Mail of our own that belongs to a conversation on another channel: what a chat's visitor missed, a transcript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from shopbell.channels import contract, delivery
from shopbell.channels.models import Blob, Channel
from shopbell.conversations import search
from shopbell.conversations.counters import changing
from shopbell.conversations.models import Conversation, Message
from shopbell.core.transactions import retried


@retried
def mail(
    conversation: Conversation,
    mailbox: Channel,
    out: contract.OutboundMessage,
    *,
    key: str,
    text: str,
    blobs: Sequence[tuple[Blob, contract.AttachmentData]] = (),
    about: Mapping[str, Any],
) -> Message:
    """Queue it and show it in the conversation, whose row is locked, so that an answer to it comes back there.

    `text` is what the desk shows of it. The same key twice is one mail.
    """
    outbound = delivery.enqueue(mailbox, out, key=key, blobs=list(blobs))
    known = Message.objects.filter(outbound=outbound).first()
    if known is not None:
        return known
    stored = Message.objects.create(
        conversation=conversation,
        channel=mailbox,
        kind=Message.Kind.AUTO_REPLY_OUT,
        state=Message.State(outbound.state),
        recipients={"to": [[who.name, who.address] for who in out.to], "cc": [], "bcc": []},
        subject=out.subject,
        text=text,
        external_id=out.external_id,
        message_id=out.external_id,
        occurred_at=timezone.now(),
        outbound=outbound,
        about=dict(about),
    )
    words = search.words_of(stored.id, conversation.customer_id, (text,), conversation.language, stored.recipients)
    search.index(stored.id, conversation.id, words)
    with changing(conversation):
        conversation.last_message_id = max(stored.id, conversation.last_message_id)
    return stored
