"""The header lines ("From: … / Sent: … / To: … / Subject: …") that a mail program writes over a quoted mail."""

import re
from dataclasses import dataclass

from .parties import MAX_VALUE
from .phrases import CC, DATE, FINNISH_LABELS, FROM, LABEL_MAX, LABELS, OTHER, SUBJECT, TO, fold

#: Lines of a block at most, with wrapped lists of recipients.
MAX_LINES = 60
_DECORATION = " \t*_\xa0\ufeff\u200b\u200e\u200f"
# A line this long may have been wrapped.
_WRAPPED = 66
_PEOPLE = (FROM, TO, CC)

# A label inside a line: after white space, or glued to what stands before as Yahoo does ("…>To: …", "GMT+1Subject: …").
_ALTERNATIVES = "|".join(re.escape(word) for word in sorted(LABELS, key=len, reverse=True))
_INSIDE = re.compile(
    rf"(?:(?<=[>\s])|(?<=(?-i:[^\W_a-z])))({_ALTERNATIVES})\s?[:：]"
    rf"|(?<=>)({_ALTERNATIVES})(?=\s[^<>]{{1,80}}<)|(?<=(?-i:[A-Z]{{2}}))({_ALTERNATIVES})(?=\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Block:
    """Header lines up to `end` (excluded), their values by kind; `finnish` when only Finnish programs write so."""

    end: int
    fields: dict[str, str]
    finnish: bool = False


def label(line: str) -> tuple[str, str, str] | None:
    """(kind, word, value) of a line "Label: value", bold or not; None for any other line."""
    head = line[: LABEL_MAX + 8].lstrip(_DECORATION)
    at = head.find(":")
    wide = head.find("：")
    if at < 0 or 0 <= wide < at:
        at = wide
    if at <= 0:
        return None
    word = fold(head[:at].strip(_DECORATION))
    kind = LABELS.get(word)
    if kind is None:
        return None
    return kind, word, line.lstrip(_DECORATION)[at + 1 :][:MAX_VALUE].strip(_DECORATION)


def read(lines: list[str], begin: int) -> Block | None:
    """The block whose first line is `begin`, or None when the lines there are no header of a mail.

    It must name a sender and two more things, or a sender's address with a date or a subject; a few lines that merely
    look alike ("From: Tallinn / To: Tartu / Date: 12 May") are the writer's own.
    """
    fields: dict[str, str] = {}
    last, words, at = "", set(), begin
    end = begin
    while at < min(len(lines), begin + MAX_LINES):
        found = label(lines[at])
        if found and (found[0] == OTHER or found[0] not in fields):
            last = _take(fields, found[0], found[2])
            words.add(found[1])
        elif found or not _goes_on(lines, at, last, fields):
            break
        elif lines[at].strip(_DECORATION):
            fields[last] = f"{fields[last]} {lines[at].strip(_DECORATION)}".strip()[:MAX_VALUE]
        at += 1
        if lines[at - 1].strip(_DECORATION):
            end = at
    return Block(end, fields, bool(words & FINNISH_LABELS)) if is_mail(fields) else None


def read_without_colons(lines: list[str], begin: int) -> Block | None:
    """The block "From "Jane" <jane@a.example> / To … / Date … / Subject …" that eM Client writes under its separator,
    or as the rows of a table. Four lines, each begun by another label; prose is never laid out so."""
    fields: dict[str, str] = {}
    end = begin
    for line in lines[begin : begin + 6]:
        word, _, value = line.strip(_DECORATION + "|").replace("|", " ", 1).strip().partition(" ")
        kind = LABELS.get(fold(word))
        if kind is None or kind in fields:
            break
        fields[kind] = value.strip(_DECORATION + "|;")
        end += 1
    return Block(end, fields) if {FROM, SUBJECT} <= set(fields) and "@" in fields[FROM] and len(fields) > 2 else None


def is_mail(fields: dict[str, str]) -> bool:
    """Whether these fields head a mail rather than list something."""
    kinds = set(fields) - {OTHER}
    if FROM not in kinds:
        return False  # "Your message To: … Subject: … Sent: … was read": a notice, not a quote
    sender = "@" in fields[FROM]
    if len(kinds) >= 3:
        return SUBJECT in kinds or sender or "@" in fields.get(TO, "")
    return sender and bool(kinds & {DATE, SUBJECT})


def _take(fields: dict[str, str], kind: str, value: str) -> str:
    """Put a value under its kind, and under theirs what further labels on the same line bring; the last kind."""
    if kind in (SUBJECT, OTHER):
        fields[kind] = value
        return kind
    while (inside := _inside(value, {*fields, kind})) is not None:
        further, start, end = inside
        fields[kind] = value[:start].strip(_DECORATION)
        kind, value = further, value[end:].strip(_DECORATION)
    fields[kind] = value
    return kind


def _inside(value: str, known: set[str]) -> tuple[str, int, int] | None:
    """The first label inside a value that is not known yet, with its place."""
    for match in _INSIDE.finditer(value[:MAX_VALUE]):
        kind = LABELS[fold(next(filter(None, match.groups())))]
        glued = match.start() > 0 and value[match.start() - 1] == ">"
        if kind not in known and (glued or "@" in value[: match.start()] or DATE in known or FROM in known):
            return kind, match.start(), match.end()
    return None


def _goes_on(lines: list[str], at: int, last: str, fields: dict[str, str]) -> bool:
    """Whether a line without a label still belongs: wrapped people, a wrapped subject, a gap between two labels."""
    line = lines[at].strip(_DECORATION)
    below = label(lines[at + 1]) if at + 1 < len(lines) else None
    new_label_below = below is not None and below[0] not in fields
    if not line:
        return bool(fields) and new_label_below
    if last == SUBJECT:
        gap_below = at + 1 < len(lines) and not lines[at + 1].strip(_DECORATION)
        return new_label_below or (len(lines[at - 1]) >= _WRAPPED and len(line) < _WRAPPED and gap_below)
    if last not in (*_PEOPLE, DATE):
        return False
    value = fields[last]
    unfinished = not value or value.endswith((",", ";", "<", "[mailto:", "(mailto:"))
    return unfinished or (last != DATE and "@" in line and _is_people(line))


def _is_people(line: str) -> bool:
    return line[:1] in "<[(\"'" or line.rstrip().endswith((">", "]", ")", ";", ",")) or " " not in line
