"""What in a text may be the number of an order or a parcel, or an address somebody ordered with.

Nothing is decided here: the mirror of the shops is asked which of it exists (an existence check beats a pattern).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from shopbell.commerce.keys import key
from shopbell.conversations.figures import is_something_else
from shopbell.customers import phones

LOOKED_AT = 20_000  # characters of a message
MOST = 200  # numbers of one message
FEW = 5  # addresses of one message
SHORT = 5  # a bare number of fewer digits may be a year, a size or a price
_TOKEN = re.compile(r"[^\W_](?:[\w./-]{0,60}[^\W_])?")
_PART = re.compile(r"[^/]+")
_APART = re.compile(r"(?<![\w-])(?:[A-Za-z]{1,4}[ -]?)?\d(?:[ -]?\d){2,34}(?:[ -]?[A-Z]{1,3})?(?!\w)")
_EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_LONG = re.compile(r"\d(?:[ ()/.-]{0,2}\d){6}")
_MARK = re.compile(
    r"(?:#|\b(?:orders?|order[ -]?(?:number|no|nr)|ordre\w*|bestell\w*|beställ\w*|auftrag\w*|rechnung\w*|tellimus\w*"
    r"|arve\w*|tilau\w*|commande|pedido|zamówieni\w*|purchase|invoice|faktura|parcel|paket\w*|sendung\w*|pakke\w*"
    r"|number|nummer|numbri\w*|nr|no)\b[\s.:#/№-]{0,4}(?:is|ist|er|on)?\s{0,2}[#:]?)$",
    re.IGNORECASE,
)


@dataclass
class Candidates:
    """What to look up. `keys`: spelling for comparing → whether the text says that it is a number of an order.

    `plain`: those that are not likely something else, a date or a postcode, wherever they stand.
    """

    keys: dict[str, bool] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.keys or self.emails or self.phones)

    def names(self, found: str, *, is_own: bool) -> bool:
        """Whether a key found in the mirror was meant. A short bare number says little of somebody else's order, and a
        postcode nothing.
        """
        if not is_own and found not in self.plain and not self.keys.get(found, False):
            return False
        if not found.isdecimal() or len(found) >= SHORT or self.keys.get(found, False):
            return True
        return is_own and len(found) == SHORT - 1 and not found.startswith(("19", "20"))


def candidates(written: str, language: str = "") -> Candidates:
    """Everything in a text that may name an order. `language` of the shop says of which country bare phones are."""
    body = written[:LOOKED_AT]
    found = Candidates()
    for token in _TOKEN.finditer(body):
        _add(found, token, body)
        for part in _PART.finditer(body, *token.span()) if "/" in token[0] else ():
            _add(found, part, body)
    for run in _APART.finditer(body):
        _add(found, run, body)
    found.emails = list(dict.fromkeys(address.lower() for address in _EMAIL.findall(body)))[:FEW]
    found.phones = phones.found_in(body, phones.country_of(language))[:FEW] if _LONG.search(body) else []
    return found


def _add(found: Candidates, written: re.Match[str], body: str) -> None:
    spelling = key(written[0])
    if len(spelling) > 1 and any(sign.isdigit() for sign in spelling) and len(found.keys) < MOST:
        found.keys[spelling] = found.keys.get(spelling, False) or _is_marked(body, written.start())
        if not is_something_else(body, *written.span()):
            found.plain.add(spelling)


def _is_marked(body: str, start: int) -> bool:
    return _MARK.search(body[max(0, start - 30) : start]) is not None
