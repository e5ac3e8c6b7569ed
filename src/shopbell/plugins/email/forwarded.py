"""Mails that were forwarded: who wrote the original, when, to whom, and what the forwarder wrote above it."""

import re
from dataclasses import dataclass, field, replace
from itertools import dropwhile

from . import header_block, parties, quotation
from .header_block import Block
from .parties import Party
from .phrases import CC, DATE, FORWARD_PREFIXES, FROM, SUBJECT, TO, WROTE, fold, words
from .quotation import Break, is_quoted, lines_of, unquoted

#: Dashes around "Original Message" by which Open-Xchange (IONOS, mailbox.org) means a forward, not an answer.
_FORWARDING_DASHES = 10
_PREFIX_MAX = 25


@dataclass(frozen=True)
class Forwarded:
    """The forwarded mail as its header lines tell; what they do not tell is empty. `message` stood above it."""

    from_name: str = ""
    from_address: str = ""
    to: list[Party] = field(default_factory=list)
    cc: list[Party] = field(default_factory=list)
    date: str = ""
    subject: str = ""
    body: str = ""
    message: str = ""


def find(text: str, subject: str = "") -> Forwarded | None:
    """The outermost forwarded mail in the text, or None; the subject tells ("FW:") where the text alone does not.

    Dates stay as written. An answer that quotes a forward is no forward.
    """
    lines = lines_of(text)
    mark, quoted = _first(lines)
    forward = mark is not None and (is_forward(mark, subject) or _is_separated(lines, mark))
    if mark is None or not forward or _tells_nothing(mark):
        return None
    message = "\n".join([*lines[: mark.start], lines[mark.start][: mark.column]]).strip()
    body = _body(lines[mark.after :], quoted)
    if mark.kind == quotation.ATTRIBUTION:
        name, address, date = _from_attribution(mark.text)
        return Forwarded(name, address, [], [], date, without_prefix(subject), body, message)
    block = mark.block or Block(0, {})
    name, address = parties.first(block.fields.get(FROM, ""))
    to, cc = (parties.parse(block.fields.get(kind, "")) for kind in (TO, CC))
    return Forwarded(name, address, to, cc, block.fields.get(DATE, ""), block.fields.get(SUBJECT, ""), body, message)


def is_forward_subject(subject: str) -> bool:
    """Whether the subject's first prefix is one of a forward: "FW:", "WG:", "VS:", "Edasi:" …"""
    return _prefix(subject) in FORWARD_PREFIXES


def without_prefix(subject: str) -> str:
    """The subject without its prefix of a forward."""
    return subject.strip()[subject.strip().find(":") + 1 :].strip() if is_forward_subject(subject) else subject.strip()


def begins(lines: list[str], at: int, end: int, subject: str) -> bool:
    """Whether the quoted stretch at..end is a forwarded mail: its first lines say so, or they with the subject."""
    mark = _in_quote(lines[at:end])
    return mark is not None and is_forward(mark, subject)


def _prefix(subject: str) -> str:
    head, colon, _ = subject.strip()[:_PREFIX_MAX].replace("：", ":").partition(":")
    return fold(head.strip(" []")) if colon else ""


def _first(lines: list[str]) -> tuple[Break | None, bool]:
    """The first break of the mail and whether its lines carry quote marks."""
    at = 0
    while at < len(lines):
        if is_quoted(lines[at]):
            mark = _in_quote(lines[at:])
            return (_moved(mark, at), True) if mark else (None, True)
        found = quotation.at(lines, at)
        if found and found.kind == quotation.FORWARD and found.block is None:
            return _with_quoted_block(lines, found)
        if found:
            return found, False
        at += 1
    return None, False


def _in_quote(lines: list[str]) -> Break | None:
    """The break with which a quoted stretch begins, its blank lines aside."""
    bare = [unquoted(line) for line in lines[:80]]
    at = 0
    while at < min(len(bare), 5) and not bare[at].strip():
        at += 1
    return quotation.at(bare, at) if at < len(bare) else None


def _moved(mark: Break, by: int) -> Break:
    block = mark.block
    return Break(mark.kind, mark.start + by, mark.after + by, mark.column, mark.text, mark.dashes, block)


def _with_quoted_block(lines: list[str], mark: Break) -> tuple[Break | None, bool]:
    """A separator whose header block is quoted below it, as Apple Mail and MailMate do, or says who wrote (Yandex)."""
    at = mark.after
    while at < len(lines) and not lines[at].strip():
        at += 1
    if at == len(lines):
        return mark, False
    if not is_quoted(lines[at]):
        heading = quotation.at(lines, at)
        found = heading is not None and heading.kind == quotation.ATTRIBUTION and not heading.column
        return (replace(heading, start=mark.start) if heading and found else mark), False
    below = _in_quote(lines[at:])
    if below is None or below.block is None:
        return mark, False
    return Break(mark.kind, mark.start, at + below.after, 0, mark.text, mark.dashes, below.block), True


def _is_separated(lines: list[str], mark: Break) -> bool:
    """Whether the line that says who wrote stands under the separator of a forward."""
    first = quotation.at(lines, mark.start)
    return first is not None and first.kind == quotation.FORWARD


def _tells_nothing(mark: Break) -> bool:
    return mark.kind != quotation.ATTRIBUTION and mark.block is None


def is_forward(mark: Break, subject: str) -> bool:
    """Whether the mail that this break introduces was forwarded, not answered."""
    if mark.kind == quotation.FORWARD:
        return True
    if mark.kind == quotation.MARKER:
        return False
    if is_forward_subject(subject):
        finnish = mark.block is not None and mark.block.finnish
        return not (finnish and _prefix(subject) == "vs")
    return (
        mark.kind == quotation.ORIGINAL_MESSAGE
        and mark.dashes == _FORWARDING_DASHES
        and mark.block is not None
        and not _prefix(subject)
    )


def _body(lines: list[str], quoted: bool) -> str:
    """The forwarded mail's own text: without the marks, the indentation or the last line the program gave it."""
    lines = list(dropwhile(_is_frame, reversed(lines)))[::-1]
    filled = [line for line in lines if line.strip()]
    if quoted or (filled and all(map(is_quoted, filled))):
        lines = [unquoted(line) for line in lines]
    elif filled and all(line.startswith("    ") for line in filled):
        lines = [line[4:] for line in lines]
    return "\n".join(line.rstrip() for line in lines).strip()


def _is_frame(line: str) -> bool:
    """Whether the line is blank or ends a forwarded mail: "----- End forwarded message -----"."""
    return not line.strip() or _END.match(line.strip()) is not None


_END = re.compile(
    r"-{4,} ?(?:end (?:of )?(?:the )?forwarded|ende der weiter|конец пере|кінець пере|slut på vid)\w*.{0,60}-{4,}$",
    re.IGNORECASE,
)
_TIME_END = re.compile(
    r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?[Mm]\.?(?!\w))?"
    r"(?:\s?\(?(?:GMT|UTC|[A-ZČ]{3,5}(?![a-zA-Z]))\)?(?:[+-]\d{1,2}(?::?\d{2})?)?|\s[+-]\d{4})?"
)
_BESIDE_NAMES = words("""
użytkownik | пользователь | користувач | používateľ | uživatel | tarihinde | şunu | ezt | időpontban | följande
følgende | heeft | hat | het | volgende | a | ha | geschreven | kello | klo
""")
_AUTHOR_WORDS = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(WROTE | _BESIDE_NAMES, key=len, reverse=True)))})(?!\w)", re.IGNORECASE
)
_ON = re.compile(
    r"^\W*(?:on|am|den|le|el|il giorno|il|in data|op|em|dne|dňa|w dniu|dnia|kuupäev|på|pe|la|în data|dana)\s(?=\W*\w)",
    re.IGNORECASE,
)


def _from_attribution(text: str) -> tuple[str, str, str]:
    """(name, address, date) out of "On 28/10/2021 12:46, "John Doe" <john@example.com> wrote:"."""
    if header_block.label(text):  # Yandex puts recipient and subject before it, each with a semicolon
        text = text.rpartition(";")[2]
    address = parties.ADDRESS.search(text)
    before, after = (text[: address.start()], text[address.end() :]) if address else (text, "")
    dated = before if any(map(str.isdigit, before)) else after
    named = before if dated is after or before.strip(" \"'(<") else after
    date, rest = _date(dated)
    name = rest if dated is named or not named.strip() else named
    return _name(name), address.group() if address else "", date


def _date(text: str) -> tuple[str, str]:
    """The date as written, and the text without it."""
    start = _ON.sub("", text, count=1)
    ends = [match.end() for match in _TIME_END.finditer(start)]
    digits = [at for at, character in enumerate(start) if character.isdigit()]
    if not digits:
        return "", start
    end = ends[-1] if ends else digits[-1] + 1
    head = start[:end]
    for match in reversed(list(_AUTHOR_WORDS.finditer(head[: digits[0]]))):
        return _ON.sub("", head[match.end() :], count=1).strip(" ,\t"), head[: match.start()] + start[end:]
    return head.strip(" ,;:\t\"'<>()"), start[end:]


def _name(text: str) -> str:
    return _AUTHOR_WORDS.sub(" ", text).strip(" \t,;:-\"'<>()[]„“”«»").strip()
