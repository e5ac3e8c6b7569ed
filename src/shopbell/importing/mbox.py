"""Mbox files of any size, read as a stream.

A mail begins with a line "From somebody date" after an empty line (RFC 4155). Programs differ in how they keep a text
line that begins with "From " from looking the same: most write ">From " (mboxo), some quote the quoted ones too
(mboxrd), some leave it and give the length instead (mboxcl2, Content-Length). The length is believed where another mail
or the end follows; then nothing was quoted.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

LONGEST_LINE = 1_000_000
_SEPARATOR = re.compile(
    rb"From (?:\S+ +|\S+@\S+.*? )?(?:\w{3},? +)?(?:\w{3} +\d{1,2}|\d{1,2} +\w{3}) .*\d{2}:\d{2}.*\r?\n?$"
)
# Without a date, as some programs write it: only where a mail's header follows at once.
_BARE_SEPARATOR = re.compile(rb"From (?:-|\S{1,64}@\S{1,255})? ?\r?\n?$")
_FIELD = re.compile(
    rb"(?:from|to|date|subject|received|return-path|message-id|mime-version|content-type|delivered-to|x-[\w-]+) ?:",
    re.IGNORECASE,
)
_LENGTH = re.compile(rb"content-length:\s*(\d{1,12})\s*$", re.IGNORECASE)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


class Span(NamedTuple):
    """Where a mail lies in the file, without its From_ line."""

    start: int
    end: int
    separator: bytes  # the From_ line: it bears a date
    is_counted: bool  # its length was given, so nothing in it was quoted


def is_mbox(head: bytes) -> bool:
    """Does a file that begins with these bytes hold mails one after another?"""
    first, _, rest = head.removeprefix(BOM_UTF8).partition(b"\n")
    return _is_separator(first + b"\n", rest[:200])


def _is_separator(line: bytes, following: bytes) -> bool:
    return bool(_SEPARATOR.match(line) or (_BARE_SEPARATOR.match(line) and _FIELD.match(following)))


def spans(file: BinaryIO) -> Iterator[Span]:
    """The mails of an mbox, in the order of the file."""
    separator, start, length, is_counted = b"", 0, 0, False
    position, is_after_empty, in_header = 0, True, False
    while line := file.readline(LONGEST_LINE):
        size = len(line)
        line = line.removeprefix(BOM_UTF8) if position == 0 else line
        if is_after_empty and line.startswith(b"From ") and _is_separator(line, _peek(file)):
            if separator:
                yield Span(start, position, separator, is_counted)
            separator, start, is_counted, in_header = line, position + size, False, True
        elif in_header and (found := _LENGTH.match(line)):
            is_counted = True
            length = int(found[1])
        is_after_empty = not line.strip(b"\r\n")
        position += size
        if in_header and is_after_empty:
            in_header = False
            if is_counted:
                is_counted = _ends_a_mail(file, position + length)
                position = position + length if is_counted else position
                file.seek(position)
                is_after_empty = is_after_empty or is_counted
    if separator:
        yield Span(start, position, separator, is_counted)


def _peek(file: BinaryIO) -> bytes:
    """The next bytes, without going on."""
    position = file.tell()
    found = file.read(200)
    file.seek(position)
    return found


def _ends_a_mail(file: BinaryIO, position: int) -> bool:
    """Whether the next mail or the end of the file follows at `position`, but for empty lines."""
    file.seek(0, 2)
    if position > file.tell():
        return False
    file.seek(position)
    rest = file.read(4).lstrip(b"\r\n") + file.read(5)
    return not rest.strip() or rest.startswith(b"From ")


def read(file: BinaryIO, span: Span) -> bytes:
    """The mail as it was before it was put into the mbox."""
    file.seek(span.start)
    raw = file.read(span.end - span.start)
    if span.is_counted:
        return raw
    raw = raw[:-1] if raw.endswith(b"\n\n") else raw[:-2] if raw.endswith(b"\r\n\r\n") else raw
    return _QUOTED.sub(rb"\1", raw)
