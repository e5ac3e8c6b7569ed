"""Files in a mail: a safe name, the type the bytes say, each hashed once."""

from __future__ import annotations

import hashlib
import mimetypes
import re

import filetype

from shopbell.plugins.email.mime import headers as _headers
from shopbell.plugins.email.mime import parts, words
from shopbell.plugins.email.parsed import Attachment

MAX_COUNT = 200
MAX_NAME = 200

UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff<>:"|?*\\\\/]')
RESERVED = re.compile(r"(?i)^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
SVG = "image/svg+xml"
MARKUP = (
    (
        re.compile(rb"(?is)^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?(?:<!doctype svg[^>]*>\s*)?<svg[\s>]"),
        "image/svg+xml",
    ),
    (re.compile(rb"(?is)^\s*(?:<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]|<script[\s>])"), "text/html"),
    (re.compile(rb"(?is)^\s*<\?xml\s"), "application/xml"),
    (re.compile(rb"^%PDF-"), "application/pdf"),
    (re.compile(rb"^#!\s*/"), "text/x-script"),
    (re.compile(rb"^BEGIN:VCALENDAR"), "text/calendar"),
    (re.compile(rb"^BEGIN:VCARD"), "text/vcard"),
)
# What the bytes of one type may also be called: containers tell less than the sender does.
ZIPPED = ("application/vnd.", "application/zip", "application/x-zip", "application/epub", "application/java-archive")
COMPOUND = ("application/msword", "application/vnd.", "application/x-ole", "application/octet-stream")
EXTENSIONS = {
    "message/rfc822": ".eml",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "image/jpeg": ".jpg",
    "application/ms-tnef": ".dat",
}


def attachment(part: parts.Part, number: int, *, referenced: set[str]) -> Attachment:
    """The file in a part. `number` names nameless ones; `referenced` are the content ids the HTML shows."""
    content = part.payload()
    content_type = detect(content, part.content_type)
    if differs(part.content_type, content_type):
        part.warn(f"attachment: declared {part.content_type}, is {content_type}")
    content_id = part.content_id
    shown = content_id in referenced or (part.disposition == "inline" and content_type.startswith("image/"))
    name = safe_name(part.filename)
    if name and part.content_type == "message/rfc822" and "." not in name:
        name += ".eml"
    return Attachment(
        name=name or _invented_name(part, content_type, number),
        content_type=content_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        content_id=content_id,
        inline=shown,
    )


def named(name: str, content: bytes, number: int) -> Attachment:
    """A file found inside a text (uuencode)."""
    content_type = detect(content, mimetypes.guess_type(name)[0] or "application/octet-stream")
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(
        name=safe_name(name) or f"attachment-{number}", content_type=content_type, content=content, sha256=digest
    )


def safe_name(name: str) -> str:
    """The last part of a path, without control, direction or shell-confusing characters, at most MAX_NAME long."""
    name = re.split(r"[\\/]", name.replace("\x00", "").strip())[-1]
    name = " ".join(UNSAFE.sub(" ", name).split()).strip(". ")
    if RESERVED.match(name):
        name = f"_{name}"
    if len(name) <= MAX_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    return f"{stem[: MAX_NAME - 20]}.{extension}" if dot and len(extension) < 16 else name[:MAX_NAME]


def detect(content: bytes, declared: str) -> str:
    """The type the bytes show. What they cannot tell (plain text, unknown) stays as declared, never as HTML or SVG."""
    start = content[:8192]
    if declared.startswith(("message/", "multipart/")):
        return declared
    for pattern, markup in MARKUP:
        if pattern.match(start[:2048]):
            return markup
    kind = filetype.guess(start) if start else None
    if kind is None:
        return _unrecognised(start, declared)
    found = str(kind.mime)
    if found == "application/zip" and declared.startswith(ZIPPED):
        return declared
    if found in {"application/msword", "application/x-ole-storage"} and declared.startswith(COMPOUND):
        return declared
    return found


def _unrecognised(start: bytes, declared: str) -> str:
    if not start:
        return declared
    if declared == "text/html" and _is_text(start):
        return declared
    if declared.startswith("image/") or declared in {"application/pdf", "application/zip", "text/html"}:
        return "text/plain" if _is_text(start) else "application/octet-stream"
    return declared


def _is_text(start: bytes) -> bool:
    return b"\x00" not in start and sum(byte < 9 or 13 < byte < 32 for byte in start) * 50 <= len(start)


def _same(declared: str, found: str) -> bool:
    """Two names of one type: image/jpg and image/jpeg, audio/x-wav and audio/wav."""
    plain = [
        re.sub(r"/(?:x-|vnd\.)?", "/", each).replace("jpg", "jpeg").replace("pjpeg", "jpeg")
        for each in (declared, found)
    ]
    return plain[0] == plain[1]


def differs(declared: str, found: str) -> bool:
    """Is the declared type a lie worth a warning? Senders' "octet-stream" is no claim."""
    if declared == found or _same(declared, found) or declared in {"application/octet-stream", "text/plain"}:
        return declared == "text/plain" and found.startswith(("image/", "application/x-", "text/html"))
    return True


def _invented_name(part: parts.Part, content_type: str, number: int) -> str:
    if part.content_type == "message/rfc822":
        head, _ = _headers.parse(part.raw, part.start, part.end)
        subject = safe_name(words.one_line(head.text("subject")))[:100]
        return f"{subject or f'message-{number}'}.eml"
    extension = EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ""
    if part.content_type == "application/ms-tnef":
        return "winmail.dat"
    return f"attachment-{number}{extension}"
