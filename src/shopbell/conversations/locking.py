"""Holding a conversation's row while it is changed; what a change may find there instead of what it expected."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from shopbell.conversations.models import Conversation, Message, State


class NewerMessage(Exception):
    """Something came in since the agent looked; they decide whether to go on all the same."""


class Merged(Exception):
    """The conversation went into another meanwhile: nothing is done to it any more, and nothing was done."""

    def __init__(self, conversation_id: int, into_id: int) -> None:
        super().__init__(f"#{conversation_id} was merged into #{into_id}")
        self.conversation_id, self.into_id = conversation_id, into_id


def lock(conversation_id: int) -> Conversation:
    """The row, locked until the transaction ends. Raises Conversation.DoesNotExist, and Merged."""
    conversation = _locked().get(id=conversation_id)
    if conversation.merged_into_id is not None:
        raise Merged(conversation_id, final(conversation_id))
    return conversation


def lock_or_sent(conversation_id: int, same: Q) -> tuple[Conversation, Message | None]:
    """The conversation, locked, and the message that pressing once more would double: also where it was merged since.

    Raises Merged when there is none and the conversation went into another.
    """
    try:
        conversation = lock(conversation_id)
    except Merged as merged:
        sent = Message.objects.filter(same, conversation=merged.into_id).select_related("conversation").first()
        if sent is None:
            raise
        return sent.conversation, sent
    return conversation, Message.objects.filter(same, conversation=conversation).first()


def lock_of_message(message_id: int) -> Conversation:
    """The row of the conversation that has this message now, locked: the message may have moved while we waited.

    Raises Conversation.DoesNotExist when the message is gone.
    """
    while True:
        conversation = _locked().get(messages=message_id)
        if Conversation.objects.filter(id=conversation.id, messages=message_id).exists():
            return conversation


def lock_all(numbers: Iterable[int]) -> dict[int, Conversation]:
    """Several rows, locked in the order of their ids, so that nobody who locks several waits for us in turn."""
    rows = _locked().filter(id__in=set(numbers)).order_by("id")
    return {row.id: row for row in rows}


def lock_final(conversation_id: int) -> Conversation | None:
    """The row that holds what belongs to a conversation, through every merge; None when it was deleted.

    Without a join to the customer: one who is being merged meanwhile would make the row seem to be none.
    """
    unmerged = _locked().exclude(state=State.MERGED)
    while (conversation := unmerged.filter(id=conversation_id).first()) is None:
        if not Conversation.objects.filter(id=conversation_id).exists():
            return None
        conversation_id = final(conversation_id)
    return conversation


def final(conversation_id: int) -> int:
    """Where the messages of a conversation are: itself, or what it was merged into, through every merge."""
    while True:
        into = Conversation.objects.filter(id=conversation_id).values_list("merged_into", flat=True).first()
        if into is None:
            return conversation_id
        conversation_id = into


def _locked() -> QuerySet[Conversation]:
    return Conversation.objects.select_for_update(of=("self",))
