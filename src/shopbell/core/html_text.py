"""HTML mail to plain text, in time linear in its length whatever it contains."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from shopbell.core import markup

MAX_CHARACTERS = 5_000_000

_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s=/>"']++)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"?|'(?P<single>[^']*+)'?|(?P<bare>[^\s>]*+)))?+"""
)
_HUGE_NUMBER = re.compile(r"&#[0-9]{8,}+;?+")  # int() refuses more than 4300 digits
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
_FILLER = re.compile("[\u00ad\u034f\u200b\u2060\ufeff\x00]|\u200c(?=[\\s\u00a0\u200c]|$)")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?:px)?\s*(?:[;!]|$)", re.IGNORECASE
)
_NO_MARGIN = re.compile(r"margin(?:-bottom)?\s*:\s*0", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_VOID = _set("area base br col embed hr img input link meta param source track wbr o:p")
_DROPPED = _set("script style title object iframe svg math audio video select noframes applet")
_PARAGRAPHS = _set("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre hr fieldset")
_LINES = _set(
    """div tr li dt dd section article header footer main nav aside address center form figure figcaption caption
    tbody thead tfoot body html option legend details summary"""
)


@dataclass
class _Link:
    href: str
    text: list[str] = field(default_factory=list)
    alt: str = ""


class _Page:
    """The text so far: finished lines, the line being written, and what surrounds it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0  # of quotes
        self.quotes = 0  # how many "> " are written
        self.lists: list[int] = []  # number of the next item; 0 for an unordered list
        self.preformatted = 0
        self.tight = False  # the paragraph has no margins
        self.link: _Link | None = None
        self.space = False  # white space is due before the next word
        self.cell = False  # a table cell ended on this line
        self.bullet = ""
        self.blank = True  # the last line is empty, or there is none

    def write(self, data: str) -> None:
        """Running text: white space collapses across elements, no-break spaces are kept as spaces."""
        if self.preformatted:
            self._write_preformatted(data)
            return
        words = _SPACES.sub(" ", data)
        if words == " " or not words:
            self.space = self.space or bool(words)
            return
        lead = (self.space or words[0] == " ") and bool(self.line)
        self._put((" " if lead else "") + words.strip(" "))
        self.space = words[-1] == " "

    def _write_preformatted(self, data: str) -> None:
        first, *rest = data.replace("\r\n", "\n").split("\n")
        self._put(first)
        for line in rest:
            self.end_line()
            self._put(line)

    def _put(self, words: str) -> None:
        if not words:
            return
        if self.cell and self.line:
            words = (" " if self.line[-1].endswith(":") else " | ") + words.lstrip(" ")
        if not self.line and self.bullet:
            self.line.append(self.bullet)
            self.bullet = ""
        self.cell = False
        self.line.append(words)
        if self.link:
            self.link.text.append(words)

    def end_line(self) -> None:
        """Finish the line; of several empty ones, one is kept."""
        content = "".join(self.line).replace("\u00a0", " ").rstrip()
        line = ("> " * self.quotes + content).rstrip()
        if content or not self.blank:
            self.lines.append(line)
        elif self.lines:  # between two depths of quotes the empty line belongs to the outer one
            self.lines[-1] = min(self.lines[-1], line, key=len)
        self.blank = not content
        self.line.clear()
        self.space = self.cell = False

    def fresh_line(self) -> None:
        if self.line:
            self.end_line()
        self.space = self.cell = False

    def blank_line(self) -> None:
        self.fresh_line()
        self.end_line()

    def start_link(self, href: str) -> None:
        self.end_link()
        href = "".join(href.split())
        if _LINK.match(href):
            self.link = _Link(href)

    def end_link(self) -> None:
        """The address in <> after the words of a link, unless the words are the address."""
        link, self.link = self.link, None
        if link is None:
            return
        text = "".join(link.text).strip()
        if not text and link.alt:
            self.write(link.alt)
            text = link.alt
        address = _mail_address(link.href)
        is_mail_link = address != link.href
        if text and _bare(text) != _bare(link.href) and not (is_mail_link and "@" in text):
            self._put(f" <{address}>")

    def finish(self) -> str:
        self.end_link()
        self.fresh_line()
        while self.lines and not self.lines[-1].strip("> "):
            self.lines.pop()
        return "\n".join(self.lines)


def _mail_address(href: str) -> str:
    """The address in a mailto: link; any other link as it is."""
    return href[7:].partition("?")[0] if href[:7].lower() == "mailto:" else href


def _bare(address: str) -> str:
    bare = html.unescape(address).strip().lower()
    for scheme in ("https://", "http://", "mailto:", "tel:", "www."):
        bare = bare.removeprefix(scheme)
    return bare.rstrip("/").replace(" ", "")


def to_text(source: str) -> str:
    """The readable text of an HTML mail; quoted blocks as "> " lines, links as "words <address>", lists as "- ".

    Scripts, styles, titles and elements hidden by an inline style (preheaders) are left out. Linear time; looks at the
    first MAX_CHARACTERS characters.
    """
    source = source[:MAX_CHARACTERS]
    page, unclosed = _render(source, show_hidden=False)
    if unclosed:  # an unclosed hidden element would swallow the mail
        page, _ = _render(source, show_hidden=True)
    return page.finish()


def _render(source: str, *, show_hidden: bool) -> tuple[_Page, bool]:
    """The page, and whether it ended inside a hidden element."""
    page = _Page()
    hidden = ""  # name of the element being left out
    depth = 0
    for text, name, attributes in markup.tokens(source):
        if depth:
            depth += _change(name, hidden, depth)
            if depth or name.startswith("/"):
                continue
        if not name:
            page.write(_decode(text))
        elif _leaves_out(name, attributes, show_hidden):
            hidden, depth = name, 1
        else:
            _element(page, name, attributes)
    return page, depth > 0 and hidden not in _DROPPED


def _change(name: str, hidden: str, depth: int) -> int:
    """How a tag inside a left-out element changes the depth; a paragraph is also ended by the next one."""
    if name == "/" + hidden:
        return -1
    if name == hidden:
        return -1 if name in ("p", "li") and depth == 1 else 1
    return 0


def _leaves_out(name: str, attributes: str, show_hidden: bool) -> bool:
    if name.startswith("/") or name in _VOID or attributes.rstrip().endswith("/") and name in _DROPPED:
        return False
    if name in _DROPPED:
        return True
    if show_hidden or len(attributes) < 7:
        return False
    found = _attributes(attributes)
    return "hidden" in found or _HIDDEN.search(found.get("style", "")) is not None


def _attributes(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        value = match["double"] or match["single"] or match["bare"] or ""
        found.setdefault(match["name"].lower(), _decode(value))
    return found


def _decode(data: str) -> str:
    if "&" in data:
        data = html.unescape(_HUGE_NUMBER.sub("\ufffd", data))
    return data if data.isascii() and "\x00" not in data else _FILLER.sub("", data)


def _element(page: _Page, name: str, attributes: str) -> None:
    """What a start or end tag does to the page."""
    closing = name.startswith("/")
    name = name.removeprefix("/")
    if name == "br":
        page.end_line()
    elif name == "a":
        if closing:
            page.end_link()
        else:
            page.start_link(_attributes(attributes).get("href", ""))
    elif name == "img":
        _image(page, _attributes(attributes).get("alt", "").strip())
    elif name in ("td", "th"):
        page.cell = bool(page.line)
    elif name in _PARAGRAPHS:
        _paragraph(page, name, attributes, closing)
    elif name in _LINES:
        page.fresh_line()
        if name == "li" and not closing:
            page.bullet = _bullet(page)


def _image(page: _Page, alt: str) -> None:
    """Emoji are sent as images; other images speak only for a link without words."""
    if alt and len(alt) <= 4 and not alt.isascii():
        page.write(alt)
    elif page.link and not page.link.alt:
        page.link.alt = alt


def _bullet(page: _Page) -> str:
    if not page.lists:
        return "- "
    indent = "  " * min(len(page.lists) - 1, 10)
    number = page.lists[-1]
    if not number:
        return indent + "- "
    page.lists[-1] += 1
    return f"{indent}{number}. "


def _paragraph(page: _Page, name: str, attributes: str, closing: bool) -> None:
    if name == "p" and not closing:
        page.tight = "MsoNormal" in attributes or _NO_MARGIN.search(attributes) is not None
    tight = name == "p" and page.tight
    nested = name in ("ul", "ol") and len(page.lists) > (1 if closing else 0)
    if tight or nested or name == "blockquote":
        page.fresh_line()
    else:
        page.blank_line()
    if name == "hr":
        page.write("_" * 20)
        page.blank_line()
    elif name in ("ul", "ol"):
        _list(page, name, closing)
    elif name == "blockquote":
        _quote(page, closing)
    elif name == "pre":
        page.preformatted = max(0, page.preformatted + (-1 if closing else 1))


def _quote(page: _Page, closing: bool) -> None:
    """A quote follows its "… wrote:" at once; a blank line ends it. Deeper than 40, all stand at 40."""
    if not closing:
        page.depth += 1
    elif page.depth:
        page.depth -= 1
    page.quotes = min(page.depth, 40)
    if closing:
        page.blank_line()


def _list(page: _Page, name: str, closing: bool) -> None:
    page.bullet = ""
    if not closing:
        page.lists.append(1 if name == "ol" else 0)
    elif page.lists:
        page.lists.pop()
