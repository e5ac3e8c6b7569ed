"""Attacks by others, and an independent judge of what came out of the sanitiser.

`page(payloads)` renders everything in one document for a browser test: nothing in it may run, ask or load.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser

from shopbell.core import html
from tests import corpora

ALLOWED_SCHEMES = ("http://", "https://", "mailto:", "tel:")
ALLOWED_DATA = (
    "data:image/png;base64,",
    "data:image/jpeg;base64,",
    "data:image/gif;base64,",
    "data:image/webp;base64,",
)
FORBIDDEN_TAGS = frozenset(
    (
        *("script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button"),
        *("select", "textarea", "option", "link", "meta", "base", "svg", "math", "video", "audio", "source", "track"),
        *("template", "noscript", "xmp", "plaintext", "title", "marquee", "isindex", "keygen", "portal", "dialog"),
    )
)
ATTRIBUTES = frozenset(
    (
        *(
            "align",
            "alt",
            "bgcolor",
            "border",
            "cellpadding",
            "cellspacing",
            "clear",
            "color",
            "cols",
            "colspan",
            "datetime",
        ),
        *("dir", "face", "height", "href", "hspace", "lang", "nowrap", "noshade", "open", "rel", "reversed", "rowspan"),
        *("scope", "size", "span", "src", "start", "style", "summary", "target", "title", "type", "valign", "value"),
        *("vspace", "width"),
    )
)
STYLE_DANGERS = ("url", "expression", "behavior", "binding", "@import", "position", "\\", "javascript", "/*")


class Judge(HTMLParser):
    """Collects everything that could run, load or leave."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in FORBIDDEN_TAGS or not tag.isalnum():
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES:
            self.found.append(f"{tag} {name}")
        elif name == "href" and not value.lower().startswith(ALLOWED_SCHEMES):
            self.found.append(f"{tag} href={value}")
        elif name == "src" and not value.startswith((*ALLOWED_DATA, "/files/")):
            self.found.append(f"{tag} src={value}")
        elif name == "style" and any(danger in value.lower() for danger in STYLE_DANGERS):
            self.found.append(f"{tag} style={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"<![{data}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}")


def dangers(clean: str) -> list[str]:
    """What in this HTML could run, load or leave; [] is the only good answer."""
    judge = Judge()
    judge.feed(clean)
    judge.close()
    return judge.found


def payloads() -> list[str]:
    """All attacks of the corpora; skips the calling test when they are not at hand."""
    bleach = corpora.folder("hostile", "bleach-xss", "data").glob("*.test")
    found = [path.read_text().split("\n--\n")[0] for path in sorted(bleach)]
    found += [
        case["payload"] for case in json.loads((corpora.folder("hostile", "dompurify") / "expect.json").read_text())
    ]
    found += json.loads((corpora.folder("hostile", "blns") / "blns.json").read_text())
    return found


def page(attacks: list[str]) -> str:
    """One document with every attack, sanitised as for reading, images on. `window.hits` counts what got through."""
    traps = "['alert','confirm','prompt','open','print']"
    watch = f"window.hits=[];for(const f of {traps})window[f]=(...a)=>hits.push([f,...a])"
    shown = "".join(f"<section>{html.sanitise(attack, images='on').html}</section>" for attack in attacks)
    return f"<!doctype html><meta charset=utf-8><title>Hostile</title><script>{watch}</script>{shown}"
