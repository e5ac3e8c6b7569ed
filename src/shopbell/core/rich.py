"""What an agent writes with formatting: cleaned when it comes in, styled when it leaves, shown in between.

Kept is little, and what every mail client shows alike: paragraphs, small headings, emphasis, lists, quotes, code,
simple tables, links, pictures that travel with the message. Styles are put on when it leaves, for Gmail and Outlook
read `style` attributes and little else.
"""

from __future__ import annotations

import html as escaping
import re
from collections.abc import Mapping

from shopbell.core import html

MAX_CHARACTERS = 500_000
WIDEST_PICTURE = 560  # pixels: Outlook minds the attribute, nobody else needs it
FRAME = "font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5"
_STYLES = {
    "p": "margin:0 0 12px",
    "h2": "margin:16px 0 8px;font-size:18px;line-height:1.3",
    "h3": "margin:16px 0 8px;font-size:16px;line-height:1.3",
    "ul": "margin:0 0 12px;padding:0 0 0 24px",
    "ol": "margin:0 0 12px;padding:0 0 0 24px",
    "li": "margin:0 0 4px",
    "blockquote": "margin:0 0 12px;padding:0 0 0 12px;border-left:3px solid #cccccc",
    "pre": "margin:0 0 12px;padding:8px;background-color:#f4f4f4;font-family:Consolas,Menlo,monospace;font-size:13px;"
    "white-space:pre-wrap",
    "code": "font-family:Consolas,Menlo,monospace;font-size:13px",
    "table": "margin:0 0 12px;border-collapse:collapse",
    "th": "padding:4px 8px;border:1px solid #cccccc;text-align:left;vertical-align:top",
    "td": "padding:4px 8px;border:1px solid #cccccc;vertical-align:top",
    "img": "max-width:100%;height:auto;border:0",
    "hr": "margin:16px 0;border:0;border-top:1px solid #cccccc",
}
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s"=<>/]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([^\s"=<>/]+)="([^"]*)"')
_NAMES = {"h1": "h2", "h4": "h3", "b": "strong", "i": "em", "del": "s"}
_CELLS = ("li", "td", "th")
_NOTHING = re.compile(r"<(?:p|h2|h3)>\s*</(?:p|h2|h3)>")
_EMPTY = re.compile(r"(?:<p>(?:\s|<br>)*</p>|<br>|\s)*")


class TooLong(ValueError):
    """More than MAX_CHARACTERS of HTML."""


def clean(source: str, pictures: Mapping[str, str]) -> str:
    """HTML from the editor, a paste or another program, with nothing left in it that is not meant to be sent.

    `pictures` maps addresses as the editor shows them to the content ids of the files on the draft; every other picture
    goes, for it would tell its owner who reads the mail. Nothing but empty paragraphs is "". Raises TooLong.
    """
    if len(source) > MAX_CHARACTERS:
        raise TooLong(len(source))
    known = {**pictures, **{f"cid:{content_id}": content_id for content_id in pictures.values()}}
    kept = _Rewriting(known).rewrite(html.sanitise_outgoing(source))
    return "" if _EMPTY.fullmatch(kept) else kept


def to_text(source: str) -> str:
    """The plain twin: lists with dashes, quotes with >, links with their address, pictures by name."""

    def name_pictures(match: re.Match[str]) -> str:
        alt = dict(_ATTRIBUTE.findall(match[3])).get("alt") if match[2] == "img" else None
        return f"[{alt}]" if alt else match[0]

    return html.to_text(_TAG.sub(name_pictures, source))


def from_text(text: str) -> str:
    """Plain text as the editor would have written it."""
    return clean(html.from_text(text), {})


def shown(source: str, addresses: Mapping[str, str]) -> str:
    """Cleaned HTML for a page of ours: `addresses` maps content ids to where the pictures are; links open elsewhere."""

    def rewrite(match: re.Match[str]) -> str:
        slash, name, rest = match.groups()
        if name == "a" and not slash:
            return f'<a{rest} target="_blank" rel="noopener noreferrer nofollow">'
        if name != "img":
            return match[0]
        values = dict(_ATTRIBUTE.findall(rest))
        content_id = escaping.unescape(values.get("src", "")).removeprefix("cid:")
        address = addresses.get(content_id)
        values["src"] = escaping.escape(address or "")
        return f"<img{_written(values)}>" if address else escaping.escape(escaping.unescape(values.get("alt", "")))

    return _TAG.sub(rewrite, source)


def to_mail(source: str) -> str:
    """HTML with the styles a mail needs written on every element; what has a style keeps it."""

    def rewrite(match: re.Match[str]) -> str:
        slash, name, rest = match.groups()
        style = _STYLES.get(name)
        if slash or not style or " style=" in rest:
            return match[0]
        extra = ' border="0" cellpadding="0" cellspacing="0"' if name == "table" else ""
        return f'<{name}{rest}{extra} style="{style}">'

    return f'<div style="{FRAME}">{_TAG.sub(rewrite, _NOTHING.sub("<p>&nbsp;</p>", source))}</div>'


def _written(values: Mapping[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in values.items())


class _Rewriting:
    """One walk over what the sanitiser left: fewer kinds of elements, no paragraphs inside items and cells."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        self.pictures = pictures
        self.inside: list[bool] = []  # one for each open item or cell: whether it holds a paragraph already

    def rewrite(self, source: str) -> str:
        return _TAG.sub(self._tag, source)

    def _tag(self, match: re.Match[str]) -> str:
        slash, name, rest = match.groups()
        name = _NAMES.get(name, name)
        if name == "span":
            return ""
        if name == "img":
            return self._picture(dict(_ATTRIBUTE.findall(rest)))
        if name in _CELLS:
            self._enter_or_leave(bool(slash))
        elif name == "p" and self.inside:
            return self._paragraph_inside(bool(slash))
        return f"<{slash}{name}{rest}>"

    def _enter_or_leave(self, leaves: bool) -> None:
        if not leaves:
            self.inside.append(False)
        elif self.inside:
            self.inside.pop()

    def _paragraph_inside(self, ends: bool) -> str:
        if ends:
            return ""
        is_first, self.inside[-1] = not self.inside[-1], True
        return "" if is_first else "<br>"

    def _picture(self, values: dict[str, str]) -> str:
        content_id = self.pictures.get(escaping.unescape(values.get("src", "")))
        if content_id is None:
            return ""
        width = values.get("width", "")
        kept = {"src": f"cid:{escaping.escape(content_id)}", "alt": values.get("alt", "")}
        if width.isdecimal() and width.isascii() and len(width) < 6:
            kept["width"] = str(min(max(int(width), 1), WIDEST_PICTURE))
        return f"<img{_written(kept)}>"
