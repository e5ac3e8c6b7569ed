"""Full-text search over messages: newest first, in a bounded time however common the words are.

A message's words are stemmed and folded by `core.text` and kept in a tsvector together with marks that no word can be:
its customer (`=c12`) and the blocks of message ids it lies in (`=14.3`, `=17.0`, …). The search asks the newest blocks
first and widens only while it has too few hits, so common words never make it read their whole posting list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from shopbell.conversations.models import Conversation, Message
from shopbell.core import text
from shopbell.customers import queries as customers

BLOCK_BITS = (14, 17, 20)  # 16 thousand messages, 131 thousand, a million; then everything
WIDENING = 8  # how many times larger the next block is
MESSAGES_PER_CONVERSATION = 10  # with more hits than this in each conversation a search may show fewer of them
FEW = 2_000  # conversations that are cheaper looked through than found by their words
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


_REMARK = """
UPDATE conversations_messagesearch
SET words = array_to_tsvector(array_append(array_remove(tsvector_to_array(words), %s), %s)) WHERE message_id = ANY(%s)
"""


def remark(message_ids: list[int], before: int, after: int) -> None:
    """Messages count for another customer when searched by name."""
    with connection.cursor() as cursor:
        cursor.execute(_REMARK, [f"=c{before}", f"=c{after}", message_ids])


_FIND = """
WITH hits AS MATERIALIZED (
    SELECT message_id, conversation_id FROM conversations_messagesearch WHERE words @@ %s::tsquery
), newest AS (SELECT * FROM hits {allowed} ORDER BY message_id DESC LIMIT {most})
SELECT conversation_id, max(message_id) FROM newest GROUP BY conversation_id ORDER BY max(message_id) DESC LIMIT %s
"""
_FIND_AMONG = """
SELECT found.conversation_id, max(found.message_id)
FROM conversations_message AS message JOIN conversations_messagesearch AS found ON found.message_id = message.id
WHERE message.conversation_id = ANY(%s) AND found.words @@ %s::tsquery
GROUP BY found.conversation_id ORDER BY max(found.message_id) DESC LIMIT %s
"""
Hits = list[tuple[int, int]]  # conversation id, its newest matching message id


def find(
    query: str,
    *,
    customer_ids: list[int] | None = None,
    among: QuerySet[Conversation] | None = None,
    before: int | None = None,
    limit: int = 200,
) -> Hits:
    """The newest hits first, at most `limit`; [] for an empty query.

    `among` are the conversations looked at (None: all). `before`: a message id below which to look first.
    """
    words = [_any(variants) for variants in text.query(query)]
    if customer_ids is not None:
        everybody = sorted(customers.with_merged(customer_ids))  # older messages bear the mark of who was merged
        words.append(_any([f"=c{number}" for number in everybody] or ["=c0"]))
    if not words:
        return []
    if among is None:
        return _find_newest(words, "", [], before, limit)
    few = list(among.order_by().values_list("id", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return _rows(_FIND_AMONG, [few, " & ".join(words), limit])
    allowed, params = among.order_by().values("id").query.sql_with_params()
    return _find_newest(words, f"WHERE conversation_id IN ({allowed})", list(params), before, limit)


def _find_newest(words: list[str], allowed: str, params: list[Any], before: int | None, limit: int) -> Hits:
    """Widen from block to block while there are too few hits; steps that cannot bring enough are left out."""
    newest = before or Message.objects.aggregate(newest=Max("id"))["newest"] or 0
    statement = _FIND.format(allowed=allowed, most=limit * MESSAGES_PER_CONVERSATION)
    expected = limit
    for bits, block in _blocks(newest):
        if bits and expected < limit:
            expected *= WIDENING
            continue
        hits = _rows(statement, [" & ".join([*words, *block]), *params, limit])
        if len(hits) >= limit or not bits:
            return hits
        expected = len(hits) * WIDENING
    return []


def _rows(statement: str, params: list[Any]) -> Hits:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [(int(conversation), int(message)) for conversation, message in cursor.fetchall()]


def _blocks(newest: int) -> Iterable[tuple[int, list[str]]]:
    """The newest two blocks of each size, then (0 bits) no limit at all."""
    for bits in BLOCK_BITS:
        number = newest >> bits
        if number > 1:
            yield bits, [_any([f"={bits}.{number}", f"={bits}.{number - 1}"])]
    yield 0, []


def _any(words: Iterable[str]) -> str:
    """A tsquery that matches any of the words."""
    quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words]
    return "(" + " | ".join(quoted) + ")"
