"""Which parts are the message and which are files: text, HTML and attachments of a mail."""

from __future__ import annotations

import hashlib
import html as html_escape
import itertools
import re
from dataclasses import dataclass, field

from shopbell.core import html_text
from shopbell.plugins.email import attachments, smime
from shopbell.plugins.email.mime import flowed, headers, parts
from shopbell.plugins.email.parsed import Attachment

READABLE = {
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/markdown",
    "text/x-markdown",
    "text/watch-html",
}
MAX_TEXT = 10_000_000  # characters of text that are shown; the raw mail keeps the rest
MAX_HTML = 1_000_000  # characters of HTML that are turned into text

CID = re.compile(r"""(?i)\bcid:([^\s"'<>)]{1,300})""")
LIST_FOOTER = re.compile(r"^_{20,}\s*$", re.MULTILINE)
NEEDS_HTML = re.compile(r"(?i)\bhtml\b")
ENRICHED_TAG = re.compile(r"</?[a-zA-Z][\w-]{0,60}>")
PGP_HEAD = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]{1,40}: ?[^\n]{0,200}\n){0,8}\n?", re.MULTILINE
)
PGP_SIGNATURE = re.compile(r"^-----BEGIN PGP SIGNATURE-----$", re.MULTILINE)
PGP_END = "-----END PGP SIGNATURE-----"


@dataclass(slots=True)
class _Block:
    """A stretch of the message, in up to two renderings."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Body:
    """The message and its files. `text` is whole; `html` is "" when none was sent."""

    text: str = ""
    html: str = ""
    files: list[Attachment] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    messages: list[parts.Part] = field(default_factory=list)  # attached mails
    digests: list[str] = field(default_factory=list)  # hashes of what makes this mail the same as a copy of it
    from_html: bool = False  # the text was made from the HTML


def read(root: parts.Part) -> Body:
    """Take a mail apart. Nothing is lost: what is not the message is a file, what is too much is warned of."""
    body = Body()
    reading = _Reading([], alone=_readable_count(root) <= 1)
    blocks = _blocks(root, reading)
    body.html = _html(blocks)
    body.text = _text(blocks, root, body)
    _files(reading.files, body, root)
    body.digests += [each.sha256 for each in body.files]
    return body


def without_pgp_armour(text: str) -> str:
    """A clear-signed text without its frame (RFC 9580, 7); other text unchanged."""
    if "-----BEGIN PGP SIGNED MESSAGE-----" not in text:
        return text
    text = PGP_HEAD.sub("", text, count=1)
    signature = PGP_SIGNATURE.search(text)
    if signature:
        end = text.find(PGP_END, signature.start())
        text = text[: signature.start()] + (text[end + len(PGP_END) :] if end >= 0 else "")
    return re.sub(r"^- (?=-)", "", text, flags=re.MULTILINE)


def _readable_count(root: parts.Part) -> int:
    return sum(1 for part in root.walk() if part.content_type in READABLE and part.disposition != "attachment")


@dataclass(slots=True)
class _Reading:
    """What holds while the parts of one message are gone through."""

    files: list[parts.Part]
    alone: bool  # there is at most one readable part
    opened: bool = False  # inside an S/MIME signature: no further one is opened


def _blocks(part: parts.Part, reading: _Reading) -> list[_Block]:
    """The text blocks of a part in reading order; everything else goes to the files."""
    if part.content_type == "multipart/alternative" and part.children:
        return _alternative(part, reading)
    if part.children:
        return _in_turn(part, reading)
    if part.content_type in READABLE and _is_message(part, reading.alone):
        return [_leaf(part)]
    if part.content_type in smime.TYPES:
        return _opened(part, reading)
    if part.main_type == "multipart":  # a multipart in which no part was found: its content is all there is
        return [_Block(plain=part.text())]
    if part.start < part.end or part.filename or part.main_type != "text":
        reading.files.append(part)
    return []


def _in_turn(part: parts.Part, reading: _Reading) -> list[_Block]:
    """One part after the other; of a signed or encrypted one only the first can be text."""
    if part.content_type == "multipart/encrypted":
        part.warn("encrypted with PGP: cannot be read here")
    only_first = part.content_type in {"multipart/signed", "multipart/encrypted"}
    blocks: list[_Block] = []
    for number, child in enumerate(part.children):
        if only_first and number:
            reading.files.append(child)
        else:
            blocks += _blocks(child, reading)
    return blocks


def _opened(part: parts.Part, reading: _Reading) -> list[_Block]:
    """The message inside an opaque S/MIME signature; the signed file is kept too."""
    reading.files.append(part)
    if reading.opened:
        return []
    data = part.payload()
    content = smime.signed_content(data)
    if content is None:
        part.warn("encrypted with S/MIME: cannot be read here" if smime.is_encrypted(data) else "S/MIME not readable")
        return []
    part.warn("S/MIME: the signature is not checked")
    inside = parts.parse(content)
    for each in inside.walk():
        each.warnings = part.warnings
    return _blocks(inside, _Reading(reading.files, alone=_readable_count(inside) <= 1, opened=True))


def _is_message(part: parts.Part, alone: bool) -> bool:
    """Readable text is the message unless it is sent as a file (a name, or disposition attachment)."""
    if part.filename:
        return alone and part.disposition != "attachment" and part.content_type in {"text/plain", "text/html"}
    return part.disposition != "attachment" or alone


def _alternative(part: parts.Part, reading: _Reading) -> list[_Block]:
    """Renderings of one text: the plain and the HTML one are both kept, of one block."""
    merged = _Block()
    for child in part.children:
        for block in _blocks(child, reading):
            if block.plain and not merged.plain.strip():
                merged.plain = block.plain
            elif block.plain.strip() and child.children:
                merged.plain += "\n" + block.plain
            merged.html += block.html
    return [merged]


def _leaf(part: parts.Part) -> _Block:
    text = part.text()
    if len(text) > MAX_TEXT:
        part.warn(f"text longer than {MAX_TEXT} characters: the rest is not shown")
        text = text[:MAX_TEXT]
    if part.content_type in {"text/html", "text/watch-html"}:
        return _Block(html=text)
    if part.content_type in {"text/enriched", "text/richtext"}:
        text = ENRICHED_TAG.sub("", text.replace("<<", "<"))
    if part.parameters.get("format", "").lower() == "flowed":
        text = flowed.unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return _Block(plain=text)


def _html(blocks: list[_Block]) -> str:
    """All blocks as HTML, when at least one was sent as such."""
    if not any(block.html.strip() for block in blocks):
        return ""
    rendered = [
        block.html if block.html.strip() else f"<pre>{html_escape.escape(block.plain)}</pre>"
        for block in blocks
        if block.html.strip() or block.plain.strip()
    ]
    return "\n<hr>\n".join(rendered)


def _text(blocks: list[_Block], root: parts.Part, body: Body) -> str:
    output = []
    for block in blocks:
        text = block.plain
        body.digests += [_digest(each) for each in (block.plain, block.html) if each.strip()]
        if block.html.strip() and (not text.strip() or (len(text) < 300 and NEEDS_HTML.search(text))):
            text = html_text.to_text(block.html[:MAX_HTML])
            body.from_html = len(blocks) == 1
            if len(block.html) > MAX_HTML:
                root.warn(f"HTML longer than {MAX_HTML} characters: the text is made from its beginning")
        if text.strip():
            output.append(_without_uuencoded(text.strip("\n"), root, body))
    return "\n\n".join(output)


def _digest(text: str) -> str:
    """The hash of a text without white space and the footer a list put below it."""
    footer = LIST_FOOTER.search(text)
    text = text[: footer.start()] if footer else text
    return hashlib.sha256("".join(text.split()).encode("utf-8", "replace")).hexdigest()


def _without_uuencoded(text: str, root: parts.Part, body: Body) -> str:
    """Files written into a text (uuencode) become attachments."""
    if "\nbegin " not in f"\n{text}":
        return text
    data = text.encode("utf-8", "replace")
    kept, position = [], 0
    for match in itertools.islice(parts.UU_BLOCK.finditer(data), attachments.MAX_COUNT):
        if match.start() < position or not _is_uuencoded(data[match.end() : match.end() + 70]):
            continue
        end = data.find(b"\nend", match.end())
        if end < 0:
            break
        content = parts.uudecode(data[match.end() : end])
        name = match[1].decode("utf-8", "replace")
        root.warn("file in uuencode taken out of the text")
        body.files.append(attachments.named(name, content, len(body.files) + 1))
        kept.append(data[position : match.start()])
        position = end + 4
    return b"".join([*kept, data[position:]]).decode("utf-8", "replace").strip("\n")


def _is_uuencoded(start: bytes) -> bool:
    """Does a line begin here whose first character is its own length?"""
    line = start.split(b"\n", 1)[0].rstrip(b"\r")
    length = (line[0] - 32) & 63 if line else 0
    return 0 < length <= 45 and abs(len(line) - 1 - (length + 2) // 3 * 4) <= 2


def _is_mail_file(part: parts.Part, found: Attachment) -> bool:
    """A mail that somebody saved and attached as a mere file."""
    if not found.name.lower().endswith(".eml") or part.main_type == "text":
        return False
    head, _ = headers.parse(found.content, 0, min(found.size, 100_000))
    return "from" in head and ("date" in head or "subject" in head)


def _files(file_parts: list[parts.Part], body: Body, root: parts.Part) -> None:
    referenced = set(CID.findall(body.html))
    for number, part in enumerate(file_parts, len(body.files) + 1):
        if len(body.files) >= attachments.MAX_COUNT:
            root.warn(f"more than {attachments.MAX_COUNT} attachments: the rest is only in the raw mail")
            return
        found = attachments.attachment(part, number, referenced=referenced)
        body.files.append(found)
        if found.content_type == "text/calendar" or part.content_type in {"text/calendar", "application/ics"}:
            body.calendars.append(part.text())
        if part.content_type == "message/rfc822" or _is_mail_file(part, found):
            body.messages.append(part)
