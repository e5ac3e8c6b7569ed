"""What every language has: the frame of a letter, and a subject and a middle for each thing that may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """One language. A paragraph is left out where something it names is not known."""

    hello: str
    choose: str  # names {choices}
    look: str  # leads to the page of the order
    bye: str
    either: str  # between the last two choices
    choices: Mapping[str, str]
    letters: Mapping[str, tuple[str, str]]  # name → subject, what stands between `hello` and the choices

    def letter(self, name: str) -> tuple[str, str]:
        """Subject and whole text, with variables."""
        subject, middle = self.letters[name]
        return subject, "\n\n".join((self.hello, middle.strip(), self.choose, self.look, self.bye))

    def listed(self, choices: list[str]) -> str:
        """ "wait, get a replacement or get your money back"."""
        words = [self.choices[one] for one in choices]
        return self.either.join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)
