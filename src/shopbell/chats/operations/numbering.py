"""Give what a visitor may see its numbers: gapless from 1, in the order it was released to them.

Whoever comes first does it (the request that stored the message, the hub, a worker), under the lock of the visit; the
second finds nothing left to do. What is shown to whom is decided here and nowhere else:

- what came from the visitor's own address (of the chat; to a verified one also of the e-mail they go on by: what an
  address says that somebody only typed is not theirs to read),
- answers on this channel, or mailed, that are addressed to one of these,
- to a verified visitor also all else that is public in a conversation of theirs.

Notes, side conversations and what has not left yet are never among it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from shopbell.core.transactions import retried

_HOLD = "SELECT id FROM chats_visit WHERE id {which} AND conversation_id IS NOT NULL ORDER BY id FOR NO KEY UPDATE"

_FRESH = """
WITH visit AS (
    SELECT v.*, replace(v.key::text, '-', '') AS hex,
           ARRAY[replace(v.key::text, '-', '') || '@visitor.invalid',
                 CASE WHEN v.level = 'verified' THEN lower(nullif(v.email, '')) END] AS addresses,
           v.level = 'verified' AND v.customer_id = c.customer_id AS is_theirs
    FROM chats_visit v JOIN conversations_conversation c ON c.id = v.conversation_id
    WHERE v.id {which}
), unnumbered AS MATERIALIZED (
    SELECT v.id AS visit_id, m.id FROM visit v JOIN conversations_message m ON m.conversation_id = v.conversation_id
    WHERE NOT EXISTS (SELECT FROM chats_line l WHERE l.visit_id = v.id AND l.message_id = m.id)
), fresh AS (
    SELECT v.id AS visit_id, v.top + row_number() OVER (PARTITION BY v.id ORDER BY m.id) AS seq, m.id AS message_id,
           CASE WHEN starts_with(m.external_id, 'chat:' || v.hex || ':')
               THEN split_part(m.external_id, ':', 3)::uuid END AS client_id,
           m.kind <> 'customer' AS is_ours, m.channel_id = v.channel_id AS is_chat
    FROM unnumbered u JOIN visit v ON v.id = u.visit_id JOIN conversations_message m ON m.id = u.id
    WHERE m.side_id IS NULL AND NOT m.about ? 'chat_mail'
      AND CASE m.kind
          WHEN 'customer' THEN v.is_theirs OR lower(m.sender_address) = ANY(v.addresses)
          WHEN 'agent' THEN m.state IN ('sent', 'delivered') AND (v.is_theirs OR EXISTS (
              SELECT FROM jsonb_array_elements(m.recipients->'to' || (m.recipients->'cc')) AS who
              WHERE lower(who->>1) = ANY(v.addresses)))
          WHEN 'auto_reply_out' THEN m.state IN ('sent', 'delivered') AND m.channel_id = v.channel_id AND EXISTS (
              SELECT FROM jsonb_array_elements(m.recipients->'to') AS who WHERE lower(who->>1) = ANY(v.addresses))
          ELSE FALSE END
)
"""

_OWED = f"{_FRESH} SELECT DISTINCT visit_id FROM fresh"

_NUMBER = f"""{_FRESH}, made AS (
    INSERT INTO chats_line (visit_id, seq, message_id, client_id, is_ours)
    SELECT visit_id, seq, message_id, client_id, is_ours FROM fresh
)
UPDATE chats_visit v SET top = new.top, has_unseen = v.has_unseen OR new.is_missed
FROM (SELECT visit_id, max(seq) AS top, bool_or(is_ours AND is_chat) AS is_missed FROM fresh GROUP BY visit_id) new
WHERE v.id = new.visit_id RETURNING v.id, v.top
"""


@dataclass(frozen=True)
class Numbered:
    """Up to where a visit has lines now."""

    visit_id: int
    top: int


def number(visit_ids: Iterable[int]) -> list[Numbered]:
    """Number what is new for these visits; returns those for whom something was.

    Most often somebody else did it already: that is seen without a lock, and without a commit to wait for.
    """
    with connection.cursor() as cursor:
        cursor.execute(*_about(_OWED, list(visit_ids)))
        owed = [row[0] for row in cursor.fetchall()]
    return retried(number_held)(owed) if owed else []


def number_held(visit_ids: Iterable[int]) -> list[Numbered]:
    """The same within the caller's transaction, which is begun again when it is lost."""
    with connection.cursor() as cursor:
        cursor.execute(*_about(_HOLD, list(visit_ids)))
        held = [row[0] for row in cursor.fetchall()]
        if not held:
            return []
        cursor.execute(*_about(_NUMBER, held))  # of its own, so that it sees what the one before waited for
        return [Numbered(*row) for row in cursor.fetchall()]


def _about(statement: str, visit_ids: list[int]) -> tuple[str, list[Any]]:
    """The statement with its values. What names one visit is planned once, what names several each time."""
    if len(visit_ids) == 1:
        return statement.replace("{which}", "= %s"), [*visit_ids]
    return statement.replace("{which}", "= ANY(%s)"), [visit_ids]
