"""An answer to one customer made fit for everybody: what tells who it was written to is taken out, and it is said what.

Masked are the words of the customer's name and the addresses we know, and what looks like an e-mail address, a phone or
account number, a street with a number, a postal code with a town, and any number of four and more digits that is no
year. What people write in their own way no rule finds: somebody has to read it before others do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shopbell.conversations.models import Conversation

_STREET = (
    r"\b[A-ZÄÖÜÕÆØÅ][\w.-]*(?:straße|strasse|str\.|weg|allee|platz|gasse|damm|gade|vej|plads|tänav|tn\.?|mnt\.?|puiestee)"
    r"\s+\d+\s?[a-zA-Z]?(?:[-/]\d+)?\b"
    r"|\b[A-ZÄÖÜÕÆØÅ]\w+\s+(?:Straße|Allee|Platz|Gade|Vej|tänav|tn|mnt|puiestee)\s+\d+\s?[a-zA-Z]?(?:[-/]\d+)?\b"
    r"|\b\d+\s?[a-zA-Z]?\s+(?:[A-Z]\w+\s+){1,3}(?:Street|Road|Avenue|Lane|Drive|Square)\b"
)
_PATTERNS = (
    ("address", re.compile(r"https?://\S*\d{5,}\S*")),
    ("e-mail", re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")),
    ("account", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b")),
    ("phone", re.compile(r"(?<![\w#+-])(?:\+|0)\d(?:[ ()/.-]{0,2}\d){6,13}(?!\w)")),
    ("street", re.compile(_STREET)),
    ("town", re.compile(r"\b(?:[A-Z]{1,2}-\d{4,5}|\d{5})\s+[A-ZÄÖÜÕÆØÅ][\wäöüõæøåß-]+")),
    ("number", re.compile(r"#?\b(?!(?:19|20)\d\d\b)[A-Z]{0,3}-?\d(?:[ -]?\d){3,}\b")),
)
LEAST_LETTERS = 3  # of a word of a name: shorter ones are other words too often


@dataclass(frozen=True)
class Replaced:
    """Something that was taken out, and what stands there now."""

    before: str
    after: str


def depersonalised(source: str, conversation: Conversation) -> tuple[str, list[Replaced]]:
    """The text without what tells who the customer is, and what was replaced, in order and each once."""
    found: dict[str, str] = {}
    for kind, pattern in (*_PATTERNS, *_of_customer(conversation)):
        mark = _mark(kind)

        def hide(match: re.Match[str], mark: str = mark) -> str:
            found.setdefault(match[0], mark)
            return mark

        source = pattern.sub(hide, source)
    return source, [Replaced(before, after) for before, after in found.items()]


def _of_customer(conversation: Conversation) -> Iterable[tuple[str, re.Pattern[str]]]:
    known = [identity.value for identity in conversation.customer.identities.all() if len(identity.value) > 4]
    if known:
        yield "e-mail", re.compile("|".join(re.escape(value) for value in known), re.IGNORECASE)
    names = {conversation.customer.name, conversation.customer_name}
    words = {word.strip(".,;") for name in names for word in name.split() if "@" not in word}
    spelled = sorted((re.escape(word) for word in words if len(word) >= LEAST_LETTERS), key=len, reverse=True)
    if spelled:
        yield (
            "name",
            re.compile(rf"\b(?:{'|'.join(spelled)})(?:s|’s|'s)?\b(?:\s+\b(?:{'|'.join(spelled)})\b)*", re.IGNORECASE),
        )


def _mark(kind: str) -> str:
    """What stands instead, in the reader's language."""
    return {
        "name": _("[name]"),
        "e-mail": _("[e-mail address]"),
        "phone": _("[phone number]"),
        "account": _("[account number]"),
        "street": _("[address]"),
        "town": _("[town]"),
        "number": _("[number]"),
        "address": _("[link]"),
    }[kind]
