"""Full-text search over messages: newest first, in a bounded time however common the words are.

A message's words are stemmed and folded by `core.text` and kept in a tsvector together with marks that no word can be:
its customer (`=c12`) and the blocks of message ids it lies in (`=14.3`, `=17.0`, …). The search asks the newest blocks
first and widens only while it has too few hits, so common words never make it read their whole posting list.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from shopbell.core import text

BLOCK_BITS = (14, 17, 20)  # 16 thousand messages, 131 thousand, a million; then everything
_SAVE = """
INSERT INTO conversations_messagesearch (message_id, conversation_id, words)
VALUES (%s, %s, array_to_tsvector(%s::text[])) ON CONFLICT (message_id) DO UPDATE SET words = excluded.words
"""


def words_of(message_id: int, customer_id: int | None, parts: Iterable[str], language: str) -> list[str]:
    """Everything one message is found by."""
    marks = [f"={bits}.{message_id >> bits}" for bits in BLOCK_BITS]
    return sorted({*text.terms("\n".join(parts), language), *marks, f"=c{customer_id}"})


def index(message_id: int, conversation_id: int, words: list[str]) -> None:
    """Write the search row of a message."""
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [message_id, conversation_id, words])


_FIND = """
WITH hits AS MATERIALIZED (
    SELECT message_id, conversation_id FROM conversations_messagesearch WHERE words @@ %s::tsquery
)
SELECT conversation_id, max(message_id) FROM (SELECT * FROM hits ORDER BY message_id DESC LIMIT 2000) AS newest
GROUP BY conversation_id ORDER BY max(message_id) DESC LIMIT %s
"""


def find(query: str, *, customer_ids: list[int] | None = None, limit: int = 200) -> list[tuple[int, int]]:
    """(conversation id, its newest matching message id), newest first, at most `limit`; [] for an empty query."""
    words = [_any(variants) for variants in text.query(query)]
    if customer_ids is not None:
        words.append(_any([f"=c{number}" for number in customer_ids] or ["=c0"]))
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM conversations_message")
        newest = int(cursor.fetchone()[0])
        cursor.execute("SET LOCAL enable_seqscan = off" if connection.in_atomic_block else "SELECT 1")
        for block in _blocks(newest):
            cursor.execute(_FIND, [" & ".join([*words, *block]), limit])
            rows = cursor.fetchall()
            if len(rows) >= limit or not block:
                return [(int(conversation), int(message)) for conversation, message in rows]
    return []


def _blocks(newest: int) -> Iterable[list[str]]:
    """The newest two blocks of each size, then no limit at all."""
    for bits in BLOCK_BITS:
        number = newest >> bits
        if number > 1:
            yield [_any([f"={bits}.{number}", f"={bits}.{number - 1}"])]
    yield []


def _any(words: Iterable[str]) -> str:
    """A tsquery that matches any of the words."""
    quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words]
    return "(" + " | ".join(quoted) + ")"
