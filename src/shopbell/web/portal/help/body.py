"""A published text as the reader sees it: its Markdown as HTML, with headings one can link to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it.token import Token

from shopbell.core import markdown

TAKEN = {"helped", "main", "q", "related", "ways"}  # ids of the page around it
LEAST_HEADINGS = 3  # a shorter text needs no list of them


@dataclass(frozen=True)
class Heading:
    """A heading of the second rank, and its place in the page."""

    anchor: str
    title: str


@dataclass(frozen=True)
class Body:
    """HTML, the headings when they are worth a list, and the words alone."""

    html: SafeString
    headings: tuple[Heading, ...]
    words: str


@lru_cache(maxsize=2_000)
def read(source: str) -> Body:
    """The text for a page that has its title as its only heading of the first rank."""
    tokens = markdown.parse(source)
    _lower(tokens)
    headings = _anchored(tokens)
    for token in tokens:
        for child in token.children or ():
            _polish(child)
    html = markdown.scrolling(markdown.render(tokens))
    listed = tuple(headings) if len(headings) >= LEAST_HEADINGS else ()
    return Body(mark_safe(html), listed, markdown.to_text(source))


def _lower(tokens: list[Token]) -> None:
    """The first rank is the title's: a text that uses it has all its headings one rank lower."""
    opened = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    down = 1 if any(token.tag == "h1" for token in opened) else 0
    for token in opened:
        token.tag = f"h{min(int(token.tag[1]) + down, 6)}"


def _anchored(tokens: list[Token]) -> list[Heading]:
    found: dict[str, Heading] = {}
    for token, after in zip(tokens, tokens[1:], strict=False):
        if token.type != "heading_open" or token.tag != "h2":
            continue
        title = "".join(child.content for child in after.children or ())
        anchor = slugify(title, allow_unicode=True) or "part"
        anchor = anchor if anchor not in found and anchor not in TAKEN else f"{anchor}-{len(found) + 1}"
        token.attrs["id"] = anchor
        found[anchor] = Heading(anchor, title)
    return list(found.values())


def _polish(token: Token) -> None:
    """Pictures wait until they are near; links to other sites do not tell where the reader comes from."""
    if token.type == "image":
        token.attrs |= {"loading": "lazy", "decoding": "async"}
    if token.type == "link_open" and "://" in str(token.attrs.get("href", "")):
        token.attrs["rel"] = "noopener"
