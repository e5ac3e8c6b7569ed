"""Header fields: cut out of raw bytes, unfolded and decoded. Tolerant, never raises, linear in the size.

The standard library's parser is not used: its modern policy raises on fields that real and hostile mails contain
(IndexError for "Message-ID: <[>", AttributeError for "a@[b", RecursionError for a thousand parentheses), its old one
decodes nothing, and neither finds parts again when a boundary is missing. What is understood here: RFC 5322 fields,
RFC 2047 words (with the usual mistakes), raw 8-bit and UTF-8 fields (RFC 6532).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from shopbell.plugins.email import charsets
from shopbell.plugins.email.mime import words

MAX_FIELDS = 2000  # further fields are left unread (the raw mail keeps them)
MAX_VALUE = 100_000  # bytes of one field that are looked at
MAX_LINES = 20_000  # folded lines of one field
MAX_HEADER = 4_000_000  # bytes of header that are looked at

FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
SURE_FIELD = re.compile(
    rb"(?i)(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|received|return-path|reply-to|sender"
    rb"|references|in-reply-to|x-[a-z0-9-]+|list-[a-z-]+|dkim-signature|authentication-results|importance)[ \t]*:"
)
JOINED = re.compile(rb"(?i)(?:to|cc|subject|references|in-reply-to)[ \t]*:")
MBOX_LINE = re.compile(rb">?From [^\r\n]*(?:\r\n|\r|\n)")
LINE_ENDS = re.compile(rb"[\r\n]*")


@dataclass(slots=True)
class Headers:
    """The fields of one header in order; names are lower case, values raw bytes, unfolded."""

    fields: list[tuple[str, bytes]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    charset: str = ""  # what the body declares: the best guess for raw 8-bit fields

    def raw(self, name: str) -> bytes:
        """The first field of that name, or b""."""
        return next((value for key, value in self.fields if key == name), b"")

    def raw_all(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key == name]

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self.fields)

    def text(self, name: str) -> str:
        """The first non-empty field of that name, decoded for people."""
        return next((text for text in map(self.decode, self.raw_all(name)) if text), "")

    def plain(self, name: str) -> str:
        """The first field of that name as protocol text: no encoded words, lower case, no surrounding space."""
        return self.undecoded(self.raw(name)).strip().lower()

    def decode(self, value: bytes) -> str:
        """A raw value as text, encoded words read, one line."""
        return words.one_line(words.decode(self.undecoded(value)))

    def undecoded(self, value: bytes) -> str:
        """A raw value as text, its encoded words left alone, NULs out."""
        value = value.replace(b"\x00", b"")
        if value.isascii():
            return charsets.decode(value, self.charset).text if b"\x1b$" in value else value.decode("ascii")
        found = charsets.decode(value, self.charset or "utf-8")
        text, repaired = charsets.repair_mojibake(found.text)
        if repaired:
            self.warn("header: mojibake repaired")
        elif found.charset != "utf-8" or found.warning:
            self.warn(f"header: raw 8-bit read as {found.charset}")
        return text

    def warn(self, text: str) -> None:
        if text not in self.warnings and len(self.warnings) < 20:
            self.warnings.append(text)


def parse(raw: bytes, start: int, end: int, *, top: bool = True) -> tuple[Headers, int]:
    """The header that begins at `start`, and where the body begins. A missing blank line is noticed.

    `top`: the beginning of a message, where blank lines and an mbox "From " line are skipped.
    """
    headers = Headers()
    position = _skip_to_header(raw, start, end, headers) if top else start
    limit = min(end, position + MAX_HEADER)
    fields: list[list[bytes]] = []
    while position < limit:
        line, following = _line(raw, position, limit)
        if not line.strip(b" \t"):
            if line and fields and _goes_on(raw, following, limit):
                position = following
                continue
            return _finish(headers, fields), following
        if line[0] in b" \t" and fields:
            fields[-1].append(line)
        elif FIELD.match(line):
            fields.append([line])
        elif line.startswith(b"--") or not _garbage(raw, following, limit):
            headers.warn("header: no blank line before the body")
            return _finish(headers, fields), position
        elif fields and JOINED.match(fields[-1][0]):
            headers.warn("header: a line folded without a space")
            fields[-1].append(line)
        else:
            headers.warn("header: a line that is no field was ignored")
        position = following
    return _finish(headers, fields), _past_limit(raw, end, limit, headers)


def _skip_to_header(raw: bytes, start: int, end: int, headers: Headers) -> int:
    """Past blank lines and an mbox "From " line at the top of a message."""
    blank = LINE_ENDS.match(raw, start, end)
    start = blank.end() if blank else start
    mbox = MBOX_LINE.match(raw, start, end)
    if mbox and not FIELD.match(mbox.group()):
        headers.warn("header: mbox line at the top")
        return mbox.end()
    return start


def _line(raw: bytes, position: int, limit: int) -> tuple[bytes, int]:
    """The line at `position` without its end, and where the next one begins."""
    newline = raw.find(b"\n", position, limit)
    following = limit if newline < 0 else newline + 1
    return raw[position : limit if newline < 0 else newline].rstrip(b"\r"), following


def _goes_on(raw: bytes, position: int, limit: int) -> bool:
    """After a line of blanks: does the header go on, with a field, or with a folded line before one?"""
    line, following = _line(raw, position, min(limit, position + 1000))
    while line[:1] in {b" ", b"\t"} and following < limit and following < position + 3000:
        line, following = _line(raw, following, min(limit, following + 1000))
    return bool(SURE_FIELD.match(line))


def _garbage(raw: bytes, following: int, limit: int) -> bool:
    """Is a line that is no field merely amid fields (one follows within three lines), or the body's first?"""
    for _ in range(3):
        line, following = _line(raw, following, min(limit, following + 1000))
        if SURE_FIELD.match(line):
            return True
        if not line:
            return False
    return False


def _finish(headers: Headers, fields: list[list[bytes]]) -> Headers:
    """Unfold the lines of each field, within the limits."""
    for lines in fields[:MAX_FIELDS]:
        name, _, first = lines[0].partition(b":")
        value = b" ".join([first.strip(), *(line.strip() for line in lines[1:MAX_LINES])])
        if len(value) > MAX_VALUE:
            headers.warn("header: a very long field was cut")
        headers.fields.append((name.strip().lower().decode("latin-1"), value[:MAX_VALUE].strip()))
    if len(fields) > MAX_FIELDS:
        headers.warn(f"header: {len(fields)} fields, only the first {MAX_FIELDS} read")
    return headers


def _past_limit(raw: bytes, end: int, limit: int, headers: Headers) -> int:
    """Where the body begins when the header was longer than what is read of it."""
    if limit == end:
        return end
    headers.warn("header: too long, only its beginning read")
    ends = [found + len(gap) for gap in (b"\r\n\r\n", b"\n\n") if (found := raw.find(gap, limit, end)) >= 0]
    return min(ends, default=end)
