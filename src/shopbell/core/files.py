"""What a file really is, a name safe to store and offer it under, and small pictures of images.

Content decides, never the name or what the sender claimed. Archives are recognised and never opened: a zip bomb stays
a file of its packed size.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings

import filetype
from PIL import Image, ImageOps

# A broken file is no news for the log.
warnings.filterwarnings("ignore", module=r"PIL\.")

MAX_SIDE = 20_000  # pixels
MAX_PIXELS = 25_000_000  # 100 MB decoded
MAX_JPEG_PIXELS = 50_000_000  # a phone's photograph; decoded at a fraction of its size
MAX_JPEG_SCANS = 60  # each makes the decoder visit every pixel again
MAX_BYTES = 30_000_000  # of an image file
MAX_NAME = 120  # bytes, with the suffix

UNKNOWN = "application/octet-stream"
_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# Not TIFF: libtiff reads many strange things, and no browser shows them.
_DECODERS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")

_OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OFFICE_FOLDERS = {b"word/": "docx", b"xl/": "xlsx", b"ppt/": "pptx"}
_LEGACY_OFFICE = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
}
_TEXT_BY_SUFFIX = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "json": "application/json",
    "html": "text/html",
    "htm": "text/html",
    "xhtml": "text/html",
    "svg": "image/svg+xml",
    "xml": "application/xml",
    "ics": "text/calendar",
    "vcf": "text/vcard",
    "css": "text/css",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "vbs": "text/vbscript",
    "ps1": "text/plain",
    "sh": "application/x-sh",
    "bat": "application/x-bat",
    "cmd": "application/x-bat",
}
_MAIL_HEADER = re.compile(
    rb"(?:(?:return-path|received|from|to|subject|date|message-id|mime-version|delivered-to|content-type|x-[\w-]+):[^\n]*\n"
    rb"(?:[ \t][^\n]*\n)*){3}",
    re.IGNORECASE,
)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|style|title|table|div|p|a|img|meta|h1|"
    rb"b|br|form|object|embed|link)[\s/>]",
    re.IGNORECASE,
)
_HTML_ANYWHERE = re.compile(rb"<(?:script|html|!doctype\s+html|iframe|body)[\s/>]", re.IGNORECASE)
_OPENINGS = (
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"{\\RTF", "application/rtf"),
    (b"%!PS", "application/postscript"),
    (b"#!", "application/x-sh"),
)
# filetype's names that others spell differently
_ALIASES = {
    "image/apng": "image/png",
    "image/x-ms-bmp": "image/bmp",
    "application/x-zip": "application/zip",
    "application/x-exe": "application/x-msdownload",
    "application/x-msdos-program": "application/x-msdownload",
}
_SVG = re.compile(rb"<(?:\w{1,20}:)?svg[\s/>]", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\ud800-\udfff]')
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def sniff(content: bytes, name: str = "") -> str:
    """The MIME type the bytes have; the name only tells apart kinds of plain text and of old Office files.

    Text that a browser might run as a page is text/html or image/svg+xml whatever its name; unknown bytes are
    application/octet-stream.
    """
    suffix = name.rpartition(".")[2].lower()
    head = content[:8192]
    if head.startswith(b"%PDF-") or b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zip(content, suffix)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _LEGACY_OFFICE.get(suffix, "application/x-ole-storage")
    text = _as_ascii(head)
    if text is not None:  # before magic numbers: a mail may begin with the letters BM
        return _text(text, suffix)
    kind = filetype.guess(head)
    return _ALIASES.get(kind.mime, kind.mime) if kind is not None else UNKNOWN


def _zip(content: bytes, suffix: str) -> str:
    """Told apart by the names of the first entries, which stand uncompressed in the file; nothing is unpacked."""
    head = content[:65536]
    if head[30:38] == b"mimetype":
        stated = re.match(rb"application/[\w.+-]{1,100}", head[38:138])
        return stated[0].removesuffix(b"PK").decode() if stated else "application/zip"
    if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
        for folder, kind in _OFFICE_FOLDERS.items():
            if folder in head or folder in content[-65536:]:
                return _OFFICE[kind]
    return "application/zip"


def _text(head: bytes, suffix: str) -> str:
    """What kind of text it is."""
    start = _after_comments(head)
    if _HTML.match(start):
        return "text/html"
    if start.startswith(b"<") and _SVG.search(start):
        return "image/svg+xml"
    if start[:5].lower() == b"<?xml":
        return "text/html" if _HTML_ANYWHERE.search(start) else "application/xml"
    for opening, kind in _OPENINGS:
        if start[:16].upper().startswith(opening):
            return kind
    if _MAIL_HEADER.match(head) or suffix == "eml":
        return "message/rfc822"
    return _TEXT_BY_SUFFIX.get(suffix, "text/plain")


def _after_comments(head: bytes) -> bytes:
    """The text without leading white space and comments."""
    rest = head.lstrip()
    while rest.startswith(b"<!--") and (end := rest.find(b"-->")) > 0:
        rest = rest[end + 3 :].lstrip()
    return rest


def _as_ascii(head: bytes) -> bytes | None:
    """The head with its ASCII readable whatever the encoding; None for bytes that are no text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return (
            head[2 : 2 + len(head[2:]) // 2 * 2]
            .decode("utf-16-le" if head[0] == 0xFF else "utf-16-be", "replace")
            .encode()
        )
    if head.startswith(b"\xef\xbb\xbf"):
        head = head[3:]
    controls = sum(head.count(byte) for byte in b"\x00\x01\x02\x03\x04\x05\x06\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17")
    return head if controls == 0 else None


def safe_name(name: str) -> str:
    """A name for a download: last path segment, NFC, no control, direction or reserved characters, no leading dot,
    at most MAX_NAME bytes with the suffix kept. "file" when nothing is left."""
    last = _FORBIDDEN.sub("_", re.split(r"[/\\]", unicodedata.normalize("NFC", _INVISIBLE.sub("", name)))[-1])
    last = " ".join(last.split()).strip(". ")
    if _RESERVED.match(last):
        last = "_" + last
    stem, dot, suffix = last.rpartition(".")
    if not dot or not stem or len(suffix.encode()) > 20:
        stem, suffix = last, ""
    ending = f".{suffix}" if suffix else ""
    short = stem.encode()[: MAX_NAME - len(ending.encode())].decode(errors="ignore").rstrip(". ")
    return (short + ending) or "file"


def is_safe_inline(content_type: str) -> bool:
    """Whether a browser may show it in place. Only pictures without scripts; PDF, SVG and text are downloads."""
    return content_type in _INLINE


def thumbnail(content: bytes, size: tuple[int, int] = (320, 320)) -> bytes | None:
    """The image's first frame as WebP fitting into `size`, upright and without metadata.

    None when it is no image, broken, or larger than MAX_BYTES, MAX_SIDE or MAX_PIXELS (looked up before decoding).
    """
    if len(content) > MAX_BYTES:
        return None
    try:
        return _thumbnail(content, size)
    except Exception:  # Pillow's decoders raise nearly anything on broken files; a picture is never worth a failure
        return None


def _is_decodable(image: Image.Image, content: bytes) -> bool:
    """Judged by what the header says, before anything is decoded."""
    width, height = image.size
    jpeg = image.format == "JPEG"
    if jpeg and content.count(b"\xff\xda") > MAX_JPEG_SCANS:
        return False
    most = MAX_JPEG_PIXELS if jpeg else MAX_PIXELS
    return 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= most


def _thumbnail(content: bytes, size: tuple[int, int]) -> bytes | None:
    with Image.open(io.BytesIO(content), formats=_DECODERS) as image:
        if not _is_decodable(image, content):
            return None
        image.draft("RGB", (size[0] * 2, size[1] * 2))  # JPEG decodes at a fraction of its size
        image.thumbnail((size[0] * 2, size[1] * 2), Image.Resampling.BOX, reducing_gap=None)
        upright = ImageOps.exif_transpose(image)
        picture = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    picture.thumbnail(size, Image.Resampling.LANCZOS)
    clean = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    target = io.BytesIO()
    clean.save(target, "WEBP", quality=80, method=2)
    return target.getvalue()
