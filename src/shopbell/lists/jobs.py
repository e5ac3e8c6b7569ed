"""Periodic work of lists."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from shopbell.events import schedule
from shopbell.lists import counting, queries
from shopbell.lists.filters import tree
from shopbell.lists.models import Bulk, TagChange, ViewCount

MOST_TOUCHED = 2_000
LOCK = 7_201_001  # so that two workers never count at once
LONGEST_COUNT_MILLISECONDS = 15_000
LONGEST_RUN_SECONDS = 3.0
KEPT = timedelta(days=30)

_TAKE = """
DELETE FROM conversations_touched WHERE id IN (SELECT id FROM conversations_touched ORDER BY id LIMIT %s)
RETURNING conversation_id
"""


@schedule.every(seconds=1)
def count_views() -> None:
    """Follow what changed, then count as a whole what has to be, as long as there is time."""
    with _alone() as is_alone:
        if not is_alone:
            return
        while follow_changes() == MOST_TOUCHED:
            pass
        began = time.monotonic()
        for one in _due():
            recount(one)
            if time.monotonic() - began > LONGEST_RUN_SECONDS:
                return


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other worker counts; nobody else does until the block ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_alone = bool(cursor.fetchone()[0])
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@transaction.atomic
def follow_changes() -> int:
    """Put the conversations that changed into the views they came to, take them out of those they left."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [MOST_TOUCHED])
        taken = [number for (number,) in cursor.fetchall()]
    if taken:
        touched = sorted(set(taken))
        followed = [one for one in counting.counted(counting.active()) if one.is_followed()]
        found = counting.matching(followed, touched) if followed else {}
        for one in followed:
            _follow(one.row, set(touched), found[one.row.id])
    return len(taken)


def _follow(row: ViewCount, touched: set[int], inside: set[int]) -> None:
    before = set(row.members)
    after = (before - touched) | inside
    if after != before:
        is_large = len(after) > queries.MOST_MEMBERS
        members = [] if is_large else sorted(after)
        ViewCount.objects.filter(id=row.id, signature=row.signature).update(members=members, is_large=is_large)


def _due() -> list[counting.Counted]:
    now = timezone.now()
    return [one for one in counting.counted(counting.active()) if one.is_due(now)]


def recount(one: counting.Counted) -> None:
    """Count a view as a whole. What takes too long has no number until it is tried again."""
    values: dict[str, object] = {"signature": one.signature, "is_relative": tree.about_now(one.row.asked.filter)}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(LONGEST_COUNT_MILLISECONDS)])
            members, is_large = counting.members(one)
        values |= {"members": members, "is_large": is_large, "is_slow": False}
    except OperationalError:
        values |= {"members": [], "is_large": False, "is_slow": True}
    ViewCount.objects.filter(id=one.row.id).update(**values, counted_at=timezone.now())


_USES = """
UPDATE conversations_tag AS tag SET uses = coalesce(counted.n, 0)
FROM conversations_tag AS known LEFT JOIN (
    SELECT name, count(*) AS n FROM conversations_conversation, unnest(tags) AS name GROUP BY name
) AS counted ON counted.name = known.name
WHERE tag.id = known.id AND tag.uses <> coalesce(counted.n, 0)
"""


@schedule.every(seconds=3600)
def count_tags() -> None:
    """How often each tag is used, for the page that looks after them."""
    with connection.cursor() as cursor:
        cursor.execute(_USES)


@schedule.every(seconds=3600)
def tidy_up() -> None:
    """Forget counts nobody looked at for days, and changes to many that were made long ago."""
    ViewCount.objects.filter(looked_at__lt=timezone.now() - counting.FORGOTTEN).delete()
    Bulk.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(state=Bulk.State.RUNNING).delete()
    TagChange.objects.filter(finished_at__lt=timezone.now() - KEPT).delete()
