"""What the list shows of a conversation, read anew from its messages after some of them came or went."""

from __future__ import annotations

from django.db.models import Max

from shopbell.conversations.models import Attachment, Conversation, Message
from shopbell.core import text

FROM_OUTSIDE = (Message.Kind.CUSTOMER, Message.Kind.CUSTOMER_AUTO)
PUBLIC = (*FROM_OUTSIDE, Message.Kind.AGENT)  # an automatic receipt is no news


def show_newest(conversation: Conversation) -> None:
    """The preview, of the newest message a customer can see; the caller saves the conversation."""
    newest = _newest(conversation)
    conversation.preview = _preview(newest) if newest is not None else ""


def renew(conversation: Conversation) -> None:
    """Everything the list shows that follows from the messages; the caller saves the conversation.

    `last_inbound_id` says up to where it may be unread, and goes back only: history that was imported is read.
    """
    rows = Message.objects.filter(conversation=conversation)
    newest = _newest(conversation)
    if newest is not None:
        conversation.preview = _preview(newest)
        conversation.last_message_at = newest.occurred_at
        conversation.last_from_customer = newest.kind in FROM_OUTSIDE
        if not newest.channel.adapter().capabilities.joins_only:
            conversation.channel, conversation.channel_type = newest.channel, newest.channel.type
    conversation.last_message_id = rows.aggregate(newest=Max("id"))["newest"] or 0
    outside = rows.filter(kind__in=FROM_OUTSIDE, id__lte=conversation.last_inbound_id).aggregate(newest=Max("id"))
    conversation.last_inbound_id = outside["newest"] or 0
    conversation.has_attachments = Attachment.objects.filter(message__in=rows.values("id")).exists()
    conversation.has_failure = conversation.has_failure and rows.filter(state=Message.State.FAILED).exists()


def _newest(conversation: Conversation) -> Message | None:
    rows = Message.objects.filter(conversation=conversation, kind__in=PUBLIC).select_related("channel")
    return rows.order_by("-occurred_at", "-id").first()


def _preview(message: Message) -> str:
    return text.preview(message.text or message.full_text or message.subject, 160)
