"""What a visitor is called while nobody knows their name."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from shopbell.chats.models import Visit


def placeholder(visit: Visit) -> str:
    """In the shop's language, told apart by the beginning of the visit's key: Visitor 3F2A."""
    with translation.override(visit.channel.shop.language):
        return _("Visitor {code}").format(code=visit.key.hex[:4].upper())


def shown_name(visit: Visit) -> str:
    """Their name, else the placeholder."""
    return visit.name or placeholder(visit)
