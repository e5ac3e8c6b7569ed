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
from shopbell.conversations.counters import DONE
from shopbell.conversations.locking import lock
from shopbell.conversations.models import Conversation, Message, Rating, Score
from shopbell.conversations.operations.handling import reopen, resolve
from shopbell.conversations.operations.receiving import receive
from shopbell.core import text as texts
from shopbell.core.transactions import retried
from shopbell.customers.models import Identity
from shopbell.events import bus

COMMENT = 2_000  # characters
CHANGES_FOR = timedelta(hours=72)
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
    read: Sequence[int] = (),
) -> Message:
    """The customer's message, kept raw first and then filed at once. The same key and words again are one message.

    `read`: the help articles (their texts) they had read before.
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
    body = json.dumps({**said, "key": external_id, "read": list(read)}, ensure_ascii=False).encode("utf-8", "replace")
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


class CannotRate(ValueError):
    """Nobody answered yet, it is not done, or it was rated too long ago to be changed."""


@retried
def rate(conversation_id: int, *, score: int, comment: str, customer_id: int) -> None:
    """What the customer thought of it, 1 to 5; given again within CHANGES_FOR, the last value counts (domain.md 2.8).

    It is counted for whoever answered last before it was first given. Raises ValueError for any other score,
    CannotRate, and Merged.
    """
    value, now = Score(score), timezone.now()
    conversation = lock(conversation_id)
    rating = Rating.objects.filter(conversation=conversation).first()
    if not may_rate(conversation, rating):
        raise CannotRate(conversation_id)
    rating = rating or Rating(conversation=conversation, agent_id=_last_to_answer(conversation), given_at=now)
    rating.score, rating.comment, rating.changed_at = value, texts.clean(comment).strip()[:COMMENT], now
    rating.save()
    event = events.CustomerRated(conversation_id=conversation_id, customer_id=customer_id, score=value.value)
    bus.publish(event)


def may_rate(conversation: Conversation, rating: Rating | None) -> bool:
    """Whether it is done, was answered by a person, and not rated too long ago."""
    is_late = rating is not None and rating.given_at < timezone.now() - CHANGES_FOR
    return conversation.state in DONE and not is_late and _last_to_answer(conversation) is not None


def _last_to_answer(conversation: Conversation) -> int | None:
    answers = Message.objects.filter(conversation=conversation, kind=Message.Kind.AGENT, author__isnull=False)
    return answers.order_by("-id").values_list("author_id", flat=True).first()
