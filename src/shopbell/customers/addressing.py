"""How a customer is addressed at the head of a letter, in their language.

German keeps to title and family name where they are known, as shops write there; Danish and Estonian greet by the first
name; English by title and family name. Nothing is guessed from a first name: without a salutation everybody gets a
greeting that fits everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from shopbell.customers.models import Customer, Salutation


@dataclass(frozen=True)
class Style:
    """Phrases of one language; `{name}` is the family name, or where `by_first` the first."""

    ms: str
    mr: str
    neutral: str  # with a name, without a salutation
    nameless: str
    by_first: bool = False


STYLES = {
    "en": Style("Dear Ms {name}", "Dear Mr {name}", "Dear {full}", "Hello"),
    "de": Style("Sehr geehrte Frau {name}", "Sehr geehrter Herr {name}", "Guten Tag {full}", "Guten Tag"),
    "da": Style("Kære {name}", "Kære {name}", "Kære {name}", "Hej", by_first=True),
    "et": Style("Lugupeetud {full}", "Lugupeetud {full}", "Tere, {full}", "Tere"),
}


def greeting(customer: Customer, language: str = "") -> str:
    """The first line of a letter without its comma, in `language`, else the customer's, else English."""
    if customer.salutation == Salutation.FREE and customer.greeting:
        return customer.greeting
    style = _style(language or customer.language)
    words = customer.own_name.split()
    if not words:
        return style.nameless
    titled = {Salutation.MS: style.ms, Salutation.MR: style.mr}.get(Salutation(customer.salutation), style.neutral)
    phrase = titled if len(words) > 1 or style.by_first else style.neutral  # a title goes with a family name
    return phrase.format(name=words[0] if style.by_first else words[-1], full=customer.name.strip())


def nameless(language: str) -> str:
    """The greeting of somebody whose name nobody knows."""
    return _style(language).nameless


def _style(language: str) -> Style:
    return STYLES.get(language.partition("-")[0], STYLES["en"])
