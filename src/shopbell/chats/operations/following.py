"""Go on by mail with a visitor who has left."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from shopbell.channels.models import Channel
from shopbell.chats import events, letters
from shopbell.chats.models import OWES_MAIL, Level, Line, Visit
from shopbell.chats.operations.numbering import number_held
from shopbell.chats.operations.visiting import note_mailed
from shopbell.conversations import operations as conversations
from shopbell.conversations.locking import lock_final
from shopbell.conversations.models import Conversation
from shopbell.core.transactions import retried
from shopbell.events import bus

LEFT_FOR = timedelta(minutes=3)
AT_ONCE = 100
MOST_LINES = 1_000  # of a transcript, the latest


class NoAddress(ValueError):
    """Nobody proved where to send it."""


class NoMailbox(ValueError):
    """The chat names no mailbox that could send it."""


def owed() -> list[int]:
    """Visits whose page has been away for LEFT_FOR and who have missed something, those away longest first."""
    rows = Visit.objects.filter(OWES_MAIL, seen_at__lt=timezone.now() - LEFT_FOR)
    return list(rows.order_by("seen_at").values_list("id", flat=True)[:AT_ONCE])


@retried
def follow(visit_id: int) -> bool:
    """Mail one visitor the answers they missed, all in one; False where nothing is owed (yet)."""
    held = _hold(visit_id)
    if held is None:
        return False
    visit, conversation = held
    is_there = visit.ended_at is None and visit.seen_at > timezone.now() - LEFT_FOR
    if is_there or not visit.has_unseen or not visit.email:
        return False
    lines = list(_lines(visit).filter(is_ours=True, seq__gt=max(visit.read_seq, visit.mailed_seq)))
    lines = [line for line in lines if line.message.channel_id == visit.channel_id]
    mailbox = _mailbox(visit)
    if mailbox is None:
        return False
    note_mailed(visit, visit.top)
    if not lines:
        return False
    subject, text = letters.missed(visit, lines)
    stored = conversations.mail(
        conversation,
        mailbox,
        letters.letter(visit, conversation, mailbox, subject, text),
        key=f"chat-missed:{visit.id}:{lines[-1].seq}",
        text=text,
        blobs=letters.files(lines),
        about={"chat_mail": "missed"},
    )
    seq, number = lines[-1].seq, stored.id
    event = events.MissedMailed(conversation_id=conversation.id, visit_id=visit.id, seq=seq, message_id=number)
    bus.publish(event)
    return True


@retried
def send_transcript(visit: Visit) -> None:
    """Mail a visitor what was said so far; asked for twice it is one mail. Raises NoAddress, NoMailbox.

    Only to an address that was proved: what the visitor wrote stands in it, and would be anybody's mail to anybody.
    """
    if not visit.email or visit.level != Level.VERIFIED:
        raise NoAddress
    held = _hold(visit.pk)
    mailbox = _mailbox(visit)
    if held is None or mailbox is None:
        raise NoMailbox
    visit, conversation = held
    number_held([visit.id])
    visit.refresh_from_db(fields=["top"])
    lines = list(_lines(visit).order_by("-seq")[:MOST_LINES])[::-1]
    subject, text = letters.transcript(visit, lines)
    stored = conversations.mail(
        conversation,
        mailbox,
        letters.letter(visit, conversation, mailbox, subject, text),
        key=f"chat-transcript:{visit.id}:{visit.top}:{visit.email}"[:100],
        text=letters.transcript_shown(visit),
        about={"chat_mail": "transcript"},
    )
    number = stored.id
    event = events.TranscriptMailed(
        conversation_id=conversation.id, visit_id=visit.id, seq=visit.top, message_id=number
    )
    bus.publish(event)


def _hold(visit_id: int) -> tuple[Visit, Conversation] | None:
    """The visit and its conversation, locked in the order in which a message that comes in locks them."""
    where = Visit.objects.filter(id=visit_id).values_list("conversation_id", flat=True).first()
    conversation = lock_final(where) if where is not None else None
    if conversation is None:
        return None
    rows = Visit.objects.select_for_update(no_key=True, of=("self",)).select_related("channel__shop")
    return rows.get(id=visit_id), conversation


def _lines(visit: Visit) -> QuerySet[Line]:
    rows = Line.objects.filter(visit=visit).select_related("message__author").order_by("seq")
    return rows.prefetch_related("message__attachments__blob")


def _mailbox(visit: Visit) -> Channel | None:
    """The mailbox the chat goes on by."""
    mailbox = visit.channel.replies_through
    return mailbox if mailbox is not None and mailbox.is_active else None
