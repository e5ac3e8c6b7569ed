"""A chat in the desk: who sits at the other end, what they look at, how far they have read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from shopbell.agents.models import Agent
from shopbell.chats import queries as chats
from shopbell.chats.models import Level, Visit
from shopbell.conversations import masking
from shopbell.conversations.models import Conversation
from shopbell.web import times
from shopbell.web.desk.chats_now import HERE_FOR, TYPE
from shopbell.web.desk.timeline import Entry


@dataclass(slots=True)
class Guest:
    """The visitor, ready to print. What the stream says meanwhile takes its place."""

    level: str
    level_label: str
    email: str
    page_url: str
    page_title: str
    left: str  # "" while they are there
    has_ended: bool
    read_seq: int
    lines: dict[int, int]  # numbers of our messages, as the visitor has them


def guest(found: Conversation, viewer: Agent, entries: Iterable[Entry]) -> Guest | None:
    """Who is at the other end of a chat, and the numbers of those messages of ours that are shown; else None."""
    if found.channel_type != TYPE:
        return None
    visit = chats.newest_visit(found.id)
    if visit is None:
        return None
    shown = [entry.message for entry in entries if entry.message is not None and entry.message.side == "us"]
    lines = chats.numbers_of(visit.id, [message.id for message in shown])
    for message in shown:
        message.seq = lines.get(message.id, 0)
    _mark_read(entries, visit.read_seq)
    shown_guest = _guest(visit, lines)
    if masking.is_masked(viewer):
        shown_guest.email = ""
    return shown_guest


def _mark_read(entries: Iterable[Entry], read_seq: int) -> None:
    """The newest of ours they have read carries the mark."""
    read = [one.message for one in entries if one.message is not None and 0 < one.message.seq <= read_seq]
    if read:
        max(read, key=lambda message: message.seq).is_read = True


def _guest(visit: Visit, lines: dict[int, int]) -> Guest:
    now = timezone.now()
    is_here = now - visit.seen_at < HERE_FOR and visit.ended_at is None
    is_address = visit.page_url.startswith(("https://", "http://"))
    return Guest(
        level=visit.level,
        level_label=_label(Level(visit.level)),
        email=visit.email,
        page_url=visit.page_url if is_address else "",
        page_title=visit.page_title or visit.page_url,
        left="" if is_here else times.moment(visit.ended_at or visit.seen_at, now),
        has_ended=visit.ended_at is not None,
        read_seq=visit.read_seq,
        lines=lines,
    )


def _label(level: Level) -> str:
    return {
        Level.ANONYMOUS: _("Nobody knows who this is."),
        Level.KNOWN: _("They typed this address; nothing proves it."),
        Level.VERIFIED: _("Proved: by a code sent there, or by the shop."),
    }[level]
