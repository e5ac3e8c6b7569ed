"""Periodic work of chats."""

from __future__ import annotations

from shopbell.channels.models import Channel
from shopbell.chats import operations
from shopbell.events import schedule


@schedule.every(seconds=15)
def follow_who_left() -> None:
    """Mail what was missed to those whose page has been away for a while."""
    for visit in operations.owed():
        operations.follow(visit)


@schedule.every(seconds=15)
def give_waiting() -> None:
    """Chats that wait are given to those who have room again."""
    for channel in Channel.objects.filter(type="chat", is_active=True).select_related("shop"):
        operations.assign_waiting(channel)


@schedule.every(seconds=3600)
def forget_uploads() -> None:
    """Files whose message never came, in chunks."""
    while operations.forget_old():
        pass
