"""The tree of parts of a message (RFC 2045, 2046). Reads anything, copies nothing until a part's content is asked for.

Time is linear in the size: each level is searched once for its boundary, and depth and number are limited. Whatever
is beyond a limit is left out with a warning; the raw mail keeps it.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from shopbell.plugins.email import charsets
from shopbell.plugins.email.mime import headers, words

MAX_DEPTH = 100
MAX_PARTS = 500
MAX_SCANNED = 1_000_000_000  # bytes searched for boundaries, all levels together

TYPE = re.compile(r"^[\w.+-]{1,100}/[\w.+-]{1,100}")
ENCODING = re.compile(r"[a-z0-9-]+")
IDENTITY = {"", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits", "none", "plain", "7", "8", "identity"}
UUENCODE = {"uuencode", "x-uuencode", "x-uue", "uue"}
PROSE_LINE = re.compile(rb"^[ \t]*[A-Za-z,.]+[ \t]+[A-Za-z,.]+[ \t]", re.MULTILINE)
FOOTER = re.compile(rb"\n(?:_{4}|-- |--\r?\n|-{4})")
GUESSED_BOUNDARY = re.compile(rb"(?:^|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?=Content-)", re.IGNORECASE)
META_CHARSET = re.compile(rb"""(?i)<meta\s[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,60})""")
UU_BLOCK = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)


CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
CONTROLS: dict[int, str | None] = dict.fromkeys((*range(9), *range(14, 32), 127)) | {11: "\n", 12: "\n"}


@dataclass(slots=True)
class Part:
    """One MIME entity: its header, and where in `raw` its body lies."""

    raw: bytes = field(repr=False)
    headers: headers.Headers
    start: int
    end: int
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: dict[str, str] = field(default_factory=dict)
    children: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # one list for the whole tree

    @property
    def main_type(self) -> str:
        return self.content_type.partition("/")[0]

    @property
    def filename(self) -> str:
        """The name as given, decoded, or ""; it may hold anything (see attachments.safe_name)."""
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or ""

    @property
    def content_id(self) -> str:
        return self.headers.undecoded(self.headers.raw("content-id")).strip().strip("<>").strip()

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def body(self) -> bytes:
        """The body as it lies in the message, still encoded."""
        return self.raw[self.start : self.end]

    def payload(self) -> bytes:
        """The body with its transfer encoding undone, mistakes forgiven."""
        name = re.sub(r"[\s_]+", "-", self.headers.plain("content-transfer-encoding"))
        match = ENCODING.search(name)
        encoding = match.group() if match else ""
        if encoding == "base64":
            return self._base64(self.body())
        if encoding in {"quoted-printable", "quotedprintable", "qp"}:
            return binascii.a2b_qp(self.body())
        if encoding in UUENCODE:
            found = UU_BLOCK.search(self.body())
            return uudecode(self.body()[found.end() :]) if found else self.body().strip()
        if encoding not in IDENTITY:
            self.warn(f"unknown transfer encoding {name[:40]!r}")
        return self.body()

    def text(self) -> str:
        """The content as text with \\n line ends and no other control characters than tabs, by charsets.decode."""
        data = self.payload()
        declared = self.parameters.get("charset", "")
        if not declared and self.content_type == "text/html" and (meta := META_CHARSET.search(data[:4096])):
            declared = meta[1].decode("ascii", "replace")
        found = charsets.decode(data, declared)
        if found.warning:
            self.warn(f"text: {found.warning}")
        text, repaired = charsets.repair_mojibake(found.text)
        if repaired:
            self.warn("text: mojibake repaired")
        text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        return text.translate(CONTROLS) if CONTROL.search(text) else text

    def warn(self, text: str) -> None:
        if text not in self.warnings and len(self.warnings) < 50:
            self.warnings.append(text)

    def _base64(self, data: bytes) -> bytes:
        if self.main_type == "text" and len(PROSE_LINE.findall(data[:2000])) > 1 + data.count(b"\n", 0, 2000) // 2:
            self.warn("declared as base64 but is plain text")
            return data
        footer = FOOTER.search(data) if self.main_type == "text" else None
        if footer:
            return words.unbase64(data[: footer.start()]) + data[footer.start() :]
        try:
            return binascii.a2b_base64(data)
        except binascii.Error:
            self.warn("broken base64")
            return words.unbase64(data)


def parse(raw: bytes) -> Part:
    """The tree of a whole message. Never raises."""
    raw = _normal_line_ends(raw)
    warnings: list[str] = []
    head, body = headers.parse(raw, 0, len(raw))
    root = _part(raw, head, body, len(raw), "text/plain", warnings)
    for name in ("from", "subject", "date", "message-id", "content-type"):
        if len(head.raw_all(name)) > 1:
            root.warn(f"header: several {name} fields, the first is used")
    _descend(root, 0, _Count())
    return root


@dataclass(slots=True)
class _Count:
    parts: int = 0
    scanned: int = 0


def _normal_line_ends(raw: bytes) -> bytes:
    """Whole mails in UTF-16 become UTF-8; lines that end in a lone CR everywhere get LF."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or charsets.utf16_flavour(raw):
        raw = charsets.decode(raw).text.encode("utf-8")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def _part(raw: bytes, head: headers.Headers, start: int, end: int, default: str, warnings: list[str]) -> Part:
    part = Part(raw, head, start, end, warnings=warnings)
    value, part.parameters = words.parameters(head.undecoded(_first_filled(head, "content-type")))
    match = TYPE.match(value.replace(" ", ""))
    part.content_type = match.group() if match else ("text/html" if value == "html" else default)
    if value and not match:
        part.warn(f"no content type: {value[:60]!r}")
    head.charset = part.parameters.get("charset", "")
    disposition = head.undecoded(_first_filled(head, "content-disposition"))
    part.disposition, part.disposition_parameters = words.parameters(disposition)
    return part


def _first_filled(head: headers.Headers, name: str) -> bytes:
    return next((value for value in head.raw_all(name) if value), b"")


def _descend(part: Part, depth: int, count: _Count) -> None:
    """Split a multipart into its children, and those in turn."""
    if part.main_type != "multipart":
        return
    count.scanned += part.end - part.start
    if depth > MAX_DEPTH or (depth > 3 and count.scanned > MAX_SCANNED):
        part.warn("parts nested too deep: left as they are")
        return
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for start, end in _spans(part):
        if count.parts >= MAX_PARTS:
            part.warn(f"more than {MAX_PARTS} parts: the rest is left out")
            return
        count.parts += 1
        head, body = headers.parse(part.raw, start, end, top=False)
        child = _part(part.raw, head, min(body, end), end, default, part.warnings)
        part.children.append(child)
        _descend(child, depth + 1, count)


def _spans(part: Part) -> list[tuple[int, int]]:
    """Where the parts of a multipart begin and end."""
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
    spans, closed = _cut(part, boundary) if boundary else ([], False)
    if not spans:
        guess = GUESSED_BOUNDARY.search(part.raw, max(part.start - 1, 0), part.end)
        if guess is None or guess[1] == boundary:
            part.warn("multipart without parts")
            return []
        part.warn("multipart boundary guessed")
        spans, closed = _cut(part, guess[1])
    if not closed:
        part.warn("multipart without an end: the mail may be cut off")
    return spans


def _cut(part: Part, boundary: bytes) -> tuple[list[tuple[int, int]], bool]:
    """The spans between delimiter lines, and whether the closing one was there."""
    raw, begin = part.raw, -1
    spans: list[tuple[int, int]] = []
    delimiter = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*\r?(?:\n|\Z)")
    position = max(part.start - 1, 0)
    while (match := delimiter.search(raw, position, part.end)) is not None and len(spans) <= MAX_PARTS:
        if begin >= 0:
            spans.append((begin, max(begin, match.start() - (raw[match.start() - 1 : match.start()] == b"\r"))))
        if match[1]:
            return spans, True
        begin, position = match.end(), max(match.end() - 1, match.start() + 1)
    if begin >= 0:
        spans.append((begin, part.end))
    return spans, False


def uudecode(data: bytes) -> bytes:
    """The lines of a uuencoded block up to its "end"; broken lines are read as far as they go."""
    output = []
    for line in data.splitlines():
        if line.strip() == b"end":
            break
        try:
            output.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                output.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                continue
    return b"".join(output)
