"""What somebody typed into a search box, taken apart: words, phrases, operators; the unwanted (-); either-or (OR).

    refund OR return -is:spam from:"Anna Saar" "still not here"

Everything named must hold. `OR` stands between two alternatives of one sort: words, or operators.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

WORD, PHRASE = "word", "phrase"
OPERATORS = (
    "from", "to", "cc", "subject", "tag", "is", "in", "assignee", "team", "has",
    "before", "after", "on", "language", "priority", "shop",
)  # fmt: skip
LONGEST = 300  # characters that are looked at
MOST_TERMS = 30
_TERM = re.compile(
    r"""(?P<either>OR(?!\S)|\|)
    | (?P<negated>-(?=\S))? (?:(?P<name>[a-z]+):(?P<value>"[^"]*"?|\S+)? | "(?P<phrase>[^"]*)"? | (?P<word>\S+))""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"#?(\d{1,18})")


@dataclass(frozen=True)
class Term:
    """One thing that must hold: a word, a phrase, or an operator (`kind` is its name) with its value."""

    kind: str
    value: str
    is_unwanted: bool = False

    @property
    def is_text(self) -> bool:
        return self.kind in (WORD, PHRASE)

    def __str__(self) -> str:
        value = f'"{self.value}"' if self.kind == PHRASE or (" " in self.value and self.kind != WORD) else self.value
        name = "" if self.is_text else f"{self.kind}:"
        return f"{'-' if self.is_unwanted else ''}{name}{value}"


@dataclass
class Query:
    """A search: of each group at least one term must hold."""

    groups: list[list[Term]] = field(default_factory=list)
    misspelt: list[tuple[str, str]] = field(default_factory=list)  # what looks like an operator; the one it resembles

    @property
    def terms(self) -> list[Term]:
        return [term for group in self.groups for term in group]

    @property
    def wanted_text(self) -> str:
        """The words looked for, without operators: what is marked in a result."""
        return " ".join(str(term) for term in self.terms if term.is_text and not term.is_unwanted)

    @property
    def number(self) -> int | None:
        """The conversation's number, where nothing else was typed."""
        only = self.groups[0][0] if len(self.terms) == 1 else None
        found = _NUMBER.fullmatch(only.value) if only and only.kind == WORD and not only.is_unwanted else None
        return int(found[1]) if found else None


def parse(typed: str) -> Query:
    """Take a search apart. Nothing is an error here: what no operator is, is a word."""
    query, is_either = Query(), False
    for term in _terms(typed[:LONGEST], query):
        if term is None:
            is_either = bool(query.groups)
        elif is_either and query.groups[-1][0].is_text == term.is_text:
            query.groups[-1].append(term)
            is_either = False
        else:
            query.groups.append([term])
            is_either = False
        if len(query.groups) >= MOST_TERMS:
            break
    return query


def _terms(typed: str, query: Query) -> Iterator[Term | None]:
    """The terms one after the other; None for an OR."""
    for found in _TERM.finditer(typed):
        if found["either"]:
            yield None
            continue
        name, value = found["name"], (found["value"] or "").strip('"').strip()
        if name in OPERATORS:
            yield Term(name, value, bool(found["negated"]))
            continue
        if name is not None and not value.startswith("//"):
            query.misspelt += [(name, like) for like in difflib.get_close_matches(name, OPERATORS, 1)]
        text = found["phrase"] if found["phrase"] is not None else found["word"] or f"{name}:{value}"
        if text.strip():
            yield Term(PHRASE if found["phrase"] is not None else WORD, text.strip(), bool(found["negated"]))
