"""Periodic work of chats: files whose message never came."""

from __future__ import annotations

from shopbell.chats import operations
from shopbell.events import schedule


@schedule.every(seconds=3600)
def forget_uploads() -> None:
    """A chunk each hour is more than visitors may send ahead and leave."""
    operations.forget_old()
