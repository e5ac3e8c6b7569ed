"""The words a message is found by.

A message's words are stemmed and folded by `core.text` and kept in a tsvector together with marks that no word can be:
its customer (`=c12`), the blocks of message ids it lies in (`=14.3`, `=17.0`, …: see `scanning`), and whom it went to
(`>anna`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import QuerySet

from shopbell.conversations.models import Message, MessageSearch
from shopbell.core import text

BLOCK_BITS = (14, 17, 20)  # 16 thousand messages, 131 thousand, a million; then everything
RECIPIENT = ">"  # before each term of an address a message went to: no word of a text begins so
Recipients = Mapping[str, Sequence[Sequence[str]]]  # {"to": [[name, address]], "cc": …}
_SAVE = """
INSERT INTO conversations_messagesearch (message_id, conversation_id, words)
VALUES (%s, %s, array_to_tsvector(%s::text[])) ON CONFLICT (message_id) DO UPDATE SET words = excluded.words
"""


def words_of(
    message_id: int, customer_id: int | None, parts: Iterable[str], language: str, recipients: Recipients | None = None
) -> list[str]:
    """Everything one message is found by."""
    marks = [f"={bits}.{message_id >> bits}" for bits in BLOCK_BITS]
    people = (who for name in ("to", "cc", "bcc") for who in (recipients or {}).get(name, ()))
    sent_to = [RECIPIENT + term for term in text.terms(" ".join(part for who in people for part in who))]
    return sorted({*text.terms("\n".join(parts), language), *sent_to, *marks, f"=c{customer_id}"})


def index(message_id: int, conversation_id: int, words: list[str]) -> None:
    """Write the search row of a message."""
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [message_id, conversation_id, words])


_REMARK = """
UPDATE conversations_messagesearch
SET words = array_to_tsvector(array_append(array_remove(tsvector_to_array(words), %s), %s)) WHERE message_id = ANY(%s)
"""


def remark(message_ids: list[int], before: int, after: int) -> None:
    """Messages count for another customer."""
    with connection.cursor() as cursor:
        cursor.execute(_REMARK, [f"=c{before}", f"=c{after}", message_ids])


def marked(customers: Iterable[int]) -> QuerySet[Message]:
    """The messages that count for any of these customers."""
    marks = " | ".join(f"'=c{number}'" for number in customers)
    rows = MessageSearch.objects.extra(where=["words @@ %s::tsquery"], params=[marks])
    return Message.objects.filter(id__in=rows.values("message"))
