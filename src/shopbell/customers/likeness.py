"""Are two customers one person? What they have in common, what it is worth, and the reasons in words.

Nobody is merged by this: it suggests, and a person decides. A name alone is never enough, and what more than a few
people share (a firm's number) says nothing. The weights were set by hand and are measured in docs/quality.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import OSA

from shopbell.core import words
from shopbell.customers import sounding

Trait = tuple[str, str]  # (kind, value): see `traits`
TOLD = ("payer", "ordered")  # how an address of somebody else's got into an order: marks, shared as "claimed"
OF_BOTH = ("thread", "order")  # traits that looking at one customer gives the other, too
LEAST = 50  # percent of confidence below which nothing is suggested
MOST_SHARING = 8  # a trait of more people than this says nothing
POSTCODE_KEYS = {"postcode", "postal_code", "zip", "zip_code", "plz", "postnummer", "postiindeks", "sihtnumber"}
DOTLESS = {"gmail.com", "googlemail.com"}  # where dots in the local part mean nothing
ROLES = {"info", "kontakt", "contact", "office", "mail", "post", "hello", "sales", "service", "support", "shop"}
ROLES |= {"bestellung", "einkauf", "buchhaltung", "admin", "webmaster", "noreply", "no-reply", "verkauf", "myyk"}
_TOKEN = re.compile(r"[^\W\d_]+")
_HOUSE = re.compile(r"(?<!\d)(\d{1,4})\s?([a-z]?)(?![a-z\d])")
_ENDING = re.compile(r"(?:strasse|str|tanav|tn|gade|vej|gata|street|maantee|mnt|puiestee|pst)$")
_STREETS = {"str", "strasse", "tanav", "tn", "gade", "vej", "street", "st", "tee", "maantee", "mnt", "pst"}

VOUCHED = "vouched"
REASONS = {
    "agent": _("an agent says so"),
    VOUCHED: _("the shop says so"),
    "mailbox": _("two spellings of one mailbox"),
    "phone": _("the same telephone number"),
    "home": _("the same name and postcode"),
    "address": _("the same street and postcode"),
    "payer": _("one paid for the other’s order"),
    "ordered": _("one ordered with the other’s address"),
    "order": _("one asked about the other’s order"),
    "claimed": _("the same address, once not proved"),
    "thread": _("both wrote in the same conversation"),
    "local": _("the same address at another provider"),
    "name": _("the same name"),
    "initials": _("names that fit"),
    "first": _("the same first name"),
}


@dataclass(frozen=True)
class Person:
    """What is compared of a customer."""

    name: str
    traits: frozenset[Trait]
    proved: frozenset[str] = frozenset()  # kinds of proved addresses


@dataclass(frozen=True)
class Likeness:
    """How sure, in percent, and why: names of REASONS."""

    confidence: int
    reasons: tuple[str, ...]


# What one thing in common is worth, by how the names go together: alike, unknown, family name only, different, first
# name only (who married keeps the first name, a household shares the other one), short first names a letter apart (a
# slip, or Lena and Lina who are sisters).
WORTH: Mapping[str, tuple[float, float, float, float, float, float]] = {
    "mailbox": (0.95, 0.9, 0.75, 0.65, 0.8, 0.9),
    "phone": (0.95, 0.6, 0.35, 0.25, 0.6, 0.85),
    "home": (0.85, 0.0, 0.0, 0.0, 0.0, 0.45),
    "claimed": (0.6, 0.5, 0.4, 0.3, 0.45, 0.5),
    "ordered": (0.9, 0.7, 0.45, 0.35, 0.6, 0.8),
    "payer": (0.85, 0.55, 0.35, 0.25, 0.5, 0.6),
    "address": (0.85, 0.35, 0.2, 0.1, 0.55, 0.45),
    "order": (0.8, 0.5, 0.35, 0.2, 0.4, 0.6),
    "thread": (0.85, 0.45, 0.3, 0.15, 0.35, 0.6),
    "local": (0.65, 0.45, 0.35, 0.2, 0.35, 0.55),
}
ALIKE, UNKNOWN, FAMILY, DIFFERENT, FIRST, SHORT = range(6)
_LONG_ENOUGH = 6  # letters of a name in which one slip does not make another name
_GENERATIONS = {
    **dict.fromkeys(("jun", "junior", "jr", "jnr", "fils", "ii"), "younger"),
    **dict.fromkeys(("sen", "senior", "sr", "snr", "pere"), "older"),
}
BOTH_PROVED = 0.95  # two proved addresses of one kind are more often two people's


def tokens(name: str) -> list[str]:
    """The words of a name in one spelling, in order; none when it is an address."""
    return [] if "@" in name else [words.respell(word.lower()) for word in _TOKEN.findall(name)]


def mailbox(address: str) -> str:
    """The mailbox an e-mail address leads to: without what stands behind a plus, and dots where they mean nothing."""
    local, _at, domain = address.lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in DOTLESS:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def traits(name: str, identities: Iterable[Trait], custom: Mapping[str, Any], seen: Iterable[Trait]) -> set[Trait]:
    """What a customer may have in common with another. `seen`: phones and threads found in their messages."""
    found = set(seen)
    for kind, value in identities:
        if kind == "email":
            found |= {("mailbox", mailbox(value)), ("claimed", value)} | _local(value)
        elif kind == "email-unproven":
            found.add(("claimed", value))
        elif kind == "phone":
            found.add(("phone", value))
    postcode = next((str(custom[name]) for name in custom if name.lower() in POSTCODE_KEYS and custom[name]), "")
    found |= homes(name, postcode, "")
    return {(kind, value[:320]) for kind, value in found}


def homes(name: str, postcode: str, street: str) -> set[Trait]:
    """Where somebody of this name lives: by name and postcode, and by street, house number and postcode."""
    code = "".join(sign for sign in postcode.upper() if sign.isalnum())
    if not code:
        return set()
    found: set[Trait] = {("home", f"{' '.join(sorted(tokens(name)))}|{code}")} if len(tokens(name)) > 1 else set()
    place = street_key(street)
    return found | ({("address", f"{place}|{code}")} if place else set())


def street_key(written: str) -> str:
    """ "Hauptstr. 5a" and "Hauptstraße 5 A" are one: the street's first word cut before "str", and the house number.

    Flats, floors and post boxes behind a comma are left out. "" where there is no house number.
    """
    plain = words.fold(written.lower()).partition(",")[0]
    number = _HOUSE.search(plain)
    names = _TOKEN.findall(plain[: number.start()] if number else plain)
    if not number or not names:
        return ""
    street = _ENDING.sub("", "".join(name for name in names if name not in _STREETS)) or "".join(names)
    return f"{words.respell(street)}{number[1]}{number[2]}"


def _local(address: str) -> set[Trait]:
    """A local part that may be a person's own: long enough, and no office's."""
    local = address.partition("@")[0].partition("+")[0].lower()
    letters = _TOKEN.findall(local)
    is_own = len("".join(letters)) >= 6 and not {local, *letters} & ROLES
    return {("local", "".join(filter(str.isalnum, local)))} if is_own else set()


def compare(one: Person, other: Person) -> Likeness | None:
    """How likely the two are one; None when it is not worth a look."""
    shared = _shared(one.traits, other.traits)
    if not shared:
        return None
    names, reason = together(one.name, other.name)
    doubt = 1.0
    for kind in _independent(shared):
        doubt *= 1 - WORTH[kind][names]
    sure = (1 - doubt) * (BOTH_PROVED if one.proved & other.proved else 1)
    confidence = min(round(sure * 100), 99)
    reasons = (*_independent(shared), *([reason] if reason else []))
    return Likeness(confidence, reasons) if confidence >= LEAST else None


def _shared(one: frozenset[Trait], other: frozenset[Trait]) -> list[str]:
    """The kinds of what they have in common; of an address that came by an order, how."""
    kinds = set()
    for kind, value in one & other:
        told = [mark for mark in TOLD if (mark, value) in one | other] if kind == "claimed" else []
        kinds |= set(told or [kind]) - set(TOLD if kind in TOLD else ())
    return sorted(kinds)


def _independent(shared: list[str]) -> list[str]:
    """Of what follows from one another only the stronger: one mailbox has one local part."""
    implied = {"local"} if {"mailbox", *TOLD} & set(shared) else set()
    implied |= {"address"} if "home" in shared else set()
    return sorted((kind for kind in shared if kind not in implied), key=lambda kind: -WORTH[kind][ALIKE])


def together(one: str, other: str) -> tuple[int, str]:
    """How two names go together, and the reason to show for it."""
    a, b = tokens(one), tokens(other)
    generations = [{_GENERATIONS[word] for word in those if word in _GENERATIONS} for those in (a, b)]
    if generations[0] != generations[1]:
        return FAMILY, ""  # father and son
    a, b = ([word for word in those if word not in _GENERATIONS] for those in (a, b))
    if len(a) < 2 or len(b) < 2:
        same = bool(set(a) & set(b))
        return (UNKNOWN, "") if not a or not b or same else (DIFFERENT, "")
    if _is_within(a, b) or _is_within(b, a) or sounding.is_alike(a, b):
        return ALIKE, "name"
    if _is_misspelt(a, b):
        return (SHORT if _are_short(a, b) else ALIKE), "name"
    if _are_initials(a, b) or _are_initials(b, a):
        return ALIKE, "initials"
    if a[0] == b[0] and len(a[0]) > 2 and not {*a[1:]} & {*b[1:]}:
        return FIRST, "first"
    is_family = any(_is_slip(x, y) for x in {a[-1], a[0]} for y in {b[-1], b[0]})
    return (FAMILY, "") if is_family else (DIFFERENT, "")


def _is_within(few: list[str], many: list[str]) -> bool:
    """Anna Saar within Anna-Liis Saar, and Saar, Anna; an initial is no name."""
    return len([word for word in few if len(word) > 1]) > 1 and set(few) <= set(many)


def _is_misspelt(a: list[str], b: list[str]) -> bool:
    """Slips of the keys: as many words, each the same or misspelt, at least one the same, in any order."""
    if len(a) != len(b) or not set(a) & set(b):
        one, other = " ".join(sorted(a)), " ".join(sorted(b))
        is_long = len(a) == len(b) and min(len(one), len(other)) >= 12
        return is_long and all(_is_slip(x, y) for x, y in zip(a, b, strict=True))
    left, right = _without(a, b), _without(b, a)
    return all(any(_is_slip(x, y) for y in right) for x in left)


def _are_short(a: list[str], b: list[str]) -> bool:
    """Whether what differs is a first name so short that a letter makes another one."""
    slips = {*_without(a, b), *_without(b, a)} - {a[-1], b[-1]}
    return bool(slips) and a[-1] == b[-1] and all(len(word) < _LONG_ENOUGH for word in slips)


def _without(many: list[str], others: list[str]) -> list[str]:
    return [word for word in many if word not in others]


def _is_slip(one: str, other: str) -> bool:
    """One slip in a word of four letters and more, two in one of nine; not at its end, where Martin becomes Martina
    and Andrea Andreas, and not its first letter.
    """
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < 4 or one[0] != other[0] or long.startswith(short):
        return False
    most = 2 if len(short) >= 9 else 1
    is_near = OSA.distance(one, other, score_cutoff=most) <= most
    is_other_ending = len(one) == len(other) and one[:-1] == other[:-1] and {one[-1], other[-1]} & set("aeo")
    return is_near and not is_other_ending


def _are_initials(short: list[str], full: list[str]) -> bool:
    """A. Saar, of Anna Saar."""
    is_short = len(short) == len(full) and short[-1] == full[-1] and any(len(word) == 1 for word in short[:-1])
    return is_short and all(word == own or own.startswith(word) for word, own in zip(short, full, strict=True))
