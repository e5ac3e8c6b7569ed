"""Two conversations that have to do with each other."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from shopbell.conversations import events
from shopbell.conversations.locking import lock_all
from shopbell.conversations.models import Conversation, Link
from shopbell.core.transactions import retried
from shopbell.events import bus

Relation = Link.Relation


class NoSuchLink(ValueError):
    """A conversation cannot be linked to itself or to one that does not exist."""


@retried
def link(conversation_id: int, other_id: int, *, relation: str, actor: int | None) -> bool:
    """Say how `conversation_id` has to do with the other; another relation replaces the one there was.

    False when they are linked like that already. Raises NoSuchLink.
    """
    if conversation_id == other_id or len(lock_all([conversation_id, other_id])) < 2:
        raise NoSuchLink(other_id)
    known = _between(conversation_id, other_id).first()
    if known is not None and _says(known, conversation_id) == relation:
        return False
    if known is not None:
        known.delete()
    Link.objects.create(conversation_id=conversation_id, other_id=other_id, relation=relation)
    _tell(conversation_id, other_id, relation, actor)
    return True


@retried
def unlink(conversation_id: int, other_id: int, *, actor: int | None) -> bool:
    """They have nothing to do with each other after all; False when they were not linked."""
    lock_all([conversation_id, other_id])
    gone, _each = _between(conversation_id, other_id).delete()
    for one, another in ((conversation_id, other_id), (other_id, conversation_id)) if gone else ():
        bus.publish(events.ConversationUnlinked(conversation_id=one, other_id=another), actor=actor)
    return bool(gone)


def follow_up(conversation_id: int, earlier: Conversation) -> None:
    """A new conversation goes on where one ended that was done too long ago to be opened again."""
    Link.objects.create(conversation_id=conversation_id, other=earlier, relation=Relation.FOLLOW_UP)
    _tell(conversation_id, earlier.id, Relation.FOLLOW_UP, None)


def _says(row: Link, conversation_id: int) -> str:
    """The relation as seen from a conversation; "" where it is the other one that is said to follow, for instance."""
    is_same_from_both = row.relation == Relation.RELATED
    return row.relation if is_same_from_both or row.conversation_id == conversation_id else ""


def _between(one: int, another: int) -> QuerySet[Link]:
    there, back = Q(conversation=one, other=another), Q(conversation=another, other=one)
    return Link.objects.filter(there | back)


def _tell(conversation_id: int, other_id: int, relation: str, actor: int | None) -> None:
    for one, another in ((conversation_id, other_id), (other_id, conversation_id)):
        event = events.ConversationLinked(conversation_id=one, other_id=another, relation=relation)
        bus.publish(event, actor=actor)
