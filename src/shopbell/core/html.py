"""Hostile HTML made safe to show (`sanitise`), our own made safe to send, and plain text turned into HTML and back.

Sanitising is the second wall: the result is meant for an iframe that is sandboxed (no scripts, no same origin) and has
its own Content-Security-Policy. It holds alone all the same.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import nh3

from shopbell.core import markup
from shopbell.core.html_text import to_text
from shopbell.core.text import clean

__all__ = ["Sanitised", "from_text", "sanitise", "sanitise_outgoing", "to_text"]

MAX_CHARACTERS = 5_000_000  # longer HTML is shown as text
MAX_DATA_URL = 300_000  # characters


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TAGS = _set(
    """a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details
    dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre
    q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt
    u ul var wbr"""
)
_OUTGOING_TAGS = _set(
    """a b blockquote br code del div em h1 h2 h3 h4 hr i img li ol p pre s span strong table tbody td th thead tr
    u ul"""
)
_CONTENT_DROPPED = _set(
    """script style title noscript template iframe object embed applet svg math audio video canvas select option
    textarea noembed noframes xmp"""
)
_EVERYWHERE = _set("dir lang title align style")
_SIZE = _set("width height")
_CELL = _SIZE | _set("colspan rowspan valign bgcolor nowrap scope")
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": _EVERYWHERE,
    "a": frozenset({"href"}),
    "img": _SIZE | {"src", "alt", "border", "hspace", "vspace"},
    "table": _SIZE | _set("border cellpadding cellspacing bgcolor summary"),
    "td": _CELL,
    "th": _CELL,
    "tr": _set("valign bgcolor height"),
    "tbody": frozenset({"valign"}),
    "thead": frozenset({"valign"}),
    "tfoot": frozenset({"valign"}),
    "col": _SIZE | {"span"},
    "colgroup": _SIZE | {"span"},
    "font": _set("color face size"),
    "ol": _set("start type reversed"),
    "ul": frozenset({"type"}),
    "li": _set("value type"),
    "hr": _SIZE | {"size", "color", "noshade"},
    "br": frozenset({"clear"}),
    "time": frozenset({"datetime"}),
    "details": frozenset({"open"}),
}
_OUTGOING_ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start"}),
    "td": _set("colspan rowspan"),
    "th": _set("colspan rowspan"),
}
_PROPERTIES = _set(
    """background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width
    border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius
    border-right border-right-color border-right-style border-right-width border-spacing border-style border-top
    border-top-color border-top-style border-top-width border-width box-sizing caption-side clear color
    direction display empty-cells float font font-family font-size font-style font-variant font-weight height
    letter-spacing line-height list-style-position list-style-type margin margin-bottom margin-left margin-right
    margin-top max-height max-width min-height min-width overflow-wrap padding padding-bottom padding-left
    padding-right padding-top table-layout text-align text-decoration text-indent text-transform unicode-bidi
    vertical-align visibility white-space width word-break word-spacing word-wrap"""
)
# No escapes, comments, strings with brackets, functions other than colours: nothing that loads, computes or overlays.
_STYLE_VALUE = re.compile(
    r"(?:[\w\s#%.,!'\"+-]|rgba?\([\d\s.,%/]+\)|hsla?\([\d\s.,%/a-z]+\)){1,300}", re.IGNORECASE | re.ASCII
)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s]", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_DATA_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,([a-z0-9+/=\s]+)", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]")

# A tag as nh3 writes it: lower case, every value in double quotes.
_TAG = re.compile(r'<(/?[a-z][a-z0-9]*)((?: [^\s"=<>/]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' [^\s"=<>/]+="[^"]*"')
_VALUE = re.compile(r' ([^\s"=<>/]+)="([^"]*)"')
_URL = re.compile(
    r"\b(?:https?://|www\.)[^\s<>\"'`]{2,2000}|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True)
class Sanitised:
    """Safe HTML, and how many remote images were left out of it or, when asked for, are in it."""

    html: str
    remote_images: int


def sanitise(source: str, *, images: Literal["off", "on"] = "off", cid: Mapping[str, str] | None = None) -> Sanitised:
    """HTML of a stranger, fit to be shown in a sandboxed frame.

    Kept: text, tables, lists, colours and sizes, links to http, https, mailto and tel (opened elsewhere, without
    referrer), small data: images. `cid` maps Content-IDs (without <>) to the addresses of inline images. Remote images
    keep only their words until `images` is "on"; images of one pixel are always dropped. No script, form, frame, class
    or id, and no style that loads or overlays anything. HTML over MAX_CHARACTERS is shown as text.
    """
    if len(source) > MAX_CHARACTERS or not markup.is_bounded(source):
        return Sanitised(from_text(to_text(source)), 0)
    cleaned = _INCOMING.clean(clean(source))
    pictures = _Images(show_remote=images == "on", addresses=dict(cid or {}))
    return Sanitised(_TAG.sub(pictures.rewrite, cleaned), pictures.remote)


def sanitise_outgoing(source: str) -> str:
    """HTML written by an agent, fit to be sent: paragraphs, lists, quotes, emphasis, tables, links, images.

    Images keep https, cid and addresses of this site: `rich.clean` settles which of them may stay.
    """
    if len(source) > MAX_CHARACTERS or not markup.is_bounded(source):
        return from_text(to_text(source))
    return _OUTGOING.clean(clean(source))


def from_text(text: str) -> str:
    """Plain text as HTML paragraphs, escaped, line breaks kept, web and mail addresses linked."""
    paragraphs = (part for part in _PARAGRAPH.split(text.replace("\r\n", "\n").strip("\n")) if part.strip())
    return "".join(f"<p>{_linked(part.rstrip()).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def _linked(text: str) -> str:
    pieces: list[str] = []
    position = 0
    for match in _URL.finditer(text):
        address = match[0].rstrip(".,;:!?)]}…»“”’")
        if len(address) < 4:
            continue
        pieces += html.escape(text[position : match.start()]), _anchor(address)
        position = match.start() + len(address)
    return "".join(pieces) + html.escape(text[position:])


def _anchor(address: str) -> str:
    lower = address.lower()
    scheme = "" if lower.startswith(("http://", "https://")) else "https://" if lower.startswith("www.") else "mailto:"
    shown = html.escape(address)
    return f'<a href="{scheme}{shown}" target="_blank" rel="noopener noreferrer nofollow">{shown}</a>'


def _filter(tag: str, name: str, value: str) -> str | None:
    """What becomes of an attribute. Must not raise: nh3 would keep the attribute as it is."""
    if name == "style":
        return _style(value) or None
    if name == "href":
        return _href(value)
    return value


def _filter_outgoing(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return _href(value)
    if name == "src":
        return value if value.lower().startswith(("https://", "cid:", "/")) and value[:2] != "//" else None
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if value.isascii() and value.isdecimal() and len(value) < 6 else None
    return value


def _href(value: str) -> str | None:
    target = _UNSEEN.sub("", value.strip()).replace(" ", "%20")
    return target if _LINK.match(target) else None


def _style(value: str) -> str:
    """The declarations whose property and value are on the lists."""
    kept = []
    for declaration in value.split(";"):
        name, _, what = declaration.partition(":")
        name, what = name.strip().lower(), what.strip()
        if name in _PROPERTIES and _STYLE_VALUE.fullmatch(what):
            kept.append(f"{name}:{what}")
    return ";".join(kept)


_INCOMING = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_CONTENT_DROPPED),
    attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
    attribute_filter=_filter,
    link_rel="noopener noreferrer nofollow ugc",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
)
_OUTGOING = nh3.Cleaner(
    tags=set(_OUTGOING_TAGS),
    clean_content_tags=set(_CONTENT_DROPPED),
    attributes={tag: set(names) for tag, names in _OUTGOING_ATTRIBUTES.items()},
    attribute_filter=_filter_outgoing,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
)


@dataclass
class _Images:
    """Decides about each img while walking over nh3's output, in which `<` begins nothing but tags."""

    show_remote: bool
    addresses: dict[str, str]
    remote: int = 0

    def rewrite(self, match: re.Match[str]) -> str:
        if match[1] != "img":  # nh3 writes attributes in any order
            return f"<{match[1]}{''.join(sorted(_ATTRIBUTE.findall(match[2])))}>" if match[2] else match[0]
        attributes = {name: html.unescape(value) for name, value in _VALUE.findall(match[2])}
        source = _UNSEEN.sub("", attributes.pop("src", "").strip())
        if _is_pixel(attributes):
            return ""
        address = self._address(source)
        if address:
            attributes["src"] = address
        return "<img" + "".join(f' {name}="{html.escape(value)}"' for name, value in sorted(attributes.items())) + ">"

    def _address(self, source: str) -> str:
        if source[:4].lower() == "cid:":
            return self.addresses.get(source[4:].strip("<>"), "")
        if source in self.addresses.values():
            return source
        if _REMOTE.match(source):
            self.remote += 1
            return (f"https:{source}" if source.startswith("//") else source) if self.show_remote else ""
        return source if _is_small_image(source) else ""


def _is_pixel(attributes: Mapping[str, str]) -> bool:
    """An image nobody can see reports that the mail was read."""
    style = attributes.get("style", "").replace(" ", "").lower()
    sizes = [attributes.get(name, "").strip().removesuffix("px") for name in ("width", "height")]
    if any(size in ("0", "1") for size in sizes) and all(size in ("", "0", "1") for size in sizes):
        return True
    return re.search(r"(?:^|;)(?:max-)?(?:width|height):[01](?:px)?(?:!important)?(?:;|$)", style) is not None


def _is_small_image(source: str) -> bool:
    match = _DATA_IMAGE.fullmatch(source) if len(source) <= MAX_DATA_URL else None
    if match is None:
        return False
    try:
        start = base64.b64decode(re.sub(r"\s", "", match[2])[:16], validate=True)
    except binascii.Error:
        return False
    return start.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF"))
