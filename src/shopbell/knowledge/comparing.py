"""What changed between two versions of a text, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, IN, OUT, GAP = "same", "in", "out", "gap"
CONTEXT = 2  # unchanged lines shown before and after a change
MOST_WORDS = 3_000  # of a changed passage that is compared word by word; the effort grows with the square
MOST_LINES = 3_000  # of a text that is compared line by line
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Words that stayed, came or went; a GAP stands for `lines` unchanged ones that are left out."""

    kind: str
    text: str = ""
    lines: int = 0


def compare(old: str, new: str) -> list[Piece]:
    """The new text with what came and what went, as pieces in order; [] when nothing changed."""
    if old == new:
        return []
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if max(len(before), len(after)) > MOST_LINES:
        return [Piece(OUT, old), Piece(IN, new)]
    pieces: list[Piece] = []
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for place, (kind, a0, a1, b0, b1) in enumerate(blocks):
        if kind == "equal":
            pieces += _context(after[b0:b1], first=place == 0, last=place == len(blocks) - 1)
        else:
            pieces += _words("".join(before[a0:a1]), "".join(after[b0:b1]))
    return pieces


def _context(lines: list[str], *, first: bool, last: bool) -> list[Piece]:
    head, tail = 0 if first else CONTEXT, 0 if last else CONTEXT
    if len(lines) <= head + tail + 1:
        return [Piece(SAME, "".join(lines))]
    shown = [Piece(SAME, "".join(lines[:head])), Piece(GAP, lines=len(lines) - head - tail)]
    shown.append(Piece(SAME, "".join(lines[len(lines) - tail :])))
    return [piece for piece in shown if piece.text or piece.lines]


def _words(old: str, new: str) -> list[Piece]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > MOST_WORDS or not before or not after:
        return [piece for piece in (Piece(OUT, old), Piece(IN, new)) if piece.text]
    pieces: list[Piece] = []
    for kind, a0, a1, b0, b1 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(SAME, "".join(after[b0:b1])))
            continue
        pieces += [Piece(OUT, "".join(before[a0:a1])), Piece(IN, "".join(after[b0:b1]))]
    return [piece for piece in pieces if piece.text]
