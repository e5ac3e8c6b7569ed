"""What a customer is called of whom no name is known, and how their addresses are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from shopbell.core import covering
from shopbell.customers import phones

CHAT = "chat"
_CODED = re.compile(r".+ [0-9A-F]{4}")
SPOKEN = ("email", "phone")  # kinds of addresses that say who somebody is, the better first


def visitor(key: str) -> str:
    """Visitors of a chat are told apart by the beginning of the visit's key: Visitor 3F2A."""
    return _("Visitor {code}").format(code=key[:4].upper())


def may_be_visitor(name: str) -> bool:
    """Whether it reads as `visitor` names somebody in any language; a name in capitals may as well."""
    return _CODED.fullmatch(name) is not None


def is_visitor(name: str, reached: Sequence[tuple[str, str]]) -> bool:
    """Whether this is no name but what a visitor of the chat is told apart by."""
    codes = {value[:4].upper() for kind, value in reached if kind == CHAT}
    return may_be_visitor(name) and name[-4:] in codes


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
