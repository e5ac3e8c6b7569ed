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

from django.db import connection

from shopbell.core.transactions import retried

_HOLD = "SELECT id FROM chats_visit WHERE id = ANY(%s) AND conversation_id IS NOT NULL ORDER BY id FOR NO KEY UPDATE"

_NUMBER = """
WITH visit AS (
    SELECT v.*, replace(v.key::text, '-', '') AS hex,
           ARRAY[replace(v.key::text, '-', '') || '@visitor.invalid',
                 CASE WHEN v.level = 'verified' THEN lower(nullif(v.email, '')) END] AS addresses,
           v.level = 'verified' AND v.customer_id = c.customer_id AS is_theirs
    FROM chats_visit v JOIN conversations_conversation c ON c.id = v.conversation_id
    WHERE v.id = ANY(%s)
), fresh AS (
    SELECT v.id AS visit_id, v.top + row_number() OVER (PARTITION BY v.id ORDER BY m.id) AS seq, m.id AS message_id,
           CASE WHEN starts_with(m.external_id, 'chat:' || v.hex || ':')
               THEN split_part(m.external_id, ':', 3)::uuid END AS client_id,
           m.kind <> 'customer' AS is_ours, m.channel_id = v.channel_id AS is_chat
    FROM visit v JOIN conversations_message m ON m.conversation_id = v.conversation_id
    WHERE m.side_id IS NULL AND NOT m.about ? 'chat_mail'
      AND CASE m.kind
          WHEN 'customer' THEN v.is_theirs OR lower(m.sender_address) = ANY(v.addresses)
          WHEN 'agent' THEN m.state IN ('sent', 'delivered') AND (v.is_theirs OR EXISTS (
              SELECT FROM jsonb_array_elements(m.recipients->'to' || (m.recipients->'cc')) AS who
              WHERE lower(who->>1) = ANY(v.addresses)))
          WHEN 'auto_reply_out' THEN m.state IN ('sent', 'delivered') AND m.channel_id = v.channel_id AND EXISTS (
              SELECT FROM jsonb_array_elements(m.recipients->'to') AS who WHERE lower(who->>1) = ANY(v.addresses))
          ELSE FALSE END
      AND NOT EXISTS (SELECT FROM chats_line l WHERE l.visit_id = v.id AND l.message_id = m.id)
), made AS (
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


@retried
def number(visit_ids: Iterable[int]) -> list[Numbered]:
    """Number what is new for these visits; returns those for whom something was."""
    return number_held(visit_ids)


def number_held(visit_ids: Iterable[int]) -> list[Numbered]:
    """The same within the caller's transaction, which is begun again when it is lost."""
    wanted = list(visit_ids)
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [wanted])
        held = [row[0] for row in cursor.fetchall()]
        if not held:
            return []
        cursor.execute(_NUMBER, [held])  # a statement of its own, so that it sees what the one before waited for
        return [Numbered(*row) for row in cursor.fetchall()]
