"""How many conversations a view holds, without ever counting them on a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from shopbell.conversations.models import Conversation, CountChange, Folder, State

Views = frozenset[tuple[str, int, int | None]]  # a view, the shop and the team it is counted for
UNCOUNTED = {Folder.RESOLVED, Folder.MERGED}
DONE = {State.RESOLVED, State.CLOSED}
SNOOZABLE = {State.OPEN, State.PENDING_CUSTOMER, State.PENDING_THIRD}


def folder_of(conversation: Conversation) -> Folder:
    """Where the list shows it."""
    if conversation.state == State.SPAM:
        return Folder.SPAM
    if conversation.state == State.MERGED:
        return Folder.MERGED
    if conversation.state not in SNOOZABLE:
        return Folder.RESOLVED
    is_aside = conversation.snoozed_until is not None or conversation.sleeps_till_reply
    return Folder.SNOOZED if is_aside else Folder.OPEN


def views_of(conversation: Conversation) -> Views:
    """The counted views a conversation is in, each for its shop and team."""
    folder = conversation.folder
    views = {folder} - UNCOUNTED
    if folder == Folder.OPEN:
        views.add(f"mine:{conversation.assignee_id}" if conversation.assignee_id else "unassigned")
    if conversation.has_failure:
        views.add("failure")
    return frozenset((view, conversation.shop_id, conversation.team_id) for view in views)


@contextmanager
def changing(conversation: Conversation) -> Iterator[None]:
    """Change fields of a locked or new row inside the block; it is saved, and the counters follow."""
    before: Views = views_of(conversation) if conversation.pk else frozenset()
    slept, state = conversation.sleeps_till_reply, conversation.state
    yield
    if slept and (conversation.state != state or conversation.snoozed_until is not None):
        conversation.sleeps_till_reply = False  # a snooze without a date ends with whatever comes in its place
    conversation.folder = folder_of(conversation)
    conversation.save()
    move(before, views_of(conversation))
    touch(conversation.pk)


def touch(conversation_id: int) -> None:
    """Have the views agents made look at it again."""
    with connection.cursor() as cursor:  # with every message: written by Django it costs four times as much
        cursor.execute("INSERT INTO conversations_touched (conversation_id) VALUES (%s)", [conversation_id])


def move(before: Views, after: Views) -> None:
    """Note which views were left and which were come to."""
    moves = [(key, 1) for key in after - before] + [(key, -1) for key in before - after]
    rows = [CountChange(view=view, shop_id=shop, team_id=team, change=n) for (view, shop, team), n in moves]
    if rows:
        CountChange.objects.bulk_create(rows)
