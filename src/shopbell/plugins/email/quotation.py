"""Where in a mail's lines the writer stops and somebody else's mail begins."""

import re
from dataclasses import dataclass, field

from . import attribution, header_block
from .header_block import Block
from .parties import MAX_VALUE
from .phrases import ABOVE_THIS_LINE, FORWARDED, MARKER_HEAD, MARKER_TAIL, MARKER_WORDS, ORIGINAL, REPLY_STEMS, fold

MARKER, ATTRIBUTION, ORIGINAL_MESSAGE, FORWARD, BLOCK = "marker", "attribution", "original", "forward", "block"

_DASHES = "-‐‑–—_=*~ \t\xa0"
_INVISIBLE = str.maketrans({"\ufeff": None, "\u200b": None, "\u200e": None, "\u200f": None, "\xa0": " "})
_SEPARATOR_MAX, _WORDS_MAX = 200, 60
# A heading in one piece: GroupWise's ">>> Jane Doe <jane@a.example> 05/03/21 4:15 PM >>>" and Notes' grey line
# "Jane Doe ---05/03/2021 04:15:22 PM---Dear shop, …".
_DATED = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}[ ,]{1,3}\d{1,2}:\d{2}"
_IN_ONE_PIECE = re.compile(rf">>> ?\S.{{0,200}}{_DATED}.{{0,12}}>>>$|\S.{{0,200}} ---{_DATED}.{{0,12}}---\S")


@dataclass(frozen=True)
class Break:
    """The introduction of somebody else's mail: lines start..after (after excluded); own words before `column`."""

    kind: str
    start: int
    after: int
    column: int = 0
    text: str = ""
    dashes: int = 0
    block: Block | None = field(default=None)


def lines_of(text: str) -> list[str]:
    """The lines of a text whatever its line ends, without invisible characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE).split("\n")


def is_quoted(line: str) -> bool:
    """Whether the line carries the mark of a quote, at most three spaces in."""
    return line[:1] == ">" or (line[:1] == " " and line[:4].lstrip(" ")[:1] == ">")


def is_heading(line: str) -> bool:
    """Whether the line by itself introduces a quote that has no marks of its own."""
    return (line[:3] == ">>>" or "---" in line[:300]) and _IN_ONE_PIECE.match(line) is not None


def unquoted(line: str) -> str:
    """The line without one level of its quote mark."""
    if not is_quoted(line):
        return line
    rest = line.lstrip(" ")[1:]
    return rest[1:] if rest[:1] == " " else rest


def at(lines: list[str], begin: int) -> Break | None:
    """The break whose introduction begins in line `begin`."""
    line = lines[begin]
    stripped = line.strip()
    if not stripped:
        return None
    if _is_marker(stripped):
        return Break(MARKER, begin, begin + 1)
    if is_heading(stripped):
        return Break(ATTRIBUTION, begin, begin + 1, 0, stripped.strip("> "))
    separator = _separator(lines, begin, stripped)
    if separator:
        return separator
    if header_block.label(line):
        block = header_block.read(lines, begin)
        if block:
            return Break(BLOCK, begin, block.end, block=block)
    found = attribution.find(lines, begin)
    return Break(ATTRIBUTION, begin, found[0], found[1], found[2]) if found else None


def _is_marker(line: str) -> bool:
    if line.startswith(MARKER_HEAD):
        return line.endswith(MARKER_TAIL)
    if len(line) > _SEPARATOR_MAX:
        return False
    if line[0] not in "-–—#=*_[(【" and (len(line) > 90 or fold(line.split(None, 1)[0]) not in MARKER_WORDS):
        return False
    folded = fold(line)
    return any(phrase in folded for phrase in ABOVE_THIS_LINE) and any(stem in folded for stem in REPLY_STEMS)


def _separator(lines: list[str], begin: int, line: str) -> Break | None:
    """ "-----Original Message-----", "Begin forwarded message:", or a drawn line over a header block."""
    head = line[:MAX_VALUE]
    inner = head.strip(_DASHES)
    dashes = len(head) - len(head.lstrip("-‐‑–—"))
    if not inner:
        return _ruled(lines, begin, dashes)
    if dashes < 2 and len(inner) > _WORDS_MAX:
        return None
    phrase, rest = _phrase(inner, dashes)
    kind = (
        FORWARD if is_forward_phrase(phrase, dashes) else ORIGINAL_MESSAGE if _is_original(phrase, dashes, line) else ""
    )
    if not kind:
        return None
    block = _block_after(lines, begin, rest)
    if block is None and dashes < 2 and line[0] != "[" and not _quote_below(lines, begin):
        return None
    return Break(kind, begin, block.end if block else begin + 1, 0, phrase, dashes, block)


def _phrase(inner: str, dashes: int) -> tuple[str, str]:
    """The words of a separator and what stands behind its closing dashes on the same line."""
    if dashes >= 2:
        for mark in ("---", "--", "‐‐"):
            words, found, rest = inner.partition(mark)
            if found:
                return _folded(words), rest.strip(_DASHES) if ":" in rest or "：" in rest else ""
    return _folded(inner), ""


def _folded(words: str) -> str:
    return fold(words.strip(_DASHES + ":：[]#"))


def is_forward_phrase(phrase: str, dashes: int) -> bool:
    """Whether the words between the dashes announce a forwarded mail; without dashes only the exact words do."""
    return phrase in FORWARDED or (dashes >= 4 and phrase.startswith("forwarded by "))


def _is_original(phrase: str, dashes: int, line: str) -> bool:
    if phrase in ORIGINAL:
        return dashes >= 2 or " " in phrase
    if dashes >= 3 and line.endswith("--"):
        return attribution.says_wrote(phrase)
    return phrase.startswith("original message processed by ")


def _block_after(lines: list[str], begin: int, rest: str) -> Block | None:
    """The header block under a separator: behind it on the line, or after at most three blank lines."""
    if rest:
        fields = header_block.read([rest], 0)
        return Block(begin + 1, fields.fields, fields.finnish) if fields else None
    following = begin + 1
    while following < min(len(lines), begin + 4) and not lines[following].strip():
        following += 1
    if following == len(lines):
        return None
    return header_block.read(lines, following) or header_block.read_without_colons(lines, following)


def _quote_below(lines: list[str], begin: int) -> bool:
    return any(is_quoted(line) for line in lines[begin + 1 : begin + 4])


def _ruled(lines: list[str], begin: int, dashes: int) -> Break | None:
    """A line of dashes, underscores or equal signs counts when a header block or an attribution follows it."""
    if len(lines[begin].strip()) < 3:
        return None
    block = _block_after(lines, begin, "")
    if block:
        return Break(BLOCK, begin, block.end, dashes=dashes, block=block)
    following = begin + 1 if begin + 1 < len(lines) and lines[begin + 1].strip() else begin + 2
    found = attribution.find(lines, following) if following < len(lines) else None
    return Break(ATTRIBUTION, begin, found[0], 0, found[2]) if found and not found[1] else None
