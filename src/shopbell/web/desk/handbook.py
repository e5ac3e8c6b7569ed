"""The handbook, read in the desk: the Markdown pages of docs/handbook, in the reader's language where it has them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from markdown_it.token import Token

from shopbell.core import markdown
from shopbell.installation import ROOT
from shopbell.web.desk import page
from shopbell.web.desk.request import AgentRequest, reading

FOLDER = ROOT / "docs" / "handbook"
START = "README"
_NAME = re.compile(r"[a-z0-9-]+\Z")


@reading
def start(request: AgentRequest) -> HttpResponse:
    """The table of contents."""
    return _show(request, START)


@reading
def chapter(request: AgentRequest, name: str) -> HttpResponse:
    """One page of the handbook; for a screen without one the table of contents."""
    if not _NAME.match(name) or not (FOLDER / f"{name}.md").is_file():
        return page.go(reverse("desk:handbook"))
    return _show(request, name)


@reading
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture of the handbook."""
    path = FOLDER / "img" / f"{name}.png"
    if not _NAME.match(name) or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png")


def _show(request: AgentRequest, name: str) -> HttpResponse:
    path = translated(name, get_language() or "en")
    title, html = rendered(path)
    context = {"place": "handbook", "title": title, "html": mark_safe(html), "is_start": name == START}
    return page.show(request, "desk/handbook.html", {**context, "is_english": path.parent == FOLDER})


def translated(name: str, language: str) -> Path:
    """The page in the language, else in English."""
    path = FOLDER / language / f"{name}.md"
    return path if path.is_file() else FOLDER / f"{name}.md"


@cache
def rendered(path: Path) -> tuple[str, str]:
    """Title and HTML of a page. The files come with the program, so they are read once."""
    tokens = markdown.parse(path.read_text())
    for token in tokens:
        for child in token.children or ():
            _point_into_the_desk(child)
    _empty_heads_are_cells(tokens)
    return markdown.title(tokens), markdown.render(tokens)


def _empty_heads_are_cells(tokens: list[Token]) -> None:
    """A table without headings has none that a screen reader would announce."""
    for opening, inside, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type == "th_open" and not inside.content:
            opening.tag = closing.tag = "td"


def _point_into_the_desk(token: Token) -> None:
    """Links between the files become links between the pages."""
    if token.type == "link_open":
        token.attrs["href"] = _address(str(token.attrs["href"]))
    if token.type == "image":
        token.attrs |= {"src": reverse("desk:handbook_picture", args=[Path(str(token.attrs["src"])).stem])}
        token.attrs |= {"loading": "lazy"}


def _address(link: str) -> str:
    name, dot, rest = link.partition(".md")
    if not dot or "/" in name.removeprefix("../"):
        return link
    stem = name.removeprefix("../")
    return (reverse("desk:handbook") if stem == START else reverse("desk:chapter", args=[stem])) + rest
