"""What became of messages of ours: sent, delivered, failed, sent again."""

from __future__ import annotations

from django.utils import timezone

from shopbell.channels import delivery
from shopbell.conversations import events
from shopbell.conversations.counters import SNOOZABLE, changing
from shopbell.conversations.locking import lock_of_message
from shopbell.conversations.models import Conversation, Message, State, Wait
from shopbell.conversations.operations import waits
from shopbell.core.transactions import retried
from shopbell.events import bus


@retried
def retry(message_id: int, actor: int | None) -> bool:
    """Send a failed answer once more; False when it has not failed."""
    message = Message.objects.get(id=message_id)
    conversation = lock_of_message(message_id)
    if message.outbound_id is None or not delivery.retry(message.outbound_id):
        return False
    message.state, message.error = Message.State.QUEUED, ""
    message.save(update_fields=["state", "error"])
    with changing(conversation):
        failed = Message.objects.filter(conversation=conversation, state=Message.State.FAILED)
        conversation.has_failure = failed.exists()
        if message.kind == Message.Kind.AGENT:
            waits.show(conversation)
    event = events.MessageStateChanged(conversation_id=conversation.id, message_id=message.id, state="queued")
    bus.publish(event, actor=actor)
    return True


@retried
def record_outcome(outbound_id: int) -> None:
    """Show what became of a message of ours. Sent ends the customer's wait; a failure opens it again."""
    rows = Message.objects.filter(outbound_id=outbound_id)
    message_id = rows.values_list("id", flat=True).first()
    if message_id is None:
        return
    conversation = lock_of_message(message_id)
    message = rows.select_related("outbound").first()  # as it is now that nobody else records another outcome
    if message is None or message.outbound is None:
        return
    known, message.state, message.error = (
        (message.state, message.error),
        message.outbound.state,
        message.outbound.error,
    )
    if known == (message.state, message.error):
        return
    message.save(update_fields=["state", "error"])
    with changing(conversation):
        if message.kind == Message.Kind.AGENT:
            _settle(conversation, message)
        elif message.kind == Message.Kind.SIDE_OUT and (message.state == Message.State.FAILED or message.error):
            conversation.has_failure = True
    event = events.MessageStateChanged(conversation_id=conversation.id, message_id=message.id, state=message.state)
    bus.publish(event)


def _settle(conversation: Conversation, message: Message) -> None:
    if message.state == Message.State.FAILED:
        _fail(conversation, message)
    elif message.state in (Message.State.SENT, Message.State.DELIVERED):
        _end_wait(conversation, message)
        conversation.has_failure = conversation.has_failure or bool(message.error)  # some recipients were refused


def _end_wait(conversation: Conversation, message: Message) -> None:
    """The wait that was open when the answer was written; a question that came since has a wait of its own."""
    assert message.outbound is not None
    wait = waits.open_one(conversation)
    newer = Message.objects.filter(conversation=conversation, kind=Message.Kind.CUSTOMER, id__gt=message.id)
    if wait is None or newer.filter(occurred_at=wait.opened_at).exists():
        return
    waits.end(conversation, message.outbound.sent_at or timezone.now(), answered_by=message.author_id)
    question = newer.order_by("id").first()
    if question is not None and conversation.state in SNOOZABLE:
        waits.begin(conversation, question)
        waits.show(conversation)


def _fail(conversation: Conversation, message: Message) -> None:
    """Nobody was answered: the conversation is open again, shown as failed, and the customer waits as before."""
    assert message.outbound is not None
    conversation.has_failure = True
    if conversation.state == State.SPAM:
        return
    conversation.state, conversation.resolved_at, conversation.snoozed_until = State.OPEN, None, None
    last = Wait.objects.filter(conversation=conversation).order_by("-id").first()
    if last is not None and last.closed_at in (None, message.outbound.sent_at):
        Wait.objects.filter(id=last.id).update(closed_at=None, answered_by=None)
        waits.show(conversation)
