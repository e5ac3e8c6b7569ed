"""Going through what is there from the newest on, in steps that stay short however much there is.

Common words match a tenth of all messages, and an index gives every match or none. So each message carries marks of the
blocks of ids it lies in, and a search asks the newest block first, then one eight times as large, while it has too few.
Lists without words are gone through in stretches that grow likewise. Each step ends at a place the next page can begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Max, Q, QuerySet

from shopbell.conversations.models import Conversation, Message
from shopbell.conversations.search import indexing
from shopbell.conversations.search.budget import Budget
from shopbell.core.cursors import Cursor

Hit = tuple[int, int]  # message, conversation
NEWEST = 2**63 - 1  # before which everything lies
ANYTHING = "!'='"  # a tsquery every message matches
STRETCHES = (2_000, 20_000, 200_000, None)  # conversations looked at in one step; the last one: all that are left
WIDENING = 8  # how many times larger the next block is
_FIND = """
WITH hits AS MATERIALIZED (
    SELECT message_id, conversation_id FROM conversations_messagesearch
    WHERE words @@ %s::tsquery AND message_id < %s
), newest AS (SELECT conversation_id, max(message_id) AS message_id FROM hits GROUP BY conversation_id)
SELECT newest.message_id, newest.conversation_id FROM newest {among} ORDER BY newest.message_id DESC LIMIT %s
"""
_AMONG = "WHERE EXISTS (SELECT FROM ({rows}) AS allowed WHERE allowed.id = newest.conversation_id)"
_FIND_AMONG = """
SELECT max(found.message_id), found.conversation_id
FROM conversations_message AS message JOIN conversations_messagesearch AS found ON found.message_id = message.id
WHERE message.conversation_id = ANY(%s) AND message.id {side} %s AND found.words @@ %s::tsquery
GROUP BY found.conversation_id ORDER BY 1 DESC
"""


@dataclass
class Step:
    """What one step found, newest first, and the message or conversation before which the next one goes on.

    `end` None: there is nothing older.
    """

    hits: list[Hit]
    end: int | None


def by_words(
    words: str, rows: QuerySet[Conversation] | None, before: int | None, size: int, budget: Budget
) -> Iterator[Step]:
    """Messages that match a tsquery, one of each conversation, at most `size` in a step.

    `rows`: the conversations looked at (None: all). Ends early when the budget is spent; the last step tells where.
    """
    top = before if before is not None else _newest() + 1
    level, expected = 0, float(size)
    while top > 1:
        block, floor, level = _block(top, level, expected, size)
        hits = budget.run(partial(_find, " & ".join([words, *block]), top, rows, size))
        if hits is None:
            yield Step([], top)
            return
        if len(hits) == size:
            top = hits[-1][0]
        else:
            expected, top, level = max(len(hits), 0.1) * WIDENING, floor, level + 1
        yield Step(hits, top if top > 1 else None)


def _block(top: int, level: int, expected: float, wanted: int) -> tuple[list[str], int, int]:
    """The marks that hold the search to the newest two blocks, the id they begin at, and their size's number.

    Sizes that are not expected to bring enough are left out: each costs a statement.
    """
    sizes = indexing.BLOCK_BITS
    while level and level < len(sizes) and expected < wanted:
        level, expected = level + 1, expected * WIDENING
    if level >= len(sizes) or (top - 1) >> sizes[level] <= 1:
        return [], 0, level
    bits = sizes[level]
    number = (top - 1) >> bits
    return [f"('={bits}.{number}' | '={bits}.{number - 1}')"], (number - 1) << bits, level


def _find(words: str, top: int, rows: QuerySet[Conversation] | None, size: int) -> list[Hit]:
    try:
        allowed, params = _allowed(rows)
    except EmptyResultSet:  # who is in no team sees no conversation
        return []
    statement = _FIND.format(among=_AMONG.format(rows=allowed) if allowed else "")
    return _rows(statement, [words, top, *params, size])


def _allowed(rows: QuerySet[Conversation] | None) -> tuple[str, tuple[Any, ...]]:
    if rows is None:
        return "", ()
    allowed, params = rows.order_by().values("id").query.sql_with_params()
    return allowed, params


def among(words: str, few: list[int], before: int | None) -> list[Hit]:
    """The same within few conversations: these are looked through."""
    return _rows(_FIND_AMONG.format(side="<"), [few, _end(before), words])


def seen_before(words: str, conversations: list[int], before: int) -> set[int]:
    """Those of the conversations that stood on an earlier page: with a newer message that matches."""
    newer = _rows(_FIND_AMONG.format(side=">="), [conversations, before, words])
    return {conversation for _message, conversation in newer}


def _end(before: int | None) -> int:
    return NEWEST if before is None else before


def _newest() -> int:
    return Message.objects.aggregate(newest=Max("id"))["newest"] or 0


def _rows(statement: str, params: list[Any]) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [(int(message), int(conversation)) for message, conversation in cursor.fetchall()]


def without_words(
    rows: QuerySet[Conversation],
    after: Cursor | None,
    limit: int,
    budget: Budget,
    stretches: Sequence[int | None] = STRETCHES,
) -> tuple[list[Cursor], Cursor | None]:
    """(conversations newest first, where the next page begins: None behind the last). Ends early with the budget."""
    found: list[Cursor] = []
    for size in stretches:
        stretch = budget.run(partial(_stretch, rows, after, size, limit - len(found)))
        if stretch is None:
            return found, after
        part, end = stretch
        found += part
        if end is None or len(found) >= limit:
            return found, None
        after = end
    return found, None


def _stretch(
    rows: QuerySet[Conversation], after: Cursor | None, size: int | None, limit: int
) -> tuple[list[Cursor], Cursor | None]:
    """Those of a stretch that are wanted, and where it ends; None: there are no others behind it."""
    end = _stretch_end(after, size) if size else None
    inside = rows.filter(_older(after)) if end is None else rows.filter(_older(after), _not_older(end))
    newest = inside.order_by("-last_message_at", "-id").values_list("last_message_at", "id")
    return list(newest[:limit]), end


def _older(cursor: Cursor | None) -> Q:
    if cursor is None:
        return Q()
    at, number = cursor
    return Q(last_message_at__lte=at) & (Q(last_message_at__lt=at) | Q(last_message_at=at, id__lt=number))


def _not_older(cursor: Cursor) -> Q:
    at, number = cursor
    return Q(last_message_at__gte=at) & (Q(last_message_at__gt=at) | Q(last_message_at=at, id__gte=number))


def _stretch_end(after: Cursor | None, size: int) -> Cursor | None:
    """The last of so many conversations; None: there are not so many left."""
    rows = Conversation.objects.filter(_older(after)).order_by("-last_message_at", "-id")
    return rows.values_list("last_message_at", "id")[size - 1 : size].first()
