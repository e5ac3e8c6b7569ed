"""What there is to show beside a conversation's messages, asked at once: most conversations have next to none of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from shopbell.agents.models import Agent
from shopbell.conversations.models import Conversation


@dataclass(frozen=True, slots=True)
class Parts:
    """Which of the things that are kept apart are there at all; what is not needs no question of its own."""

    participants: bool = True
    followers: bool = True
    checklist: bool = True
    drafts: bool = True  # one's own, shared ones, and answers that leave later
    sides: bool = True
    links: bool = True
    merged: bool = True  # other conversations that went into this one
    files: bool = True
    others: bool = True  # conversations of the same customer
    notes: bool = True  # about the customer
    fields: bool = True  # of the shop's own
    orders: bool = True  # in the shops: the customer's, or spoken of here
    notices: bool = True  # notifications the agent has not looked at
    is_newest_opened: bool = False  # the agent opened no other since
    read_up_to: int = 0  # the newest message the agent has seen


ALL = Parts()
_ASK = """
SELECT
    EXISTS (SELECT FROM conversations_participant WHERE conversation_id = %(talk)s),
    EXISTS (SELECT FROM conversations_follower WHERE conversation_id = %(talk)s),
    EXISTS (SELECT FROM conversations_checklistitem WHERE conversation_id = %(talk)s),
    EXISTS (SELECT FROM conversations_draft WHERE conversation_id = %(talk)s
            AND (agent_id = %(agent)s OR is_shared OR kind = 'later')),
    EXISTS (SELECT FROM conversations_sideconversation WHERE conversation_id = %(talk)s),
    EXISTS (SELECT FROM conversations_link WHERE conversation_id = %(talk)s)
        OR EXISTS (SELECT FROM conversations_link WHERE other_id = %(talk)s),
    EXISTS (SELECT FROM conversations_merge WHERE parent_id = %(talk)s AND undone_at IS NULL),
    EXISTS (SELECT FROM conversations_message AS m JOIN conversations_attachment AS a ON a.message_id = m.id
            WHERE m.conversation_id = %(talk)s),
    EXISTS (SELECT FROM conversations_conversation WHERE customer_id = %(customer)s AND id <> %(talk)s),
    EXISTS (SELECT FROM customers_customernote WHERE customer_id = %(customer)s),
    EXISTS (SELECT FROM fields_field WHERE archived_at IS NULL),
    EXISTS (SELECT FROM commerce_order WHERE customer_id = %(customer)s)
        OR EXISTS (SELECT FROM conversations_orderlink WHERE conversation_id = %(talk)s)
        OR EXISTS (SELECT FROM customers_customer WHERE merged_into_id = %(customer)s),
    EXISTS (SELECT FROM notifications_notification
            WHERE agent_id = %(agent)s AND conversation_id = %(talk)s AND read_at IS NULL),
    COALESCE((SELECT key = %(key)s FROM conversations_recent WHERE agent_id = %(agent)s AND kind = 'conversation'
              ORDER BY at DESC LIMIT 1), false),
    COALESCE((SELECT message_id FROM conversations_readmark
              WHERE agent_id = %(agent)s AND conversation_id = %(talk)s), 0)
"""


def of(found: Conversation, agent: Agent) -> Parts:
    """The parts of a conversation that the agent may see, in one query."""
    values: dict[str, Any] = {"talk": found.id, "agent": agent.pk, "customer": found.customer_id, "key": str(found.id)}
    with connection.cursor() as cursor:  # written by Django it costs ten times as much
        cursor.execute(_ASK, values)
        return Parts(*cursor.fetchone())
