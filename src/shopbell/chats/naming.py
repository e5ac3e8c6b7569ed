"""What a visitor is called, above all while nobody knows their name."""

from __future__ import annotations

from django.utils import translation

from shopbell.chats.models import Level, Visit
from shopbell.customers import naming


def placeholder(visit: Visit) -> str:
    """In the shop's language, told apart by the beginning of the visit's key: Visitor 3F2A."""
    with translation.override(visit.channel.shop.language):
        return naming.visitor(visit.key.hex)


def shown_name(visit: Visit) -> str:
    """Their name; of who proved it the customer's, else the address; else the placeholder."""
    return visit.name or _proved(visit) or placeholder(visit)


def _proved(visit: Visit) -> str:
    if visit.level != Level.VERIFIED:
        return ""
    return (visit.customer.name if visit.customer else "") or visit.email
