"""What somebody wrote in a mail, apart from what he quoted and from his signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from shopbell.core.html_text import to_text

from . import forwarded, quotation, signature
from .quotation import Break, is_quoted, lines_of

#: Length from which a quoted line may have been wrapped without a mark on its second half.
_WRAPPED = 60


@dataclass(frozen=True)
class Parts:
    """A mail's text in three: what its writer wrote, what he quoted, his signature. Every line is in one of them."""

    visible: str
    quoted: str = ""
    signature: str = ""


@dataclass
class _Sorted:
    """Lines as they are told apart: stretches of the writer's own, what he quoted, what he forwarded."""

    own: list[list[str]] = field(default_factory=lambda: [[]])
    quoted: list[str] = field(default_factory=list)
    forwarded: list[str] = field(default_factory=list)

    def quote(self, lines: list[str]) -> None:
        self.quoted += lines
        if self.own[-1]:
            self.own.append([])


def split(text: str, subject: str = "", signatures: Sequence[list[str]] = ()) -> Parts:
    """The text's visible, quoted and signature parts; linear in its length.

    Answers below or between quoted lines are visible, the quoted lines between them are not. A forwarded mail is
    visible as a whole ("FW:" in the subject tells one that looks like an answer). When nothing else would be visible,
    what there is: the signature ("Best regards" is all he wrote), or the quote. `signatures`: what the mail's program
    marked as such, as lines.
    """
    found = _tell_apart(lines_of(text), subject)
    visible: list[str] = []
    signed: list[str] = []
    for stretch in found.own:
        marks = signature.mark(stretch, wrote=any(line.strip() for line in visible), marked=signatures)
        signed += [line for line, marked in zip(stretch, marks, strict=True) if marked]
        kept = [line for line, marked in zip(stretch, marks, strict=True) if not marked]
        visible += [*([""] if visible else []), *kept]
    shown = _trimmed([*visible, *found.forwarded])
    if not shown.strip():
        return _nothing_left(found, signed)
    return Parts(shown, _trimmed(found.quoted), _trimmed(signed))


def _nothing_left(found: _Sorted, signed: list[str]) -> Parts:
    if any(line.strip() for line in signed):
        return Parts(_trimmed(signed), _trimmed(found.quoted))
    return Parts(_trimmed(found.quoted))


def _trimmed(lines: list[str]) -> str:
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return "\n".join(lines[first:last])


def _tell_apart(lines: list[str], subject: str) -> _Sorted:
    found, at, introduced = _Sorted(), 0, -1
    while at < len(lines):
        if is_quoted(lines[at]) and not _is_no_quote(lines, at):
            end = _quote_end(lines, at)
            if at != introduced and forwarded.begins(lines, at, end, subject):
                found.forwarded = lines[at:]
                break
            found.quote(lines[at:end])
            at = end
            continue
        mark = quotation.at(lines, at)
        if mark is None:
            found.own[-1].append(lines[at])
            at += 1
            continue
        if forwarded.is_forward(mark, subject):
            found.forwarded = lines[at:]
            break
        at = introduced = _introduced(lines, mark, found)
    return found


def _introduced(lines: list[str], mark: Break, found: _Sorted) -> int:
    """Put away the introduction of a quote, and the quote unless marks on its own lines tell where it ends."""
    if mark.column:
        found.own[-1].append(lines[mark.start][: mark.column].rstrip())
        found.quote([lines[mark.start][mark.column :]])
        start = mark.start + 1
    else:
        start = mark.start
    following = mark.after
    while following < len(lines) and not lines[following].strip():
        following += 1
    found.quote(lines[start:following])
    if following == len(lines) or mark.kind == quotation.MARKER:
        found.quote(lines[following:])
        return len(lines)
    if is_quoted(lines[following]):
        return following
    if lines[following].startswith("|") and not lines[following].rstrip().endswith("|"):
        return _barred(lines, following, found)
    further = quotation.at(lines, following)
    if further and further.kind != quotation.FORWARD and not further.column:
        return following
    found.quote(lines[following:])
    return len(lines)


def _barred(lines: list[str], at: int, found: _Sorted) -> int:
    end = at
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    found.quote(lines[at:end])
    return end


def _is_no_quote(lines: list[str], at: int) -> bool:
    """Whether the line only looks quoted: ">From" that an mbox file escaped, ">>> our offer <<<", "> 100 EUR"."""
    line = lines[at].strip()
    if line.startswith(">>") and (line.endswith("<<") or quotation.is_heading(line)):
        return True
    alone = not (at and is_quoted(lines[at - 1])) and not (at + 1 < len(lines) and is_quoted(lines[at + 1]))
    is_comparison = line.lstrip("> ")[:1].isdigit() and line[:2] != ">>" and line[-1] != ":"
    return alone and (lines[at].startswith(">From ") or is_comparison)


def _quote_end(lines: list[str], at: int) -> int:
    """The first line after a quoted stretch: blank lines inside it and wrapped halves of its lines belong to it."""
    end = at
    while at < len(lines):
        line = lines[at]
        if is_quoted(line) or (line.strip() and at == end and _is_wrapped(lines, at)):
            at += 1
            end = at
        elif line.strip():
            break
        else:
            at += 1
    return end


def _is_wrapped(lines: list[str], at: int) -> bool:
    """Whether an unmarked line is the second half of the quoted line before it: that was long, or it is a link."""
    before, line = lines[at - 1].rstrip(), lines[at].strip()
    if not is_quoted(before):
        return False
    if line.startswith(("(http", "<http", "http")) and at + 1 < len(lines) and is_quoted(lines[at + 1]):
        return True
    if len(before) < _WRAPPED:
        return False
    if at + 1 < len(lines) and lines[at + 1].strip() and not is_quoted(lines[at + 1]):
        return False
    return line[0].islower() or (len(line) > 20 and " " not in line)


# Attributes of elements from which on everything is the mail that was answered.
_REST_IS_QUOTED = re.compile(
    r"""\s(?:id\s?=\s?["']?(?:x_){0,9}(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|stopSpelling|divRpF"""
    r"""|mail-editor-reference-message-container|ms-outlook-mobile-reference-message)"""
    r"""|class\s?=\s?["']?(?:x_){0,9}(?:[\w-]{0,30}yahoo_quoted|zmail_extra|OutlookMessageHeader"""
    r"""|ms-outlook-mobile-reference-message)"""
    r"""|name\s?=\s?["']quote["'])(?=["'\s>])""",
    re.IGNORECASE,
)
_TAG_MAX = 2000
# Elements in which programs put the signature. People write in them too: see signature.mark.
_SIGNATURE = re.compile(
    r"""<div\s(?:[^<>]{0,300}\s)?(?:(?:id|class)\s?=\s?["']?(?:x_){0,9}(?:signature|gmail_signature|AppleMailSignature"""
    r"""|moz-signature|protonmail_signature_block|k9mail-signature|composer_signature|ms-outlook-mobile-signature"""
    r"""|sh-signature|Zm-_Id_-Sgn)|name\s?=\s?["']messageSignatureSection)(?=[\s"'>])""",
    re.IGNORECASE,
)
_DIV = re.compile(r"<(/?)div(?=[\s>])", re.IGNORECASE)
_SIGNATURES_MAX, _SIGNATURE_MAX = 5, 50_000


def from_html(source: str, subject: str = "") -> Parts:
    """The parts of an HTML mail: where its program marked the quote that mark counts, then the rules for text."""
    marked = marked_signatures(source)
    start = -1 if forwarded.is_forward_subject(subject) else _quote_start(source)
    if start < 0:
        return split(to_text(source), subject, marked)
    head = split(to_text(source[:start]), subject, marked)
    if not head.visible.strip():
        return split(to_text(source), subject, marked)
    rest = to_text(source[start:])
    return Parts(head.visible, "\n".join(filter(None, (head.quoted, rest))), head.signature)


def marked_signatures(source: str) -> list[list[str]]:
    """The lines of the elements that a mail program marked as signature; the first few of them."""
    found = []
    for mark in islice(_SIGNATURE.finditer(source), _SIGNATURES_MAX):
        rest = source[mark.start() : mark.start() + _SIGNATURE_MAX]
        lines = lines_of(to_text(rest[: _element_end(rest)]))
        if any(line.strip() for line in lines):
            found.append(lines)
    return found


def _element_end(source: str) -> int:
    """Where the element ends with whose start tag the source begins; 0 when it does not end there."""
    depth = 0
    for tag in _DIV.finditer(source):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return 0


def _quote_start(source: str) -> int:
    """Where the element begins that a mail program put around the answered mail; -1 when there is none."""
    mark = _REST_IS_QUOTED.search(source)
    if mark is None:
        return -1
    opening = source.rfind("<", max(0, mark.start() - _TAG_MAX), mark.start())
    return opening if ">" not in source[opening : mark.start()] else -1
