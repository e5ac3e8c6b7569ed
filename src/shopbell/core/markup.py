"""HTML cut into tags and text, in one pass that looks at no character twice, and a judgement whether it is an attack.

Not html.parser: up to Python 3.13 that one is quadratic on unclosed comments and tags, and these mails come from
strangers. The expressions are possessive and end at the end of input instead of failing. As in a browser, an unclosed
tag or comment swallows what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKUP = re.compile(
    r"""<!--(?:>|->|.*?(?:--!?>|\Z))"""
    r"""|<[!?][^>]*+(?:>|\Z)"""
    r"""|<(?P<tag>/?[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+)(?:>|\Z)"""
    r"""|</[^>]*+(?:>|\Z)""",
    re.DOTALL,
)
_START = re.compile(r"<(?=[a-zA-Z/!?])")
_RAW = ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript")
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}

MAX_TAGS = 100_000
MAX_DEPTH = 600
MAX_FORMATTING = 500_000  # tags × unclosed formatting elements
MAX_REFERENCES = 200_000
MAX_ATTRIBUTES = 1_000  # of one element
_HARMLESS_TAGS = 700
_HARMLESS_LENGTH = 100_000

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr")
)
# A browser ends these by itself; they nest only inside others that are counted.
_SELF_ENDING = frozenset(("p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "html", "body", "head"))
_FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
# Inside these a browser reads markup by other rules than this module.
_FOREIGN = frozenset(("svg", "math", "template", "plaintext"))
_QUOTED = re.compile(r'"[^"]*+"|\'[^\']*+\'')

Token = tuple[str, str, str]


def tokens(source: str) -> Iterator[Token]:
    """(text, "", "") for text as written and ("", name, attributes) for a tag, in lower case, "/" before an end's name.

    Comments and declarations are left out, and so is what stands in an element without markup inside (script, style,
    title, textarea …): its start tag is followed by its end.
    """
    position = 0
    while start := _START.search(source, position):
        match = _MARKUP.match(source, start.start())
        if match is None:
            break
        if match.start() > position:
            yield source[position : match.start()], "", ""
        position = match.end()
        if match["tag"] is not None:
            name = match["tag"].lower()
            yield "", name, match["attributes"]
            if name in _RAW_END:
                position = _raw_end(source, position, name)
    if position < len(source):
        yield source[position:], "", ""


def _raw_end(source: str, position: int, name: str) -> int:
    match = _RAW_END[name].search(source, position)
    return match.start() if match else len(source)


def is_bounded(source: str) -> bool:
    """Whether an HTML parser will take this in its stride.

    Parsers that follow the standard (html5ever in nh3, every browser) take quadratic time for deep nesting, for very
    many attributes or references, and multiply unclosed formatting elements by every paragraph after them. The estimate
    errs to the safe side: an end tag counts only when it ends the innermost open element.
    """
    if source.count("&") > MAX_REFERENCES:
        return False
    if len(source) <= _HARMLESS_LENGTH and source.count("<") <= _HARMLESS_TAGS:
        return True
    return "<![CDATA[" not in source and not _hides_markup(source) and _is_shallow(source)


def _hides_markup(source: str) -> bool:
    """Whether an element without markup inside has some: then parsers differ on where it ends."""
    for name, end in _RAW_END.items():
        if name in ("script", "style"):
            continue
        for match in re.finditer(rf"<{name}(?=[\s/>])[^<>]*+(?:>[^<]*+)?", source, re.IGNORECASE):
            if not end.match(source, match.end()):
                return True
    return False


def _is_shallow(source: str) -> bool:
    opened: list[str] = []
    formatting = most_formatting = tags = 0
    for _, name, attributes in tokens(source):
        if not name:
            continue
        tags += 1
        if name in _FOREIGN or len(attributes) > MAX_ATTRIBUTES and _attribute_count(attributes) > MAX_ATTRIBUTES:
            return False
        if name.startswith("/"):
            if opened and opened[-1] == name[1:]:
                formatting -= opened.pop() in _FORMATTING
        elif name not in _VOID and name not in _SELF_ENDING:
            opened.append(name)
            formatting += name in _FORMATTING
            most_formatting = max(most_formatting, formatting)
        if len(opened) > MAX_DEPTH or tags > MAX_TAGS or tags * most_formatting > MAX_FORMATTING:
            return False
    return True


def _attribute_count(attributes: str) -> int:
    return len(_QUOTED.sub("", attributes).replace("/", " ").split())
