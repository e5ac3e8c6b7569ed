"""Markdown (CommonMark with tables) to HTML that is safe to show, and to the plain words in it."""

from __future__ import annotations

from typing import cast

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdownify import markdownify

# HTML in the source is shown as text, and links that run something are none.
PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def parse(source: str) -> list[Token]:
    """The pieces of a document, to be changed before they are rendered.

    How a column is aligned is said by a class (to-left, to-center, to-right): our pages take no style of an element.
    """
    tokens = PARSER.parse(source)
    for token in tokens:
        if style := token.attrs.pop("style", ""):
            token.attrs["class"] = str(style).replace("text-align:", "to-")
    return tokens


def render(tokens: list[Token]) -> str:
    """HTML of the pieces."""
    return cast(str, PARSER.renderer.render(tokens, PARSER.options, {}))


def scrolling(html: str) -> str:
    """Tables in a box that scrolls by itself, also by keyboard, so that a narrow page keeps its width."""
    return html.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")


def to_html(source: str) -> str:
    """HTML of a document."""
    return render(parse(source))


def to_text(source: str) -> str:
    """The words of a document, a line for each block."""
    return "\n".join(line for line in map(_words, parse(source)) if line)


def from_html(source: str) -> str:
    """Markdown of HTML; scripts and styles go with what is in them."""
    return str(markdownify(nh3.clean(source), heading_style="ATX")).strip()


def title(tokens: list[Token]) -> str:
    """The first heading; "" without one."""
    headings = (after.content for token, after in zip(tokens, tokens[1:], strict=False) if token.type == "heading_open")
    return next(headings, "")


def _words(token: Token) -> str:
    if token.type in ("fence", "code_block"):
        return token.content.strip()
    if token.type != "inline":
        return ""
    return "".join(" " if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or ())
