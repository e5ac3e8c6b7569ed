"""What the panel beside a conversation says of its customer and of what the shop wants to know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from shopbell.conversations.models import Conversation, Message
from shopbell.fields import queries as fields
from shopbell.fields.models import Field, Subject
from shopbell.knowledge.models import ArticleText
from shopbell.web import own_fields
from shopbell.web.desk import parts

NOTES = 3
READ_SHOWN = 6


def build(found: Conversation, has: parts.Parts, messages: Iterable[Message]) -> dict[str, Any]:
    """Facts and the newest notes, each in one query where there are any."""
    known = fields.active() if has.fields else {subject: [] for subject in Subject}
    notes = found.customer.notes.all().select_related("author")
    return {
        "customer_facts": _facts(known[Subject.CUSTOMER], found.customer.custom),
        "talk_facts": _facts(known[Subject.CONVERSATION], found.custom),
        "has_own_fields": bool(known[Subject.CONVERSATION]),
        "read_before": _read_before(found, messages),
        "customer_notes": list(notes.order_by("-id")[:NOTES]) if has.notes else [],
    }


def _facts(known: list[Field], values: dict[str, Any]) -> list[own_fields.Fact]:
    return own_fields.facts([field for field in known if field.is_beside], values)


def _read_before(found: Conversation, messages: Iterable[Message]) -> list[tuple[str, str]]:
    """Title and address of the help articles the customer had read when they wrote, the last one first."""
    numbers = [number for message in messages for number in message.about.get("read", ())]
    latest = list(dict.fromkeys(reversed(numbers)))[:READ_SHOWN]
    if not latest:
        return []
    texts = ArticleText.objects.filter(shop=found.shop_id).in_bulk(latest)
    return [
        (text.title, reverse("help_article", args=[found.shop.slug, text.language, text.slug]))
        for text in (texts[number] for number in latest if number in texts)
    ]
