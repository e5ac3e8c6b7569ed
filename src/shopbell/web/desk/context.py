"""What the panel beside a conversation says of its customer and of what the shop wants to know."""

from __future__ import annotations

from typing import Any

from shopbell.conversations.models import Conversation
from shopbell.fields import queries as fields
from shopbell.fields.models import Field, Subject
from shopbell.web import own_fields
from shopbell.web.desk import parts

NOTES = 3


def build(found: Conversation, has: parts.Parts) -> dict[str, Any]:
    """Facts and the newest notes, each in one query where there are any."""
    known = fields.active() if has.fields else {subject: [] for subject in Subject}
    notes = found.customer.notes.all().select_related("author")
    return {
        "customer_facts": _facts(known[Subject.CUSTOMER], found.customer.custom),
        "talk_facts": _facts(known[Subject.CONVERSATION], found.custom),
        "has_own_fields": bool(known[Subject.CONVERSATION]),
        "customer_notes": list(notes.order_by("-id")[:NOTES]) if has.notes else [],
    }


def _facts(known: list[Field], values: dict[str, Any]) -> list[own_fields.Fact]:
    return own_fields.facts([field for field in known if field.is_beside], values)
