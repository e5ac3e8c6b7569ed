"""Take a passage out of text and HTML wherever it stands word for word; how it is wrapped or quoted does not matter."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from shopbell.core.html_text import to_text

MARK = "█████"
SHORTEST = 3  # characters; a shorter passage would take half of every text with it
LONGEST = 5_000
_GAP = r"[\s\u00a0\u200b>]+"  # wrapped, or quoted with > before each line
_PIECE = re.compile(r"<!--.*?(?:-->|$)|<[a-zA-Z/!?][^>]*>?|[^<]+|<", re.DOTALL)
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_INLINE_TAGS = """a abbr b bdi bdo big cite code em font i ins kbd mark q s small span strong sub sup tt u var wbr"""
_INLINE = frozenset(_INLINE_TAGS.split())


class BadPassage(ValueError):
    """Too short to be one, or too long."""


def pattern(passage: str) -> re.Pattern[str]:
    """What finds a passage. Raises BadPassage."""
    words = re.split(_GAP, passage.strip())
    letters = "".join(words)
    if not SHORTEST <= len(letters) <= LONGEST:
        raise BadPassage(len(letters))
    start = r"(?<!\w)" if words[0][:1].isalnum() else ""
    end = r"(?!\w)" if words[-1][-1:].isalnum() else ""
    return re.compile(start + _GAP.join(re.escape(word) for word in words) + end)


def in_text(source: str, found: re.Pattern[str]) -> tuple[str, int]:
    """The text without the passage, and in how many places it stood."""
    return found.subn(MARK, source)


def in_html(source: str, found: re.Pattern[str]) -> tuple[str, int]:
    """The same for HTML, across its tags. Tags that carry it (links, titles) lose everything but their name.

    Where it can still be read in the result the HTML is given up: "" is returned.
    """
    pieces = _PIECE.findall(source)
    tagged = sum(_clean_tag(pieces, number, found) for number in range(len(pieces)))
    plain, spans = _plain(pieces)
    places = list(found.finditer(plain))
    for match in reversed(places):
        _cut(pieces, plain, spans, match)
    result = "".join(pieces)
    if not places and not tagged:
        return source, 0
    return ("" if found.search(to_text(result)) else result), len(places) + tagged


def in_values(value: Any, found: re.Pattern[str]) -> tuple[Any, int]:
    """The same for every text within lists and dicts."""
    if isinstance(value, str):
        return in_text(value, found)
    if isinstance(value, dict):
        pairs = {key: in_values(each, found) for key, each in value.items()}
        return {key: each for key, (each, _n) in pairs.items()}, sum(n for _each, n in pairs.values())
    if isinstance(value, list):
        parts = [in_values(each, found) for each in value]
        return [each for each, _n in parts], sum(n for _each, n in parts)
    return value, 0


def _clean_tag(pieces: list[str], number: int, found: re.Pattern[str]) -> int:
    piece = pieces[number]
    if not piece.startswith("<") or len(piece) == 1 or not found.search(html.unescape(unquote(html.unescape(piece)))):
        return 0
    name = _NAME.match(piece)
    pieces[number] = f"<{'/' if piece.startswith('</') else ''}{name[1]}>" if name else ""
    return 1


def _plain(pieces: list[str]) -> tuple[str, list[tuple[int, int, int]]]:
    """What is read, and which part of it stands in which piece: (start, end, piece)."""
    read: list[str] = []
    spans: list[tuple[int, int, int]] = []
    position = 0
    for number, words in _read(pieces):
        if number >= 0:
            spans.append((position, position + len(words), number))
        read.append(words)
        position += len(words)
    return "".join(read), spans


def _read(pieces: list[str]) -> Iterator[tuple[int, str]]:
    for number, piece in enumerate(pieces):
        if not piece.startswith("<") or len(piece) == 1:
            yield number, html.unescape(piece)
        elif (name := _NAME.match(piece)) is None or name[1].lower() not in _INLINE:
            yield -1, "\n"


def _cut(pieces: list[str], plain: str, spans: list[tuple[int, int, int]], match: re.Match[str]) -> None:
    """Take one match out; from the last to the first, so that what stands before keeps its place."""
    mark = MARK
    for start, end, number in spans:
        if end <= match.start() or start >= match.end():
            continue
        words = html.unescape(pieces[number])
        here, there = max(match.start() - start, 0), min(match.end(), end) - start
        pieces[number] = html.escape(words[:here] + mark + words[there:], quote=False)
        mark = ""
