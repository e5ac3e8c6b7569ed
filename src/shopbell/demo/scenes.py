"""The form in which the demo's conversations are written down.

Texts may hold {first}, {name}, {town} (the customer's), {order}, {product} (any of the shop's), {garment}, {bag} and
{agent}.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Who = Literal["customer", "agent", "note"]
Outcome = Literal["waiting", "answered", "resolved", "snoozed", "spam"]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One message. `minutes`: after the one before; None: some time. `picture`: a name in `pictures`."""

    who: Who
    text: str
    minutes: int | None = None
    picture: str = ""
    html: str = ""
    calendar: bool = False
    is_automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One conversation. `who` and `address` name somebody in particular, else the customer is drawn by lot."""

    subject: str
    turns: tuple[Turn, ...]
    outcome: Outcome = "waiting"
    tags: tuple[str, ...] = ()
    priority: Literal[1, 2, 3, 4] = 2
    who: str = ""
    address: str = ""
    by_form: bool = False
    is_once: bool = False  # too particular to be told again with another customer
    is_forged: bool = False
    fails: bool = False  # the last answer could not be delivered


@dataclass(frozen=True, kw_only=True)
class Cast:
    """One country: the shop, how mails look there, and the conversations."""

    language: str
    shop: str
    slug: str
    address: str
    website: str
    time_zone: str
    domains: tuple[str, ...]  # customers' mail providers
    products: tuple[str, ...]  # two to wear, three for the house, a bag
    quoted: str  # the line above a quoted mail: {date}, {name}
    signature: str
    settled: str  # how an older matter was answered
    scenes: tuple[Scene, ...]
    macros: tuple[tuple[str, str], ...]


def ask(text: str, minutes: int | None = None, **more: object) -> Turn:
    """The customer writes."""
    return Turn(who="customer", text=text, minutes=minutes, **more)  # type: ignore[arg-type]


def answer(text: str, minutes: int | None = None) -> Turn:
    """An agent answers."""
    return Turn(who="agent", text=text, minutes=minutes)


def note(text: str, minutes: int | None = None) -> Turn:
    """An agent notes something for the others."""
    return Turn(who="note", text=text, minutes=minutes)
