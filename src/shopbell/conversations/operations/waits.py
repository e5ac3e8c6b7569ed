"""Since when a customer waits for us (domain.md 2.2 rule 6), and what the list shows of it."""

from __future__ import annotations

from datetime import datetime

from shopbell.conversations.counters import DONE
from shopbell.conversations.models import Conversation, Message, State, Wait

_LEFT = (Message.State.SENT, Message.State.DELIVERED)


def begin(conversation: Conversation, question: Message) -> None:
    """The customer waits since this message; the caller saves the conversation."""
    Wait.objects.create(conversation=conversation, channel_id=question.channel_id, opened_at=question.occurred_at)
    conversation.waiting_since = question.occurred_at


def end(conversation: Conversation, at: datetime, *, answered_by: int | None = None, unanswered: bool = False) -> None:
    """Close the open wait, if there is one; the caller saves the conversation."""
    Wait.objects.filter(conversation=conversation, closed_at__isnull=True).update(
        closed_at=at, answered_by=answered_by, is_unanswered=unanswered
    )
    conversation.waiting_since = None


def show(conversation: Conversation) -> None:
    """Have the list show what the open wait says; the caller saves the conversation.

    While an answer is leaving, only what was asked after it is shown. Who waits is not left behind as done.
    """
    wait = open_one(conversation)
    leaving = _leaving(conversation)
    if wait is None:
        conversation.waiting_since = None
    elif leaving is not None:
        conversation.waiting_since = None if conversation.state in DONE else _asked_after(leaving, wait)
    else:
        conversation.waiting_since = wait.opened_at
        if conversation.state in DONE:
            conversation.state, conversation.resolved_at = State.OPEN, None


def open_one(conversation: Conversation) -> Wait | None:
    """The open wait; there is never more than one."""
    return Wait.objects.filter(conversation=conversation, closed_at=None).first()


def is_being_answered(conversation: Conversation) -> bool:
    """Whether a person's answer to the question of the open wait is on its way."""
    wait, leaving = open_one(conversation), _leaving(conversation)
    return wait is not None and leaving is not None and _asked_after(leaving, wait) != wait.opened_at


def is_done_with(conversation: Conversation, question: Message) -> bool:
    """Whether it was resolved without an answer to this question, and none is on its way."""
    leaving = _leaving(conversation)
    return conversation.state in DONE and (leaving is None or leaving.id < question.id)


def _leaving(conversation: Conversation) -> Message | None:
    rows = Message.objects.filter(conversation=conversation, kind=Message.Kind.AGENT, state=Message.State.QUEUED)
    return rows.order_by("-id").first()


def _asked_after(answer: Message, wait: Wait) -> datetime | None:
    rows = Message.objects.filter(conversation=answer.conversation_id, kind=Message.Kind.CUSTOMER, id__gt=answer.id)
    since = rows.filter(occurred_at__gte=wait.opened_at).order_by("id")
    return since.values_list("occurred_at", flat=True).first()


def unanswered(conversation: Conversation, since: datetime | None = None) -> Message | None:
    """The first message of the customer after the last answer that left."""
    rows = Message.objects.filter(conversation=conversation)
    answers = rows.filter(kind=Message.Kind.AGENT, state__in=_LEFT)
    answered = answers.order_by("-id").values_list("id", flat=True).first() or 0
    asked = rows.filter(kind=Message.Kind.CUSTOMER, id__gt=answered).order_by("id")
    return asked.filter(occurred_at__gte=since).first() if since else asked.first()


def part(conversation: Conversation, new: Conversation) -> None:
    """Messages went into a new conversation: the open wait goes with the question it began with, and who is left
    unanswered in the other waits there. The caller saves both.
    """
    wait = open_one(conversation)
    if wait is not None:
        rest = new
        if _began_in(new, wait) and not _began_in(conversation, wait):
            rest = conversation
            Wait.objects.filter(id=wait.id).update(conversation=new)
        if question := unanswered(rest, since=wait.opened_at):
            begin(rest, question)
    show(conversation)
    show(new)


def _began_in(conversation: Conversation, wait: Wait) -> bool:
    rows = Message.objects.filter(conversation=conversation, kind=Message.Kind.CUSTOMER)
    return rows.filter(occurred_at=wait.opened_at).exists()
