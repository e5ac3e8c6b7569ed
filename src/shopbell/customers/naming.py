"""What a customer is called of whom no name is known, and how their addresses are shown."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shopbell.core import covering
from shopbell.customers import phones

CHAT = "chat"
SPOKEN = ("email", "phone")  # kinds of addresses that say who somebody is, the better first


def visitor(key: str) -> str:
    """Visitors of a chat are told apart by the beginning of the visit's key: Visitor 3F2A."""
    return _("Visitor {code}").format(code=key[:4].upper())


def nameless(number: int, reached: Sequence[tuple[str, str]]) -> str:
    """By their address or telephone number, in `reached` as (kind, value); else as a visitor; else by their number."""
    for kind in SPOKEN:
        for value in (value for of, value in reached if of == kind and not value.endswith(".invalid")):
            return shown(kind, value)
    for value in (value for of, value in reached if of == CHAT and covering.DOTS not in value):
        return visitor(value)
    return _("Customer {number}").format(number=number)


def shown(kind: str, value: str) -> str:
    """As it is read: what stands for a visitor is no address, and says so."""
    if kind == CHAT:
        return _("chat")
    return phones.show(value) if kind == "phone" else value
