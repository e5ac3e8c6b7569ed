"""Delete a conversation with everything in it; what it counted for stays in the log, as numbers."""

from __future__ import annotations

from collections.abc import Iterable

from shopbell.channels import delivery, files, ingress
from shopbell.channels.models import Blob
from shopbell.conversations import counters, events
from shopbell.conversations.forgotten import digest
from shopbell.conversations.locking import lock
from shopbell.conversations.models import (
    Attachment,
    Conversation,
    DeleteReason,
    DraftFile,
    Folder,
    Forgotten,
    Message,
    Wait,
)
from shopbell.core.transactions import retried
from shopbell.events import bus


@retried
def delete(conversation_id: int, *, reason: str, actor: int | None) -> None:
    """Messages, files, drafts, the mail as it came and what was to be sent: all of it goes, and so do the conversations
    that were merged into it. The same mail read again stays away.

    Raises ValueError for an unknown reason, Conversation.DoesNotExist, and Merged.
    """
    why = DeleteReason(reason)
    conversation = lock(conversation_id)
    messages = Message.objects.filter(conversation=conversation)
    blobs = _blobs(conversation)
    event = _facts(conversation, why)
    _remember_to_forget(messages.exclude(external_id="").values_list("channel_id", "external_id"))
    ingress.forget(list(messages.exclude(inbound=None).values_list("inbound_id", flat=True)))
    delivery.forget(list(messages.exclude(outbound=None).values_list("outbound_id", flat=True)))
    counters.move(counters.views_of(conversation), frozenset())
    counters.touch(conversation.id)
    conversation.delete()
    files.forget(blobs)
    bus.publish(event, actor=actor)


def _blobs(conversation: Conversation) -> list[Blob]:
    attached = Attachment.objects.filter(message__conversation=conversation).values("blob")
    drafted = DraftFile.objects.filter(draft__conversation=conversation).values("blob")
    return list(Blob.objects.filter(id__in=attached.union(drafted)))


def _facts(conversation: Conversation, why: DeleteReason) -> events.ConversationDeleted:
    kinds = list(Message.objects.filter(conversation=conversation).values_list("kind", flat=True))
    waits = Wait.objects.filter(conversation=conversation, closed_at__isnull=False)
    return events.ConversationDeleted(
        conversation_id=conversation.id,
        shop_id=conversation.shop_id,
        channel_id=conversation.channel_id,
        reason=why.value,
        opened_at=conversation.opened_at.isoformat(),
        messages=len(kinds),
        from_customer=kinds.count(Message.Kind.CUSTOMER),
        from_agents=kinds.count(Message.Kind.AGENT),
        waits_answered=waits.filter(is_unanswered=False).count(),
        waits_unanswered=waits.filter(is_unanswered=True).count(),
        was_spam=conversation.folder == Folder.SPAM,
    )


def _remember_to_forget(known: Iterable[tuple[int, str]]) -> None:
    rows = [Forgotten(channel_id=channel, digest=digest(external_id)) for channel, external_id in known]
    Forgotten.objects.bulk_create(rows, ignore_conflicts=True)
