"""How views are counted: never on a page.

Every change of a conversation leaves its number in `Touched`, in its own transaction. Once a second a job takes these
numbers, asks each counted view which of them it holds, and puts them into or takes them out of the view's members. So a
change costs the same however many conversations there are. A view is counted as a whole only when its question is a
new one, and now and then when time alone changes it or it holds too many to name. What nobody looked at for a while is
not counted at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone

from shopbell.conversations.models import Conversation
from shopbell.lists import queries
from shopbell.lists.filters import compiling
from shopbell.lists.models import ViewCount

RELATIVE_AGAIN = timedelta(seconds=60)
LARGE_AGAIN = timedelta(minutes=5)
LOOKED_AT_LATELY = timedelta(minutes=15)  # only these are counted anew as time goes by
FORGOTTEN = timedelta(days=2)
AT_ONCE = 40  # views in one question


@dataclass
class Counted:
    """A count with the question it answers today."""

    row: ViewCount
    rows: QuerySet[Conversation]
    signature: str

    def is_due(self, now: datetime) -> bool:
        """Whether it has to be counted as a whole."""
        row = self.row
        if row.counted_at is None or row.signature != self.signature:
            return True
        if now - row.looked_at > LOOKED_AT_LATELY:
            return False
        if row.is_large or row.is_slow:
            return now - row.counted_at > LARGE_AGAIN
        return row.is_relative and now - row.counted_at > RELATIVE_AGAIN

    def is_followed(self) -> bool:
        """Whether changes are put into its members one by one."""
        row = self.row
        return row.signature == self.signature and not (row.is_large or row.is_slow or row.counted_at is None)


def counted(rows: Iterable[ViewCount]) -> list[Counted]:
    """The counts with their questions."""
    rows = list(rows)
    known = compiling.look_up(*(row.asked.filter for row in rows))
    return [
        Counted(row, queries.asked(row.asked, row.agent, known), queries.signature(row.asked, row.agent, known))
        for row in rows
    ]


def matching(some: list[Counted], touched: list[int]) -> dict[int, set[int]]:
    """Which of the touched conversations each view holds now: number of the count → conversations."""
    found: dict[int, set[int]] = {one.row.id: set() for one in some}
    for start in range(0, len(some), AT_ONCE):
        parts = [
            one.rows.filter(id__in=touched).order_by().annotate(count=Value(one.row.id)).values_list("count", "id")
            for one in some[start : start + AT_ONCE]
        ]
        for count, conversation in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
            found[count].add(conversation)
    return found


def members(one: Counted) -> tuple[list[int], bool]:
    """All of a view, unless they are too many: then none, and True."""
    found = list(one.rows.order_by().values_list("id", flat=True)[: queries.MOST_MEMBERS + 1])
    return ([], True) if len(found) > queries.MOST_MEMBERS else (found, False)


def active() -> QuerySet[ViewCount]:
    """The counts that somebody looked at within days; the longest uncounted first."""
    rows = ViewCount.objects.select_related("view", "agent").filter(looked_at__gte=timezone.now() - FORGOTTEN)
    whole = Q(agent=None) | Q(agent__is_active=True)
    return rows.filter(whole).order_by(F("counted_at").asc(nulls_first=True), "id")
